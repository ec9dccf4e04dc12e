// SPDX-License-Identifier: Apache-2.0
// The native command, for tests, sanitizers and debugging: runs a bytecode file as ocamlrun does.
//
//   bactrian-native [--name=value …] app.byte args…
//
// Options are those of options.def, also taken from BACTRIAN (a list with commas) and
// OCAMLRUNPARAM.
#include <poll.h>
#include <time.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/bytecode/disasm.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/host/host.h"
#include "runtime/interp/driver.h"
#include "runtime/main/start.h"
#include "runtime/options.h"

using namespace bactrian;

namespace {

constexpr int kUsageError = 127;

bool read_whole_file(const char* path, std::vector<std::uint8_t>& bytes) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  std::uint8_t piece[65536];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, file)) > 0;)
    bytes.insert(bytes.end(), piece, piece + n);
  std::fclose(file);
  return true;
}

// Until one of the things that the threads wait for may have happened.
void wait_for_host() {
  HostWaits waits = host_waits();
  int timeout_ms = -1;
  if (waits.deadline) {
    double left = waits.seconds - host_now();
    timeout_ms = left <= 0 ? 0 : static_cast<int>(left * 1000) + 1;
  }
  pollfd descriptor{waits.fd, POLLIN, 0};
  poll(&descriptor, waits.readable ? 1 : 0, timeout_ms);
  if (waits.readable) host_readable(waits.fd);
}

}  // namespace

// What the program still holds when it ends is not leaked.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int argc, char** argv) {
  if (const char* text = std::getenv("OCAMLRUNPARAM")) parse_ocamlrunparam(text);
  if (const char* text = std::getenv("BACTRIAN")) {
    std::string_view bad = parse_options(text);
    if (!bad.empty())
      std::fprintf(stderr, "bactrian: BACTRIAN: no option '%.*s'\n", static_cast<int>(bad.size()),
                   bad.data());
  }
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    const char* option = argv[at];
    if (std::strncmp(option, "--", 2) == 0 ? parse_option(option + 2)
                                           : (parse_ocamlrunparam(option + 1), true))
      continue;
    std::fprintf(stderr, "bactrian: no option '%s'\n", option);
    return kUsageError;
  }
  if (at >= argc) {
    std::fprintf(stderr, "usage: bactrian-native [--option=value …] app.byte [argument …]\n");
    return kUsageError;
  }
  std::vector<std::uint8_t> file;
  if (!read_whole_file(argv[at], file)) {
    std::fprintf(stderr, "bactrian: cannot read %s: %s\n", argv[at], std::strerror(errno));
    return kUsageError;
  }
  StartRequest request;
  request.file = Bytes(file.data(), file.size());
  request.executable_name = argv[at];
  request.argv = std::span<const char* const>(argv + at, static_cast<std::size_t>(argc - at));
  ImageError error;
  if (!start_from_file(request, error)) {
    std::fprintf(stderr, "bactrian: %s: %s\n", argv[at], error.message);
    return kUsageError;
  }
  if (options().disassemble) {
    disassemble_program(stdout);
    return 0;
  }
  for (;;) {
    switch (run_program()) {
      case ProgramStatus::kFinished: return program_exit_code();
      case ProgramStatus::kRunnable: break;
      case ProgramStatus::kWaiting: wait_for_host(); break;
    }
  }
}
