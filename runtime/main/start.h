// SPDX-License-Identifier: Apache-2.0
// From the bytes of an executable to a program that run_program (driver.h) can run; shared by the
// native command and the wasm module's exports.
#pragma once

#include <span>

#include "runtime/bytecode/image.h"

namespace bactrian {

struct StartRequest {
  Bytes file;  // Must live as long as the program.
  const char* executable_name = "";
  std::span<const char* const> argv;
};

// Options must be set before. False: `error` says why, and nothing can be run.
bool start_from_file(const StartRequest& request, ImageError& error);

}  // namespace bactrian
