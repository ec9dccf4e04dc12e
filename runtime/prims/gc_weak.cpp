// SPDX-License-Identifier: Apache-2.0
// Weak arrays and ephemerons, as the program uses them. The collector's side, with the layout and
// the rules, is heap/ephe.cpp. What is taken out of an ephemeron is marked, because nothing else
// may have kept it; after marking, a dead key is never given out.
#include <algorithm>
#include <cstring>

#include "runtime/heap/ephe.h"
#include "runtime/heap/state.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// Of key n; 0 when there is none.
mlsize_t key_index(Value ephe, Value n) {
  auto keys = static_cast<intnat>(Wosize_val(ephe) - kEpheFirstKey);
  intnat i = Long_val(n);
  return i < 0 || i >= keys ? 0 : static_cast<mlsize_t>(i) + kEpheFirstKey;
}

// Whether keys [n, n + length) exist.
bool has_keys(Value ephe, Value n, Value length) {
  auto keys = static_cast<intnat>(Wosize_val(ephe) - kEpheFirstKey);
  intnat first = Long_val(n), count = Long_val(length);
  return first >= 0 && count >= 0 && count <= keys && first <= keys - count;
}

// The field, emptied first if what it holds is known to be dead.
Value read_field(Value ephe, mlsize_t i) {
  if (heap().phase == Phase::kClean) {
    if (i == kEpheData) {
      ephe_clean_if_due(ephe);
    } else if (is_unmarked(Field(ephe, i))) {
      Field(ephe, i) = caml_ephe_none();
      Field(ephe, kEpheData) = caml_ephe_none();
    }
  }
  return Field(ephe, i);
}

void set_field(Value ephe, mlsize_t i, Value v) {
  read_field(ephe, i);
  // With other keys the ephemeron might be decided otherwise, after the collector has passed.
  heap_darken(Field(ephe, kEpheData));
  ephe_store(ephe, i, v);
}

Value get_field(Value ephe, mlsize_t i) {
  Value v = read_field(ephe, i);
  if (v == caml_ephe_none()) return Val_none;
  heap_darken(v);
  return caml_alloc_some(v);
}

void copy_fields(Value to, Value from) {
  mlsize_t wosize = Wosize_val(from);
  if (Tag_val(from) >= No_scan_tag) {
    std::memcpy(Op_val(to), Op_val(from), Bsize_wsize(wosize));
    return;
  }
  for (mlsize_t i = 0; i < wosize; i++) {
    heap_darken(Field(from, i));
    caml_modify(&Field(to, i), Field(from, i));
  }
}

// Custom blocks are not copied: their identity matters. The value is read again after the
// allocation, which may have emptied the field.
Value get_field_copy(Value ephe_in, mlsize_t i) {
  Root ephe(ephe_in), copy;
  for (;;) {
    Value v = read_field(ephe, i);
    if (v == caml_ephe_none()) return Val_none;
    if (Is_long(v) || Tag_val(v) == Custom_tag) {
      heap_darken(v);
      return caml_alloc_some(v);
    }
    mlsize_t offset = Tag_val(v) == Infix_tag ? Infix_offset_val(v) : 0;
    v = value_minus(v, offset);
    if (Is_block(copy) && Tag_val(copy) == Tag_val(v) && Wosize_val(copy) == Wosize_val(v)) {
      copy_fields(copy, v);
      return caml_alloc_some(value_plus(copy, offset));
    }
    copy = caml_alloc(Wosize_val(v), Tag_val(v));
    if (copy.get() == kNoValue) return kNoValue;
  }
}

}  // namespace

Value caml_ephe_create(Value length) {
  intnat keys = Long_val(length);
  if (keys < 0 || static_cast<uintnat>(keys) > Max_wosize - kEpheFirstKey)
    return caml_invalid_argument("Weak.create");
  if (static_cast<uintnat>(keys) > memory_limit() / sizeof(Value))
    return caml_raise_out_of_memory();
  mlsize_t wosize = static_cast<mlsize_t>(keys) + kEpheFirstKey;
  Value ephe = caml_alloc_shr(wosize, Abstract_tag);
  if (ephe == kNoValue) return ephe;
  for (mlsize_t i = kEpheData; i < wosize; i++) Field(ephe, i) = caml_ephe_none();
  ephe_note(ephe);
  return ephe;
}

Value caml_ephe_set_key(Value ephe, Value n, Value key) {
  mlsize_t i = key_index(ephe, n);
  if (i == 0) return caml_invalid_argument("Weak.set");
  set_field(ephe, i, key);
  return Val_unit;
}

Value caml_ephe_unset_key(Value ephe, Value n) {
  return caml_ephe_set_key(ephe, n, caml_ephe_none());
}

Value caml_weak_set(Value ephe, Value n, Value option) {
  return caml_ephe_set_key(ephe, n, Is_block(option) ? Field(option, 0) : caml_ephe_none());
}

Value caml_ephe_set_data(Value ephe, Value data) {
  read_field(ephe, kEpheData);
  ephe_store(ephe, kEpheData, data);
  return Val_unit;
}

Value caml_ephe_unset_data(Value ephe) { return caml_ephe_set_data(ephe, caml_ephe_none()); }

Value caml_ephe_get_key(Value ephe, Value n) {
  mlsize_t i = key_index(ephe, n);
  return i == 0 ? caml_invalid_argument("Weak.get") : get_field(ephe, i);
}

Value caml_ephe_get_key_copy(Value ephe, Value n) {
  mlsize_t i = key_index(ephe, n);
  return i == 0 ? caml_invalid_argument("Weak.get") : get_field_copy(ephe, i);
}

Value caml_ephe_get_data(Value ephe) { return get_field(ephe, kEpheData); }
Value caml_ephe_get_data_copy(Value ephe) { return get_field_copy(ephe, kEpheData); }

Value caml_ephe_check_key(Value ephe, Value n) {
  mlsize_t i = key_index(ephe, n);
  if (i == 0) return caml_invalid_argument("Weak.check");
  return Val_bool(read_field(ephe, i) != caml_ephe_none());
}

Value caml_ephe_check_data(Value ephe) {
  return Val_bool(read_field(ephe, kEpheData) != caml_ephe_none());
}

Value caml_ephe_blit_key(Value from, Value n, Value to, Value m, Value length) {
  if (!has_keys(from, n, length) || !has_keys(to, m, length))
    return caml_invalid_argument("Weak.blit");
  auto count = static_cast<mlsize_t>(Long_val(length));
  if (count == 0) return Val_unit;
  mlsize_t source = static_cast<mlsize_t>(Long_val(n)) + kEpheFirstKey;
  mlsize_t target = static_cast<mlsize_t>(Long_val(m)) + kEpheFirstKey;
  ephe_clean_if_due(from);
  ephe_clean_if_due(to);
  heap_darken(Field(to, kEpheData));
  for (mlsize_t k = 0; k < count; k++) {
    mlsize_t i = target < source ? k : count - 1 - k;
    ephe_store(to, target + i, Field(from, source + i));
  }
  return Val_unit;
}

Value caml_ephe_blit_data(Value from, Value to) {
  ephe_clean_if_due(from);
  ephe_clean_if_due(to);
  heap_darken(Field(from, kEpheData));
  ephe_store(to, kEpheData, Field(from, kEpheData));
  return Val_unit;
}

}  // namespace bactrian
