// What a phone says of itself; `src/lib.rs` answers.
#pragma once

#define PROP_VALUE_MAX 92

extern "C" int __system_property_get(const char *name, char *value);
