// SPDX-License-Identifier: Apache-2.0
// The wasm module's exports, as the loader calls them. Once each, in this order: options,
// arguments, bactrian_load; then bactrian_run until it returns 0.
//
// Strings go in through memory that the caller got from bactrian_malloc, and come out through
// bactrian_message. One instance runs one program.
#ifdef __wasm__

#include <cstdlib>
#include <cstring>

#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/interp/driver.h"
#include "runtime/interp/signals.h"
#include "runtime/main/start.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/stubs.h"

using namespace bactrian;

extern "C" void __wasm_call_ctors();

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

char message[1024];
std::size_t message_size = 0;
const char** arguments = nullptr;  // The executable's name, then argv.
std::size_t argument_count = 0;
bool constructed = false;

void set_message(const char* text) {
  message_size = std::strlen(text);
  if (message_size > sizeof message) message_size = sizeof message;
  std::memcpy(message, text, message_size);
}

}  // namespace

// The first call of all, as everything goes in through memory. Naming __wasm_call_ctors also keeps
// the linker from running it around every export.
EXPORT(bactrian_malloc) void* bactrian_malloc(std::size_t byte_size) {
  if (!constructed) {
    constructed = true;
    __wasm_call_ctors();
  }
  return std::malloc(byte_size);
}
EXPORT(bactrian_free) void bactrian_free(void* p) { std::free(p); }

EXPORT(bactrian_option) int bactrian_option(const char* text, std::size_t size) {
  return parse_option({text, size}) ? 1 : 0;
}
EXPORT(bactrian_runparam) void bactrian_runparam(const char* text, std::size_t size) {
  parse_ocamlrunparam({text, size});
}

// The executable's name, then argv, each with a NUL behind it. The bytes are the runtime's from now
// on.
EXPORT(bactrian_set_args) void bactrian_set_args(const char* text, std::size_t size) {
  const char* end = text + size;
  std::size_t count = 0;
  for (const char* at = text; at < end; at++) count += *at == 0;
  arguments = static_cast<const char**>(std::malloc((count + 1) * sizeof(char*)));
  if (arguments == nullptr) return;
  for (; argument_count < count; text += std::strlen(text) + 1) arguments[argument_count++] = text;
}

// 0: ready to run. The bytes are the runtime's from now on.
EXPORT(bactrian_load) int bactrian_load(const unsigned char* file, std::size_t size) {
  StartRequest request;
  request.file = Bytes(file, size);
  if (argument_count > 0) {
    request.executable_name = arguments[0];
    request.argv = {arguments + 1, argument_count - 1};
  }
  ImageError error;
  if (start_from_file(request, error)) return 0;
  set_message(error.message);
  return 1;
}

EXPORT(bactrian_message_ptr) const char* bactrian_message_ptr() { return message; }
EXPORT(bactrian_message_len) std::size_t bactrian_message_len() { return message_size; }

EXPORT(bactrian_missing_count) int bactrian_missing_count() { return missing_prim_count(); }
// Names that the message has room for, with NULs between them.
EXPORT(bactrian_missing_names) void bactrian_missing_names() {
  message_size = 0;
  for (std::int32_t i = 0; i < missing_prim_count(); i++) {
    std::size_t length = std::strlen(missing_prim_name(i)) + 1;
    if (message_size + length > sizeof message) return;
    std::memcpy(message + message_size, missing_prim_name(i), length);
    message_size += length;
  }
}

// After 0 it may be called again, for functions that the page called and that wait.
// When it returned 2, it is called again once what bactrian_wait_kind told holds; too early does no
// harm.
EXPORT(bactrian_run) int bactrian_run() {
  host_readable(host_waits().fd);
  return static_cast<int>(run_program());
}
EXPORT(bactrian_exit_code) int bactrian_exit_code() { return program_exit_code(); }
// 1: it ended by `exit`; 0: its functions may still be called, and wait.
EXPORT(bactrian_exited) int bactrian_exited() { return program_exited() ? 1 : 0; }

EXPORT(bactrian_wait_kind) int bactrian_wait_kind() {
  HostWaits waits = host_waits();
  return (waits.readable ? 1 : 0) | (waits.deadline ? 2 : 0) | (waits.host ? 4 : 0);
}
EXPORT(bactrian_wait_fd) int bactrian_wait_fd() { return host_waits().fd; }
EXPORT(bactrian_wait_deadline) double bactrian_wait_deadline() { return host_waits().seconds; }
EXPORT(bactrian_host_done) void bactrian_host_done(int id) { host_done(id); }

// 1: the program takes the signal; 0: its default action is the host's to do.
EXPORT(bactrian_signal) int bactrian_signal(int number) { return deliver_signal(number) ? 1 : 0; }
EXPORT(bactrian_stop) void bactrian_stop(int code) { stop_program(code); }
EXPORT(bactrian_set_time_slice) void bactrian_set_time_slice(double milliseconds) {
  set_time_slice(milliseconds / 1000);
}

// ---- For the loader's part of translation (loader/translate.ts) ----

EXPORT(bactrian_tier_interface) const TierInterface* bactrian_tier_interface() {
  return get_tier_interface();
}
// Whether options ask for what only bactrian-translator-debug.wasm has.
EXPORT(bactrian_wants_inspection) int bactrian_wants_inspection() {
  const Options& o = options();
  return o.verify_ir || o.dump_bytecode != nullptr || o.dump_ir != nullptr ||
         o.dump_wasm != nullptr;
}
// What the loader has measured; the option `native-stack` goes before it.
EXPORT(bactrian_set_native_stack) void bactrian_set_native_stack(std::size_t bytes) {
  set_native_stack(bytes);
}
// The index in the exported table of what T_n holds for functions that are not translated.
EXPORT(bactrian_call_stub) TranslatedCode bactrian_call_stub(int arity) { return call_stub(arity); }
EXPORT(bactrian_function_count) std::uint32_t bactrian_function_count() {
  return function_table_size;
}

#endif
