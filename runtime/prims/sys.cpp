// SPDX-License-Identifier: Apache-2.0
// Sys: the program and its surroundings. Files are sys_files.cpp's.
#include "runtime/prims/sys.h"

#include <cstdio>
#include <cstring>
#include <new>

#include "runtime/host/errors.h"
#include "runtime/host/host.h"
#include "runtime/interp/exit.h"
#include "runtime/options.h"
#include "runtime/prims/prim.h"

namespace bactrian {

// ---- Arguments --------------------------------------------------------------------------------

namespace {

const char* executable_name = "";
GlobalRoot* program_argv = nullptr;

}  // namespace

bool set_program_arguments(const char* exe, std::span<const char* const> argv) {
  executable_name = exe;
  Value array = caml_alloc_string_array(argv.data(), argv.size());
  if (array == kNoValue) return false;
  // In storage of its own: a static GlobalRoot would want a destructor at exit.
  alignas(GlobalRoot) static char storage[sizeof(GlobalRoot)];
  if (program_argv == nullptr) program_argv = new (storage) GlobalRoot;
  *program_argv = array;
  return true;
}

Value caml_sys_argv(Value) { return program_argv->get(); }

Value caml_sys_modify_argv(Value argv) {
  *program_argv = argv;
  return Val_unit;
}

Value caml_sys_executable_name(Value) { return caml_copy_string(executable_name); }

Value caml_sys_get_argv(Value) {
  Root exe(caml_copy_string(executable_name));
  Value pair = caml_alloc_small(2, 0);
  Field(pair, 0) = exe;
  Field(pair, 1) = program_argv->get();
  return pair;
}

// ---- Environment ------------------------------------------------------------------------------

Value caml_sys_getenv(Value name) {
  mlsize_t name_len = caml_string_length(name);
  if (std::memchr(String_val(name), '\0', name_len) != nullptr) return caml_raise_not_found();
  std::int32_t len = host_getenv(String_val(name), name_len, nullptr, 0);
  if (len < 0) return caml_raise_not_found();
  Root rooted_name(name);
  Value text = caml_alloc_string(static_cast<mlsize_t>(len));
  if (text == kNoValue) return kNoValue;
  host_getenv(String_val(rooted_name), name_len, String_val(text), static_cast<std::size_t>(len));
  return text;
}

Value caml_sys_system_command(Value command) {
  mlsize_t len = caml_string_length(command);
  bool has_nul = std::memchr(String_val(command), '\0', len) != nullptr;
  std::int32_t code = has_nul ? -kEINVAL : host_system(String_val(command), len);
  return code < 0 ? caml_sys_error(-code, command) : Val_int(code);
}

Value caml_sys_exit(Value code) { return request_exit(Int_val(code)); }

Value caml_sys_time_include_children(Value) { return caml_copy_double(host_cpu_time()); }
Value caml_sys_time(Value) { return caml_copy_double(host_cpu_time()); }

Value caml_sys_random_seed(Value) {
  unsigned char bytes[12];
  host_random(bytes, sizeof bytes);
  Value seed = caml_alloc_small(sizeof bytes, 0);
  for (mlsize_t i = 0; i < sizeof bytes; i++) Field(seed, i) = Val_int(bytes[i]);
  return seed;
}

// ---- What this machine is ---------------------------------------------------------------------

Value caml_sys_const_big_endian(Value) { return Val_false; }
Value caml_sys_const_word_size(Value) { return Val_int(64); }
Value caml_sys_const_int_size(Value) { return Val_int(63); }
Value caml_sys_const_max_wosize(Value) { return Val_long(static_cast<intnat>(Max_wosize)); }
Value caml_sys_const_ostype_unix(Value) { return Val_true; }
Value caml_sys_const_ostype_win32(Value) { return Val_false; }
Value caml_sys_const_ostype_cygwin(Value) { return Val_false; }
Value caml_sys_const_backend_type(Value) { return Val_int(1); }  // Sys.Bytecode
Value caml_sys_const_naked_pointers_checked(Value) { return Val_false; }
Value caml_xdg_defaults(Value) { return Val_emptylist; }  // Of Windows.
Value caml_runtime_variant(Value) { return caml_alloc_initialized_string(0, ""); }

Value caml_sys_get_config(Value) {
  Root os_type(caml_copy_string("Unix"));
  Value triple = caml_alloc_small(3, 0);
  Field(triple, 0) = os_type;
  Field(triple, 1) = Val_int(64);
  Field(triple, 2) = Val_false;
  return triple;
}

// In OCaml 5's order.
Value caml_runtime_parameters(Value) {
  const Options& o = options();
  char text[320];
  int len = std::snprintf(
      text, sizeof text,
      "b=%d,c=%zu,e=%zu,l=%zu,M=%zu,m=%zu,n=%zu,o=%zu,p=%zu,s=%zu,t=%d,v=%zu,V=%zu,W=%zu",
      dom().backtrace_active, o.cleanup_at_exit, o.runtime_events_log_wsize, o.max_stack_wosize,
      o.custom_major_ratio, o.custom_minor_ratio, o.custom_minor_max_bsize, o.space_overhead,
      o.parser_trace, o.minor_heap_wosize, o.trace_instructions, o.verbose, o.verify_heap,
      o.warnings);
  return caml_alloc_initialized_string(static_cast<mlsize_t>(len), text);
}

// ---- Warnings ---------------------------------------------------------------------------------

void write_stderr(const char* text) { host_write(2, text, std::strlen(text)); }

bool runtime_warnings_active() {
  static bool told = false;
  if (options().warnings == 0) return false;
  if (!told) write_stderr("[ocaml] (use Sys.enable_runtime_warnings to control these warnings)\n");
  told = true;
  return true;
}

Value caml_ml_enable_runtime_warnings(Value on) {
  options().warnings = Bool_val(on) ? 1 : 0;
  return Val_unit;
}

Value caml_ml_runtime_warnings_enabled(Value) { return Val_bool(options().warnings != 0); }

}  // namespace bactrian
