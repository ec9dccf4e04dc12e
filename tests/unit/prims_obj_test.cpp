// SPDX-License-Identifier: Apache-2.0
// Obj, Lazy, objects, recursive definitions and Atomic.
#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

class PrimsObj : public PrimsTest {};

TEST_F(PrimsObj, Tags) {
  EXPECT_EQ(Val_int(1000), caml_obj_tag(Val_int(5)));
  EXPECT_EQ(Val_int(252), caml_obj_tag(string("")));
  EXPECT_EQ(Val_int(253), caml_obj_tag(caml_copy_double(0)));
  EXPECT_EQ(Val_int(255), caml_obj_tag(caml_copy_int32(0)));
  EXPECT_EQ(Val_int(0), caml_obj_tag(Atom(0)));
  Root block(caml_alloc(3, 5));
  caml_obj_set_tag(block, Val_int(7));
  EXPECT_EQ(Val_int(7), caml_obj_tag(block));
  EXPECT_EQ(3u, Wosize_val(block));
}

TEST_F(PrimsObj, NewBlocks) {
  Value v = caml_obj_block(Val_int(3), Val_int(2));
  EXPECT_EQ(Val_unit, Field(v, 1));
  EXPECT_EQ(3u, Tag_val(v));
  EXPECT_EQ(Atom(3), caml_obj_block(Val_int(3), Val_int(0)));
  EXPECT_EQ(7u, caml_string_length(caml_obj_block(Val_int(String_tag), Val_int(1))));
  EXPECT_EQ(Make_closinfo(0, 2), Field(caml_obj_block(Val_int(Closure_tag), Val_int(2)), 1));
  EXPECT_TRUE(invalid(caml_obj_block(Val_int(String_tag), Val_int(0)), "Obj.new_block"));
  EXPECT_TRUE(invalid(caml_obj_block(Val_int(Closure_tag), Val_int(1)), "Obj.new_block"));
  EXPECT_TRUE(invalid(caml_obj_block(Val_int(Custom_tag), Val_int(9)), "Obj.new_block"));
  EXPECT_TRUE(raised(caml_obj_block(Val_int(0), Val_int(-1)), PredefExn::Out_of_memory));
}

TEST_F(PrimsObj, Copies) {
  for (mlsize_t wosize : {1, 3, 600}) {
    Root block(caml_alloc(wosize, 4));
    for (mlsize_t i = 0; i < wosize; i++) set(block, i, string(std::to_string(i)));
    Root copy(caml_obj_dup(block));
    EXPECT_NE(block.get(), copy.get());
    copy = caml_obj_with_tag(Val_int(9), copy);
    EXPECT_EQ(9u, Tag_val(copy));
    caml_minor_collection();
    ASSERT_EQ(wosize, Wosize_val(copy));
    EXPECT_EQ(std::to_string(wosize - 1), text(Field(copy, wosize - 1)));
  }
  Root s(string("text"));
  EXPECT_EQ("text", text(caml_obj_dup(s)));
  EXPECT_EQ(Atom(9), caml_obj_with_tag(Val_int(9), Atom(0)));
}

TEST_F(PrimsObj, Truncates) {
  for (mlsize_t wosize : {10, 600}) {
    Root block(caml_alloc(wosize, 0));
    for (mlsize_t i = 0; i < wosize; i++) set(block, i, string("element"));
    EXPECT_EQ(Val_unit, caml_obj_truncate(block, Val_int(2)));
    EXPECT_EQ(2u, Wosize_val(block));
    caml_full_major();
    EXPECT_EQ("element", text(Field(block, 1)));
    EXPECT_EQ(Val_unit, caml_obj_truncate(block, Val_int(2)));
    for (int bad : {0, 3, -1})
      EXPECT_TRUE(invalid(caml_obj_truncate(block, Val_int(bad)), "Obj.truncate"));
  }
}

TEST_F(PrimsObj, RawFields) {
  Root block(caml_obj_block(Val_int(Abstract_tag), Val_int(2)));
  Root n(caml_copy_nativeint(INT64_MIN));
  caml_obj_set_raw_field(block, Val_int(1), n);
  EXPECT_EQ(INT64_MIN, Nativeint_val(caml_obj_raw_field(block, Val_int(1))));
  Root offset(caml_copy_int32(8));
  Value v = caml_obj_add_offset(block, offset);
  EXPECT_EQ(bits(block.get()) + 8, bits(v));
  EXPECT_EQ(Value{6}, caml_int_as_pointer(Val_int(3)));
}

TEST_F(PrimsObj, LazyLife) {
  Root lazy(caml_alloc(1, Lazy_tag));
  EXPECT_EQ(Val_int(0), caml_lazy_update_to_forcing(lazy));
  EXPECT_EQ(Forcing_tag, Tag_val(lazy));
  EXPECT_EQ(Val_int(1), caml_lazy_update_to_forcing(lazy));
  caml_lazy_reset_to_lazy(lazy);
  EXPECT_EQ(Lazy_tag, Tag_val(lazy));
  caml_lazy_update_to_forcing(lazy);
  set(lazy, 0, Val_int(42));
  caml_lazy_update_to_forward(lazy);
  EXPECT_EQ(Val_int(42), caml_lazy_read_result(lazy));
  EXPECT_EQ(Val_int(1), caml_lazy_update_to_forcing(Val_int(3)));
  EXPECT_EQ(Val_int(3), caml_lazy_read_result(Val_int(3)));
  Value forward = caml_lazy_make_forward(string("v"));
  EXPECT_EQ(Forward_tag, Tag_val(forward));
  EXPECT_EQ("v", text(Field(forward, 0)));
}

