// SPDX-License-Identifier: Apache-2.0
// Obj: blocks seen from below, lazy blocks, objects' methods and numbers, recursive definitions.
//
// A block's tag is changed in place, its colour bits kept: they are the heap's.
#include <cstring>

#include "runtime/heap/heap.h"
#include "runtime/interp/methods.h"
#include "runtime/prims/prim.h"
#include "runtime/prims/sizes.h"
#include "runtime/tier/install.h"

namespace bactrian {

namespace {

// What Obj.tag shows for what is no block.
constexpr int kIntTag = 1000;
constexpr int kUnalignedTag = 1002;

void set_tag(Value block, tag_t tag) {
  Header& header = Hd_val(block);
  header = Header{(bits(header) & ~std::uint64_t{0xFF}) | tag};
}

// caml_alloc for a size that is still OCaml's.
Value alloc_block(Value size, tag_t tag) {
  auto wosize = static_cast<std::uint64_t>(Long_val(size));
  if (!is_addressable(wosize)) return caml_raise_out_of_memory();
  return caml_alloc(static_cast<mlsize_t>(wosize), tag);
}

void change_tag(Value block, tag_t from, tag_t to) {
  if (Tag_val(block) == from) set_tag(block, to);
}

}  // namespace

// ---- Blocks -----------------------------------------------------------------------------------

Value caml_obj_tag(Value v) {
  if (Is_long(v)) return Val_int(kIntTag);
  if ((bits(v) & (sizeof(Value) - 1)) != 0) return Val_int(kUnalignedTag);
  return Val_int(static_cast<int>(Tag_val(v)));
}

Value caml_obj_set_tag(Value block, Value tag) {
  set_tag(block, static_cast<tag_t>(Long_val(tag)) & 0xFF);
  return Val_unit;
}

Value caml_obj_raw_field(Value block, Value index) {
  return caml_copy_nativeint(bits(Field(block, static_cast<mlsize_t>(Long_val(index)))));
}
// The toplevel's #trace gives a closure other code.
Value caml_obj_set_raw_field(Value block, Value index, Value word) {
  if (Long_val(index) == 0 && (Tag_val(block) == Closure_tag || Tag_val(block) == Infix_tag))
    keep_interpreted(function_id_of_field(Field(block, 0)));
  note_bytes_change(block);
  Field(block, static_cast<mlsize_t>(Long_val(index))) = Value{Nativeint_val(word)};
  return Val_unit;
}

// Fields that the rest of the runtime reads are made sane; a custom block cannot be.
Value caml_obj_block(Value tag_value, Value size) {
  auto tag = static_cast<tag_t>(Long_val(tag_value)) & 0xFF;
  intnat least = tag == Closure_tag ? 2 : tag == String_tag ? 1 : 0;
  if (tag == Custom_tag || (Long_val(size) >= 0 && Long_val(size) < least))
    return caml_invalid_argument("Obj.new_block");
  Value block = alloc_block(size, tag);
  if (block == kNoValue) return kNoValue;
  if (tag == Closure_tag) Field(block, 1) = Make_closinfo(0, 2);
  if (tag == String_tag) Field(block, Wosize_val(block) - 1) = Value{0};
  return block;
}

Value caml_obj_with_tag(Value tag_value, Value block) {
  auto tag = static_cast<tag_t>(Long_val(tag_value)) & 0xFF;
  mlsize_t wosize = Wosize_val(block);
  if (wosize == 0) return Atom(tag);
  Root from(block);
  Value copy = caml_alloc(wosize, tag);
  if (copy == kNoValue) return kNoValue;
  if (tag >= No_scan_tag || wosize <= Max_young_wosize) {
    std::memcpy(Op_val(copy), Op_val(from), Bsize_wsize(wosize));
  } else {
    // Code addresses in closures look like integers, so they pass as values.
    for (mlsize_t i = 0; i < wosize; i++) caml_initialize(&Field(copy, i), Field(from, i));
  }
  return copy;
}
Value caml_obj_dup(Value block) {
  return caml_obj_with_tag(Val_int(static_cast<int>(Tag_val(block))), block);
}

Value caml_obj_truncate(Value block, Value new_size) {
  auto size = static_cast<std::uint64_t>(Long_val(new_size));
  if (size == 0 || size > Wosize_val(block)) return caml_invalid_argument("Obj.truncate");
  if (size < Wosize_val(block)) heap_truncate(block, static_cast<mlsize_t>(size));
  return Val_unit;
}

Value caml_obj_add_offset(Value v, Value offset) { return Value{bits(v) + Int32_val(offset)}; }

Value caml_obj_compare_and_swap(Value block, Value index, Value old_value, Value new_value) {
  Value& field = Field(block, static_cast<mlsize_t>(Long_val(index)));
  if (field != old_value) return Val_false;
  caml_modify(&field, new_value);
  return Val_true;
}

Value caml_obj_is_shared(Value v) { return Val_bool(Is_long(v) || !Is_young(v)); }

// The address n - 1 as a value. There is none for 0, which means "no value" here.
Value caml_int_as_pointer(Value n) { return bits(n) == 1 ? n : Value{bits(n) - 1}; }

// ---- Lazy values ------------------------------------------------------------------------------

Value caml_lazy_make_forward(Value v) {
  Root rooted(v);
  Value block = caml_alloc_small(1, Forward_tag);
  Field(block, 0) = rooted;
  return block;
}
Value caml_lazy_reset_to_lazy(Value block) {
  change_tag(block, Forcing_tag, Lazy_tag);
  return Val_unit;
}
Value caml_lazy_update_to_forward(Value block) {
  change_tag(block, Forcing_tag, Forward_tag);
  return Val_unit;
}
Value caml_lazy_read_result(Value v) {
  return Is_block(v) && Tag_val(v) == Forward_tag ? Field(v, 0) : v;
}
// 0 when the caller may go on to force it, else 1.
Value caml_lazy_update_to_forcing(Value v) {
  if (Is_long(v) || Tag_val(v) != Lazy_tag) return Val_int(1);
  set_tag(v, Forcing_tag);
  return Val_int(0);
}

// OCaml 4.
Value caml_obj_make_forward(Value block, Value v) {
  caml_modify(&Field(block, 0), v);
  set_tag(block, Forward_tag);
  return Val_unit;
}

// ---- Objects ----------------------------------------------------------------------------------

// A class's methods: number n, mask, then n pairs of closure and tag, sorted by tag. The tags'
// words sit at odd indices 3 to 2n + 1, the latter being the word of the tagged integer n.
Value caml_get_public_method(Value object, Value tag) {
  Value methods = Field(object, Class_val_field);
  // OCaml's runtime answers the word 0, which no OCaml code can look at.
  mlsize_t found = find_label(methods, tag);
  return Field(methods, found) == tag ? Field(methods, found - 1) : Val_unit;
}

namespace {
std::int64_t next_object_id = 0;  // Shared by all domains.
}

Value caml_fresh_oo_id(Value) { return Val_long(next_object_id++); }
Value caml_set_oo_id(Value object) {
  Field(object, Oid_val_field) = Val_long(next_object_id++);
  return object;
}

// ---- Recursive definitions --------------------------------------------------------------------
// `let rec` of values allocates dummies of the right size, then updates each with what it must be.

Value caml_alloc_dummy(Value size) { return alloc_block(size, 0); }
Value caml_alloc_dummy_function(Value size, Value) { return alloc_block(size, 0); }

// For a closure at `offset` words inside a group. The group looks like one without variables, which
// the collector passes over.
Value caml_alloc_dummy_infix(Value size, Value offset_value) {
  Value block = alloc_block(size, Closure_tag);
  if (block == kNoValue) return kNoValue;
  Field(block, 1) = Make_closinfo(0, Wosize_val(block));
  auto offset = static_cast<mlsize_t>(Long_val(offset_value));
  if (offset == 0) return block;
  Value closure = val_of_ptr(Op_val(block) + offset);
  Hd_val(closure) = Make_header(offset, Infix_tag);
  return closure;
}

namespace {

// The block that an infix closure lies in, or the block itself.
Value enclosing_block(Value v) {
  return Tag_val(v) == Infix_tag ? Value{bits(v) - static_cast<intnat>(Infix_offset_val(v))} : v;
}

}  // namespace

Value caml_update_dummy(Value dummy, Value v) {
  dummy = enclosing_block(dummy);
  v = enclosing_block(v);
  mlsize_t wosize = Wosize_val(v);
  if (Wosize_val(dummy) == 0) return Val_unit;  // The shared atom, already right.
  set_tag(dummy, Tag_val(v));
  if (Tag_val(v) == Double_array_tag) {
    std::memcpy(Op_val(dummy), Op_val(v), Bsize_wsize(wosize));
  } else {
    for (mlsize_t i = 0; i < wosize; i++) caml_modify(&Field(dummy, i), Field(v, i));
  }
  return Val_unit;
}

}  // namespace bactrian
