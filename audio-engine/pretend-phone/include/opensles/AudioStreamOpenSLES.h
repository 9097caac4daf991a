#pragma once

#include "NoOpenSLES.h"
