// SPDX-License-Identifier: Apache-2.0
// Start-up, in the order in which the parts need each other (start.h).
#include "runtime/main/start.h"

#include "runtime/bytecode/program.h"
#include "runtime/heap/heap.h"
#include "runtime/interp/backtrace.h"
#include "runtime/interp/driver.h"
#include "runtime/interp/interp.h"
#include "runtime/interp/machine_code.h"
#include "runtime/options.h"
#include "runtime/prims/prim_init.h"
#include "runtime/prims/sys.h"

namespace bactrian {

bool start_from_file(const StartRequest& request, ImageError& error) {
  Image image;
  if (!read_image(request.file, image, error)) return false;
  set_stack_threshold_for_version(image.version);
  if (!init_heap() || !init_threads())
    return error.set(0, "no memory for a minor heap of %zu words", options().minor_heap_wosize);
  init_machine_code();
  register_int_custom_operations();
  register_bigarray_custom_operations();
  if (!set_program_arguments(request.executable_name, request.argv))
    return error.set(0, "no memory for the program's arguments");
  const opcode_t* pc = load_program(image, error);
  if (pc == nullptr) return false;
  record_backtraces(options().backtrace != 0);
  start_program(pc);
  return true;
}

}  // namespace bactrian
