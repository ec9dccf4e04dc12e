// SPDX-License-Identifier: Apache-2.0
// The host border's error numbers as names of our own, kENOENT and so on. The C library's macros
// must not be used for them: wasi-libc numbers errors in its own way.
#pragma once

#include <cstdint>

namespace bactrian {

enum HostError : std::int32_t {
#define HOST_ERROR(name, number, text) k##name = number,
#include "runtime/host/errors.def"
#undef HOST_ERROR
};

// As strerror on Linux. The text of an unknown number is valid until the next call.
const char* host_error_text(int errno_number);

}  // namespace bactrian
