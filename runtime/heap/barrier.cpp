// SPDX-License-Identifier: Apache-2.0
// The write barrier. It keeps two sets right:
//   - the major fields that may hold young values, for the minor collection;
//   - while marking, everything that was reachable when marking began: the value that a field loses
//     is marked (its new value needs nothing: it was reachable then, or is born marked).
// A field that held a young value is remembered already, and a young value is not marked.
#include "runtime/heap/state.h"

namespace bactrian {

void caml_modify(Value* field, Value v) {
  if (Is_young(val_of_ptr(field))) {
    *field = v;
    return;
  }
  Value old = *field;
  *field = v;
  if (Is_block(old)) {
    if (Is_young(old)) return;
    if (heap().marking) darken(old);
  }
  if (is_young_block(v)) remember_field(field);
}

void caml_initialize(Value* field, Value v) {
  *field = v;
  if (is_young_block(v) && !Is_young(val_of_ptr(field))) remember_field(field);
}

void heap_darken(Value v) {
  if (heap().marking && v != kNoValue && Is_block(v) && !Is_young(v)) darken(v);
}

bool heap_keep(Value v) {
  heap_darken(v);
  Phase phase = heap().phase;
  return (phase != Phase::kClean && phase != Phase::kSweep) || !is_unmarked(v);
}

void heap_truncate(Value block, mlsize_t wosize) {
  note_bytes_change(block);
  Header hd = Hd_val(block);
  if (Tag_hd(hd) < No_scan_tag && !Is_young(block))
    for (mlsize_t i = wosize; i < Wosize_hd(hd); i++) caml_modify(&Field(block, i), Val_unit);
  Hd_val(block) = Make_header(wosize, Tag_hd(hd), Color_hd(hd));
}

}  // namespace bactrian
