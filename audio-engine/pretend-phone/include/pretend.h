// Included before every file of Oboe: what Android's compiler would have said.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#define __ANDROID_API_L__ 21
#define __ANDROID_API_M__ 23
#define __ANDROID_API_N__ 24
#define __ANDROID_API_N_MR1__ 25
#define __ANDROID_API_O__ 26
#define __ANDROID_API_O_MR1__ 27
#define __ANDROID_API_P__ 28

// Not before the standard library is included, which it concerns as well.
#define __ANDROID__ 1
#define __ANDROID_NDK__ 1

typedef int32_t aaudio_allowed_capture_policy_t;