TEST_F(PrimsObj, FindsPublicMethods) {
  for (int n : {1, 2, 5, 8}) {
    Root methods(caml_alloc(static_cast<mlsize_t>(2 * n + 2), 0));
    set(methods, 0, Val_int(n));
    for (int i = 0; i < n; i++) {
      set(methods, static_cast<mlsize_t>(2 * i + 2), Val_int(100 + i));
      set(methods, static_cast<mlsize_t>(2 * i + 3), Val_int(10 * i - 20));
    }
    Root object(caml_alloc(2, Object_tag));
    set(object, 0, methods);
    for (int i = 0; i < n; i++)
      EXPECT_EQ(Val_int(100 + i), caml_get_public_method(object, Val_int(10 * i - 20)));
    EXPECT_EQ(Val_unit, caml_get_public_method(object, Val_int(1)));
  }
}

TEST_F(PrimsObj, NumbersObjects) {
  Value first = caml_fresh_oo_id(Val_unit);
  Root object(caml_alloc(2, Object_tag));
  EXPECT_EQ(object.get(), caml_set_oo_id(object));
  EXPECT_EQ(Long_val(first) + 1, Long_val(Field(object, 1)));
}

TEST_F(PrimsObj, UpdatesDummies) {
  Root dummy(caml_alloc_dummy(Val_int(2))), v(caml_alloc(2, 3));
  set(v, 0, dummy);
  set(v, 1, string("x"));
  caml_update_dummy(dummy, v);
  EXPECT_EQ(3u, Tag_val(dummy));
  EXPECT_EQ(dummy.get(), Field(dummy, 0));
  EXPECT_EQ("x", text(Field(dummy, 1)));

  dummy = caml_alloc_dummy(Val_int(2));
  v = caml_alloc_float_array(2);
  Double_flat_field(v, 0) = 1;
  Double_flat_field(v, 1) = 2;
  caml_update_dummy(dummy, v);
  EXPECT_EQ(Double_array_tag, Tag_val(dummy));
  EXPECT_EQ(2, Double_flat_field(dummy, 1));

  EXPECT_EQ(Val_unit, caml_update_dummy(Atom(0), Atom(0)));
}

TEST_F(PrimsObj, UpdatesInfixDummies) {
  // code, info | infix header, code, info | one variable
  auto group = [](Value variable) {
    Root kept(variable);
    Value v = caml_alloc_small(6, Closure_tag);
    Field(v, 0) = make_code_field(CodeOffset{4}, FunctionId{1});
    Field(v, 1) = Make_closinfo(1, 5);
    Hd_val(val_of_ptr(Op_val(v) + 3)) = Make_header(3, Infix_tag);
    Field(v, 3) = make_code_field(CodeOffset{8}, FunctionId{2});
    Field(v, 4) = Make_closinfo(2, 2);
    Field(v, 5) = kept;
    return val_of_ptr(Op_val(v) + 3);
  };
  Root dummy(caml_alloc_dummy_infix(Val_int(6), Val_int(3)));
  EXPECT_EQ(Infix_tag, Tag_val(dummy));
  caml_minor_collection();
  EXPECT_EQ(Infix_tag, Tag_val(dummy));
  Value closure = group(string("variable"));
  caml_update_dummy(dummy, closure);
  caml_minor_collection();
  EXPECT_EQ(make_code_field(CodeOffset{8}, FunctionId{2}), Field(dummy, 0));
  EXPECT_EQ("variable", text(Field(dummy, 2)));
  EXPECT_EQ(Closure_tag, Tag_val(caml_alloc_dummy_infix(Val_int(6), Val_int(0))));
}

TEST_F(PrimsObj, Atomics) {
  Root ref(caml_atomic_make_contended(string("a"))), b(string("b"));
  EXPECT_EQ(15u, Wosize_val(ref));
  EXPECT_EQ("a", text(caml_atomic_exchange(ref, Val_int(5))));
  EXPECT_EQ(Val_int(5), caml_atomic_fetch_add(ref, Val_int(-7)));
  EXPECT_EQ(Val_int(-2), caml_atomic_load(ref));
  EXPECT_EQ(Val_false, caml_atomic_cas(ref, Val_int(5), Val_int(6)));
  EXPECT_EQ(Val_true, caml_atomic_cas(ref, Val_int(-2), b));
  caml_minor_collection();
  EXPECT_EQ("b", text(caml_atomic_load(ref)));
  EXPECT_EQ(Val_false, caml_obj_compare_and_swap(ref, Val_int(1), Val_int(1), Val_int(2)));
  EXPECT_EQ(Val_true, caml_obj_compare_and_swap(ref, Val_int(1), Val_unit, Val_int(2)));
  EXPECT_EQ(Val_int(2), Field(ref, 1));
  EXPECT_EQ(Val_true, caml_obj_is_shared(ref));
}

}  // namespace
}  // namespace bactrian
