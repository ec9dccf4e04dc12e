// SPDX-License-Identifier: Apache-2.0
// OCaml arrays and lists ↔ JavaScript arrays, in pieces that the words have room for.
#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

namespace {

void put_field(Value array, mlsize_t i, int at) {
  if (Tag_val(array) == Double_array_tag) {
    cells[at] = Double_flat_field(array, i);
    words[at] = kNumber;
  } else {
    put_word(Field(array, i), at);
  }
}

// The next element; its end is when there is none. Strings and array-likes count as arrays.
mlsize_t length_of(Value array) {
  int length = js_length(word_of(array, 0));
  return length < 0 ? 0 : static_cast<mlsize_t>(length);
}

}  // namespace

Value caml_js_from_array(Value array) {
  mlsize_t count = Wosize_val(array);
  word_t result = 0;
  mlsize_t i = 0;
  do {
    int piece = 0;
    for (; i < count && piece < kWordCount; i++, piece++) put_field(array, i, piece);
    if (result == 0)
      result = js_array(piece);
    else
      js_append(result, piece);
  } while (i < count);
  return value_of(result);
}

Value caml_js_to_array(Value js_array) {
  mlsize_t count = length_of(js_array);
  if (count == 0) return caml_alloc(0, 0);
  Root source(js_array), result(caml_alloc(count, 0));
  if (result.get() == kNoValue) return kNoValue;
  for (mlsize_t from = 0; from < count; from += kWordCount) {
    mlsize_t piece = count - from < kWordCount ? count - from : kWordCount;
    js_read(word_of(source, 0), static_cast<int>(from), static_cast<int>(piece));
    if (!take_fields(result, from, static_cast<int>(piece))) return kNoValue;
  }
  return result;
}

Value caml_list_to_js_array(Value list) {
  word_t result = 0;
  do {
    int piece = 0;
    for (; list != Val_emptylist && piece < kWordCount; list = Field(list, 1))
      put_word(Field(list, 0), piece), piece++;
    if (result == 0)
      result = js_array(piece);
    else
      js_append(result, piece);
  } while (list != Val_emptylist);
  return value_of(result);
}

Value caml_list_of_js_array(Value js_array) {
  Root array(caml_js_to_array(js_array)), list(Val_emptylist);
  if (array.get() == kNoValue) return kNoValue;
  for (mlsize_t i = Wosize_val(array); i-- > 0;) {
    Value cell = caml_alloc_small(2, 0);
    Field(cell, 0) = Field(array, i);
    Field(cell, 1) = list;
    list = cell;
  }
  return list;
}

// ---- OCaml blocks that are arrays, as in js_of_ocaml: a tag, then the fields --------------------

namespace {

// 0: it is none.
mlsize_t block_length(Value v) {
  if (!Is_js(v)) return 0;
  put_word(v, 0);
  return static_cast<mlsize_t>(js_operation(kOp_block_length) >> 1);
}

// A block with the fields as they are, floats in an array of floats.
Value shallow_block(Value js_array, mlsize_t length) {
  Root source(js_array);
  js_read(word_of(source, 0), 0, 1);
  auto tag = static_cast<tag_t>(words[0] >> 1);
  if (length == 1) return caml_alloc(0, tag);
  Root block(caml_alloc(length - 1, tag));
  if (block.get() == kNoValue) return kNoValue;
  for (mlsize_t from = 0; from < length - 1; from += kWordCount) {
    mlsize_t piece = length - 1 - from < kWordCount ? length - 1 - from : kWordCount;
    js_read(word_of(source, 0), static_cast<int>(from) + 1, static_cast<int>(piece));
    if (tag == Double_array_tag) {
      for (mlsize_t i = 0; i < piece; i++)
        Double_flat_field(block, from + i) = (words[i] & 1) != 0 ? words[i] >> 1 : cells[i];
    } else if (!take_fields(block, from, static_cast<int>(piece))) {
      return kNoValue;
    }
  }
  return block;
}

Value typed_value(Value v) {
  if (!Is_js(v)) return v;
  put_word(v, 0);
  switch (js_operation(kOp_value_kind) >> 1) {
    case 1: return string_of(word_of(v, 0), true);
    case 2: return Val_true;
    case 3: return Val_false;  // And unit.
    default: return v;
  }
}

}  // namespace

Value block_of_array(Value js_array, bool typed) {
  mlsize_t length = block_length(js_array);
  if (length == 0) return typed ? typed_value(js_array) : js_array;
  if (!has_stack_left()) return caml_raise_stack_overflow();
  Root first(shallow_block(js_array, length));
  Root block(first.get());
  // What the last field has goes on in the loop: lists are as long as they are.
  while (block.get() != kNoValue && Tag_val(block) != Double_array_tag) {
    mlsize_t last = Wosize_val(block);
    if (last-- == 0) return first;
    for (mlsize_t i = 0; i < last; i++) {
      Value field = Field(block, i);
      if (!Is_js(field)) continue;
      field = block_of_array(field, typed);
      if (field == kNoValue) return kNoValue;
      Store_field(block, i, field);
    }
    length = block_length(Field(block, last));
    if (length == 0) {
      Value end = typed ? typed_value(Field(block, last)) : Field(block, last);
      if (end == kNoValue) return kNoValue;
      Store_field(block, last, end);
      return first;
    }
    Value next = shallow_block(Field(block, last), length);
    if (next == kNoValue) return kNoValue;
    Store_field(block, last, next);
    block = next;
  }
  return block.get() == kNoValue ? kNoValue : first.get();
}

}  // namespace bactrian
