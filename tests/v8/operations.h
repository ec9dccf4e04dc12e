// SPDX-License-Identifier: Apache-2.0
// Makes tests of the table of operations (operations.mjs) and what its program printed.
#pragma once

#include "tests/v8/v8_headers.h"

namespace bactrian::v8test {

// { program: path, runs: [{ name, output, installed }…] }, the first run being the interpreter's.
// To be called after InitGoogleTest and before RUN_ALL_TESTS.
void register_operations(v8::Local<v8::Context> context, v8::Local<v8::Object> given);

}  // namespace bactrian::v8test
