// SPDX-License-Identifier: Apache-2.0
// The primitives that are done in JavaScript: arguments and result by their shapes (prims.def).
#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

Value run_operation(Operation op, const char* shape, const Value* args) {
  int at = 0;
  for (; *shape != '>'; shape++, at++) {
    bool text = *shape == 's' || *shape == 'b';
    words[at] = text ? word_of_string(args[at], *shape == 's') : word_of(args[at], at);
  }
  word_t result = js_operation(op);
  if (result == kThrown) return raise_thrown();
  switch (shape[1]) {
    case 'u': return Val_unit;
    case 'z': return Val_bool(result == word_of_slot(kTrue));
    case 'b': return string_of(word_of(value_of(result), 0), false);
    default: return value_of(result);
  }
}

}  // namespace bactrian
