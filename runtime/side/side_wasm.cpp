// SPDX-License-Identifier: Apache-2.0
// See side.h: the table, and what only side modules need.
#include "runtime/side/side.h"

#include <new>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/opcodes.h"

namespace bactrian {

Value* new_global_root() {
  void* memory = caml_stat_alloc_noexc(sizeof(GlobalRoot));
  if (memory == nullptr) caml_fatal_error("out of memory: a root");
  return (new (memory) GlobalRoot)->address();
}

bool add_functions(const opcode_t* code, std::size_t count, const std::uint32_t* entries,
                   int function_count, Value* fields) {
  FragmentSource source;
  source.code = Bytes(reinterpret_cast<const std::uint8_t*>(code), count * sizeof(opcode_t));
  source.is_program = false;
  ImageError error;
  Fragment* fragment = add_fragment(source, error);
  if (fragment == nullptr) return false;
  for (int i = 0; i < function_count; i++) {
    FunctionId id = function_id_at(*fragment, entries[i] * sizeof(opcode_t));
    fields[i] = make_code_field(function_entry(id), id);
  }
  return true;
}

int closure_arity(Value closure) {
  int arity = function_info(function_id_of_field(Field(closure, 0))).arity;
  if (arity > 0) return arity;
  // RESTART, then the GRAB of the function that holds some of its arguments.
  return Code_val(closure)[2] + 1 - static_cast<int>(Wosize_val(closure) - 3);
}

}  // namespace bactrian

extern "C" __attribute__((export_name("bactrian_side_interface"))) const bactrian::SideInterface*
bactrian_side_interface() {
  using namespace bactrian;
  static const SideInterface table = {
      &domain_state,
#define SIDE(result, name, parameters, arguments) name,
#include "runtime/side/side.def"
#undef SIDE
  };
  return &table;
}
