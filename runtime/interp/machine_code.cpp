// SPDX-License-Identifier: Apache-2.0
// Places the machine's own instructions in the code space and makes the one closure
// that runs some of them.
#include "runtime/interp/machine_code.h"

#include <iterator>

#include "runtime/bytecode/code_space.h"
#include "runtime/bytecode/functions.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"

namespace bactrian {

namespace {

constexpr opcode_t kCode[] = {
    FIBER_RETURN,
    THREAD_RETURN,
    RESTORE,
    FINALISER_RETURN,
    FINALISER_RAISE,
    RAISE_ACC,
    NATIVE_RETURN,
    // Of apply_code.
    APPTERM,
    1,
    1,
    APPTERM,
    2,
    2,
    APPTERM,
    3,
    3,
    APPTERM,
    4,
    4,
    APPTERM,
    5,
    5,
    APPTERM,
    6,
    6,
    APPTERM,
    7,
    7,
    APPTERM,
    8,
    8,
    APPTERM,
    9,
    9,
    APPTERM,
    10,
    10,
};
opcode_t* machine_code = nullptr;
GlobalRoot the_raise_closure;

}  // namespace

void init_machine_code() {
  if (machine_code == nullptr) {
    machine_code = alloc_code(std::size(kCode));
    if (machine_code == nullptr) caml_fatal_error("no memory to start in");
    for (std::size_t i = 0; i < std::size(kCode); i++) machine_code[i] = kCode[i];
  }
  Value closure = caml_alloc_small(2, Closure_tag);
  Field(closure, 0) = make_code_field(offset_of_code(machine_code + 5), kNoFunction);
  Field(closure, 1) = Make_closinfo(1, 2);
  the_raise_closure = closure;
}

const opcode_t* fiber_return_code() { return machine_code; }
const opcode_t* thread_return_code() { return machine_code + 1; }
const opcode_t* restore_code() { return machine_code + 2; }
const opcode_t* finaliser_return_code() { return machine_code + 3; }
const opcode_t* finaliser_raise_code() { return machine_code + 4; }
const opcode_t* native_return_code() { return machine_code + 6; }
const opcode_t* apply_code(int count) { return machine_code + 7 + 3 * (count - 1); }
Value raise_closure() { return the_raise_closure; }

}  // namespace bactrian
