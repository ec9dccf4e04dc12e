// SPDX-License-Identifier: Apache-2.0
// Weak arrays, ephemerons, finalisers and custom blocks: what dies when, and who is told.
#include "runtime/bytecode/program.h"
#include "tests/unit/heap_fixture.h"

namespace bactrian {

Value caml_ephe_create(Value);
Value caml_ephe_set_key(Value, Value, Value);
Value caml_ephe_unset_key(Value, Value);
Value caml_ephe_set_data(Value, Value);
Value caml_ephe_get_key(Value, Value);
Value caml_ephe_get_key_copy(Value, Value);
Value caml_ephe_get_data(Value);
Value caml_ephe_check_key(Value, Value);
Value caml_ephe_check_data(Value);
Value caml_ephe_blit_key(Value, Value, Value, Value, Value);
Value caml_ephe_blit_data(Value, Value);
Value caml_final_register(Value, Value);
Value caml_final_register_called_without_value(Value, Value);
Value caml_obj_reachable_words(Value);

namespace {

class HeapWeakTest : public HeapTest {
 protected:
  static bool has_key(Value e, int n) { return Bool_val(caml_ephe_check_key(e, Val_int(n))); }
  static bool has_data(Value e) { return Bool_val(caml_ephe_check_data(e)); }
  // Into the middle of a cycle: marking has begun, nothing is decided.
  static void begin_marking() {
    finish_major_cycle();
    caml_minor_collection();
    heap().pacing.backlog = 1e6;
    // A long list keeps the marker busy.
    static_cast<void>(mark_a_little());
  }
  static bool mark_a_little() {
    heap().pacing.backlog = 1e5;
    major_slice();
    return heap().phase == Phase::kMark;
  }
};

// As in OCaml 5: a minor collection takes no notice of what is weak.
TEST_F(HeapWeakTest, YoungKeysMove) {
  Root e(caml_ephe_create(Val_int(2)));
  Root kept(pair(Val_int(1), Val_unit));
  caml_ephe_set_key(e, Val_int(0), kept);
  caml_ephe_set_key(e, Val_int(1), pair(Val_int(2), Val_unit));
  caml_minor_collection();
  EXPECT_TRUE(has_key(e, 0) && has_key(e, 1));
  EXPECT_EQ(kept.get(), Field(caml_ephe_get_key(e, Val_int(0)), 0));
  caml_full_major();
  EXPECT_TRUE(has_key(e, 0));
  EXPECT_FALSE(has_key(e, 1));
}

TEST_F(HeapWeakTest, KeysDieOld) {
  Root e(caml_ephe_create(Val_int(3)));
  Root kept(pair(Val_int(1), Val_unit)), dying(pair(Val_int(2), Val_unit));
  caml_ephe_set_key(e, Val_int(0), kept);
  caml_ephe_set_key(e, Val_int(1), dying);
  caml_ephe_set_key(e, Val_int(2), Val_int(5));
  caml_minor_collection();
  EXPECT_TRUE(has_key(e, 1));
  dying = Val_unit;
  caml_full_major();
  EXPECT_TRUE(has_key(e, 0));
  EXPECT_FALSE(has_key(e, 1));
  EXPECT_TRUE(has_key(e, 2));
  EXPECT_EQ(Val_none, caml_ephe_get_key(e, Val_int(1)));
}

TEST_F(HeapWeakTest, DataLivesWhileAllKeysDo) {
  for (bool old : {false, true}) {
    Root e(caml_ephe_create(Val_int(2)));
    Root k0(pair(Val_int(1), Val_unit)), k1(pair(Val_int(2), Val_unit));
    caml_ephe_set_key(e, Val_int(0), k0);
    caml_ephe_set_key(e, Val_int(1), k1);
    caml_ephe_set_data(e, list(100));
    caml_minor_collection();
    if (old) caml_full_major();
    ASSERT_TRUE(has_data(e));
    EXPECT_EQ(100, length(Field(caml_ephe_get_data(e), 0)));
    k1 = Val_unit;
    caml_full_major();
    EXPECT_FALSE(has_data(e));
    EXPECT_TRUE(has_key(e, 0));
    EXPECT_FALSE(has_key(e, 1));
  }
}

TEST_F(HeapWeakTest, DataThatHoldsItsKeyDoesNotKeepIt) {
  Root e(caml_ephe_create(Val_int(1)));
  {
    Root key(pair(Val_unit, Val_unit));
    caml_ephe_set_key(e, Val_int(0), key);
    caml_ephe_set_data(e, pair(key, Val_unit));
    caml_minor_collection();
    EXPECT_TRUE(has_data(e));
  }
  caml_full_major();
  EXPECT_FALSE(has_key(e, 0));
  EXPECT_FALSE(has_data(e));
}

TEST_F(HeapWeakTest, ChainsOfEphemerons) {
  constexpr int kLength = 200;
  for (bool forwards : {true, false}) {
    Root all(caml_alloc(kLength, 0));
    for (int i = 0; i < kLength; i++) {
      Value e = caml_ephe_create(Val_int(1));
      caml_modify(&Field(all, static_cast<mlsize_t>(i)), e);
    }
    Root first(pair(Val_int(-1), Val_unit)), key(first.get());
    for (int i = 0; i < kLength; i++) {
      Root e(Field(all, static_cast<mlsize_t>(forwards ? i : kLength - 1 - i)));
      Root data(pair(Val_int(i), Val_unit));
      caml_ephe_set_key(e, Val_int(0), key);
      caml_ephe_set_data(e, data);
      key = data.get();
    }
    key = Val_unit;
    caml_minor_collection();
    caml_full_major();
    for (mlsize_t i = 0; i < kLength; i++) ASSERT_TRUE(has_data(Field(all, i))) << i;
    first = Val_unit;
    caml_full_major();
    for (mlsize_t i = 0; i < kLength; i++) ASSERT_FALSE(has_data(Field(all, i))) << i;
  }
}

TEST_F(HeapWeakTest, GetDuringMarkingKeeps) {
  Root busy(list(200'000));
  Root e(caml_ephe_create(Val_int(1)));
  Root key(pair(Val_int(7), Val_unit));
  caml_ephe_set_key(e, Val_int(0), key);
  key = Val_unit;
  // The key is old, and only the ephemeron holds it when marking begins.
  Root hold(Field(caml_ephe_get_key(e, Val_int(0)), 0));
  caml_minor_collection();
  hold = Val_unit;
  begin_marking();
  ASSERT_EQ(Phase::kMark, heap().phase);
  if (has_key(e, 0)) {
    hold = Field(caml_ephe_get_key(e, Val_int(0)), 0);
    finish_major_cycle();
    EXPECT_TRUE(has_key(e, 0));
    EXPECT_EQ(Val_int(7), Field(hold, 0));
  }
  verify_heap("weak get");
}

TEST_F(HeapWeakTest, CopiesAndBlits) {
  Root a(caml_ephe_create(Val_int(4))), b(caml_ephe_create(Val_int(4)));
  Root k(pair(Val_int(3), Val_int(4)));
  caml_ephe_set_key(a, Val_int(1), k);
  caml_ephe_set_key(a, Val_int(2), Val_int(9));
  caml_ephe_set_data(a, k);
  Value copy = Field(caml_ephe_get_key_copy(a, Val_int(1)), 0);
  EXPECT_NE(k.get(), copy);
  EXPECT_EQ(Val_int(4), Field(copy, 1));
  caml_ephe_blit_key(a, Val_int(1), b, Val_int(0), Val_int(3));
  caml_ephe_blit_key(b, Val_int(0), b, Val_int(1), Val_int(3));
  caml_ephe_blit_data(a, b);
  EXPECT_EQ(k.get(), Field(caml_ephe_get_key(b, Val_int(1)), 0));
  EXPECT_EQ(Val_int(9), Field(caml_ephe_get_key(b, Val_int(2)), 0));
  EXPECT_EQ(k.get(), Field(caml_ephe_get_data(b), 0));
  caml_minor_collection();
  EXPECT_EQ(k.get(), Field(caml_ephe_get_key(b, Val_int(1)), 0));
  caml_ephe_unset_key(b, Val_int(1));
  EXPECT_FALSE(has_key(b, 1));
}

TEST_F(HeapWeakTest, KeptKeysLiveAndDieWithTheEphemeron) {
  ephe_keep_keys();
  Root e(caml_ephe_create(Val_int(2)));
  caml_ephe_set_key(e, Val_int(0), list(50));
  Root inner(caml_ephe_create(Val_int(1)));
  caml_ephe_set_key(inner, Val_int(0), list(70));
  caml_ephe_set_key(e, Val_int(1), inner);
  inner = Val_unit;
  for (int i = 0; i < 3; i++) caml_full_major();
  EXPECT_EQ(50, length(Field(caml_ephe_get_key(e, Val_int(0)), 0)));
  Value held = Field(caml_ephe_get_key(e, Val_int(1)), 0);
  EXPECT_EQ(70, length(Field(caml_ephe_get_key(held, Val_int(0)), 0)));
  Root outer(pair(e, Val_unit));
  caml_full_major();
  std::size_t with = heap().pacing.live_estimate;
  e = Val_unit;
  outer = Val_unit;
  caml_full_major();
  EXPECT_LE(heap().pacing.live_estimate + 3 * 120, with);
}

// Each key moves to the array before, again and again, while marking has decided some of the
// arrays.
TEST_F(HeapWeakTest, KeptKeysMayMoveDuringMarking) {
  ephe_keep_keys();
  constexpr int kArrays = 2000, kLength = 10;
  Root all(Val_emptylist);
  for (int i = 0; i < kArrays; i++) {
    Root e(caml_ephe_create(Val_int(1)));
    caml_ephe_set_key(e, Val_int(0), list(kLength));
    all = caml_alloc_cons(e, all);
  }
  finish_major_cycle();
  caml_minor_collection();
  do {
    heap().pacing.backlog += 10;
    major_slice();
  } while (heap().phase == Phase::kIdle);
  int slices = 0;
  do {
    Value to = Field(all, 0);
    for (Value l = Field(all, 1); Is_block(l); l = Field(l, 1)) {
      Value from = Field(l, 0);
      caml_ephe_blit_key(from, Val_int(0), to, Val_int(0), Val_int(1));
      to = from;
    }
    caml_ephe_set_key(to, Val_int(0), list(kLength));
    heap().pacing.backlog = 300;
    major_slice();
    slices++;
  } while (heap().phase == Phase::kMark);
  EXPECT_GT(slices, 10);
  finish_major_cycle();
  Root others(list(50'000));  // They take the place of what was freed.
  caml_minor_collection();
  for (Value l = all; Is_block(l); l = Field(l, 1))
    EXPECT_EQ(kLength, length(Field(caml_ephe_get_key(Field(l, 0), Val_int(0)), 0)));
}

TEST_F(HeapWeakTest, ManyWeakArraysDie) {
  for (int i = 0; i < 20'000; i++) {
    Root e(caml_ephe_create(Val_int(3)));
    caml_ephe_set_key(e, Val_int(0), pair(Val_unit, Val_unit));
  }
  caml_full_major();
  EXPECT_EQ(kNoValue, heap().ephemerons.done);
  EXPECT_LT(heap().pools.live_slots, 100u);
}

// ---- Finalisers -------------------------------------------------------------------------------

TEST_F(HeapWeakTest, FinaliseGivesTheValueOnce) {
  Root function(pair(Val_int(1), Val_unit));
  {
    Root v(pair(Val_int(42), Val_unit));
    EXPECT_EQ(Val_unit, caml_final_register(function, v));
  }
  caml_minor_collection();
  EXPECT_FALSE(dom().finalisers_pending);
  caml_full_major();
  EXPECT_TRUE(dom().finalisers_pending);
  Value closure, arg, none;
  ASSERT_TRUE(take_finaliser(&closure, &arg));
  EXPECT_EQ(function.get(), closure);
  EXPECT_EQ(Val_int(42), Field(arg, 0));
  EXPECT_FALSE(take_finaliser(&none, &none));
  finaliser_returned();
  EXPECT_FALSE(take_finaliser(&none, &none));
  caml_full_major();
  EXPECT_FALSE(take_finaliser(&none, &none));
}

TEST_F(HeapWeakTest, FinaliseLastComesYoungOrOldWithUnit) {
  for (bool old : {false, true}) {
    Root function(pair(Val_int(1), Val_unit));
    Root v(pair(Val_int(42), Val_unit));
    caml_final_register_called_without_value(function, v);
    if (old) caml_minor_collection();
    Value closure, arg;
    EXPECT_FALSE(take_finaliser(&closure, &arg));
    v = Val_unit;
    if (old)
      caml_full_major();
    else
      caml_minor_collection();
    ASSERT_TRUE(take_finaliser(&closure, &arg));
    EXPECT_EQ(Val_unit, arg);
    finaliser_returned();
  }
}

TEST_F(HeapWeakTest, FinaliseLastAfterFinalise) {
  Root f(pair(Val_int(1), Val_unit)), g(pair(Val_int(2), Val_unit));
  {
    Root v(pair(Val_int(42), Val_unit));
    caml_final_register(f, v);
    caml_final_register_called_without_value(g, v);
  }
  finish_major_cycle();
  Value closure, arg;
  ASSERT_TRUE(take_finaliser(&closure, &arg));
  EXPECT_EQ(f.get(), closure);
  finaliser_returned();
  ASSERT_FALSE(take_finaliser(&closure, &arg));
  caml_full_major();
  ASSERT_TRUE(take_finaliser(&closure, &arg));
  EXPECT_EQ(g.get(), closure);
  finaliser_returned();
}

TEST_F(HeapWeakTest, FinalisersOfManyValuesInOrder) {
  Root function(pair(Val_int(1), Val_unit));
  for (int i = 0; i < 1000; i++) caml_final_register(function, pair(Val_int(i), Val_unit));
  caml_full_major();
  for (int i = 999; i >= 0; i--) {
    Value closure, arg;
    ASSERT_TRUE(take_finaliser(&closure, &arg));
    EXPECT_EQ(Val_int(i), Field(arg, 0));
    finaliser_returned();
  }
}

// ---- Custom blocks ----------------------------------------------------------------------------

int finalized = 0;
const CustomOperations kCounted = {
    "_test", [](Value) { finalized++; }, nullptr, nullptr, nullptr, nullptr, nullptr, 0};

TEST_F(HeapWeakTest, CustomBlocksAreFinalizedOnce) {
  finalized = 0;
  Root kept(caml_alloc_custom(&kCounted, 8, 0, 1));
  for (int i = 0; i < 1000; i++) caml_alloc_custom(&kCounted, 8, 0, 1);
  caml_minor_collection();
  EXPECT_EQ(1000, finalized);
  Root old(list(0));
  for (int i = 0; i < 1000; i++) old = pair(caml_alloc_custom(&kCounted, 24, 0, 1), old);
  caml_minor_collection();
  EXPECT_EQ(1000, finalized);
  old = Val_unit;
  caml_full_major();
  EXPECT_EQ(2000, finalized);
  for (int i = 0; i < 10; i++) caml_alloc_custom(&kCounted, 100'000, 0, 1);
  kept = Val_unit;
  caml_full_major();
  EXPECT_EQ(2011, finalized);
}

TEST_F(HeapWeakTest, HeldResourcesHurryTheCollector) {
  finalized = 0;
  for (int i = 0; i < 1000; i++) caml_alloc_custom_mem(&kCounted, 8, 1 << 20);
  EXPECT_GT(finalized, 900);
  finalized = 0;
  for (int i = 0; i < 1000; i++) caml_alloc_custom(&kCounted, 8, 1, 10);
  EXPECT_GT(finalized, 900);
}

TEST_F(HeapWeakTest, CustomOperationsByName) {
  caml_register_custom_operations(&kCounted);
  EXPECT_EQ(&kCounted, caml_find_custom_operations("_test"));
  EXPECT_EQ(nullptr, caml_find_custom_operations("_tes"));
}

TEST_F(HeapWeakTest, ReachableWords) {
  Root shared(list(1000));
  EXPECT_EQ(Val_long(3000), caml_obj_reachable_words(shared));
  Root two(pair(shared, shared));
  EXPECT_EQ(Val_long(3003), caml_obj_reachable_words(two));
  caml_modify(&Field(two, 0), two);
  EXPECT_EQ(Val_long(3003), caml_obj_reachable_words(two));
  EXPECT_EQ(Val_long(0), caml_obj_reachable_words(Val_int(3)));
}

// ---- VM stacks --------------------------------------------------------------------------------

class HeapStackTest : public HeapTest {
 protected:
  // Allocates before the stack exists: what only C++ holds is not alive.
  static Value captured_stack(Stack** s) {
    Value cont = caml_alloc_small(2, Cont_tag);
    *s = alloc_stack(64);
    Field(cont, 0) = Field(cont, 1) = Val_ptr(*s);
    return cont;
  }
  static void push(Stack* s, Value v) { *--s->sp = v; }
  static int count_stacks() {
    int n = 0;
    for (Stack* s = all_stacks(); s != nullptr; s = s->next_all) n++;
    return n;
  }
};

TEST_F(HeapStackTest, CapturedStacksLiveWithTheirContinuations) {
  int before = count_stacks();
  Root conts(Val_emptylist);
  for (int i = 0; i < 100; i++) {
    Root l(list(5));
    Stack* inner;
    Root cont(captured_stack(&inner));
    Stack* outer = inner->parent = alloc_stack(64);
    Field(cont, 1) = Val_ptr(outer);
    push(inner, l);
    Value p = pair(l, Val_int(i));
    push(outer, p);
    outer->dirty = true;
    if (i % 2 == 0) conts = pair(cont, conts);
    if (i % 10 == 0) caml_minor_collection();
  }
  caml_full_major();
  EXPECT_EQ(before + 100, count_stacks());
  int i = 98;
  for (Value l = conts; Is_block(l); l = Field(l, 1), i -= 2) {
    Stack* inner = Stack_of_continuation(Field(l, 0));
    EXPECT_EQ(5, length(inner->sp[0]));
    EXPECT_EQ(inner->sp[0], Field(inner->parent->sp[0], 0));
    EXPECT_EQ(Val_int(i), Field(inner->parent->sp[0], 1));
  }
  conts = Val_unit;
  caml_full_major();
  EXPECT_EQ(before, count_stacks());
}

TEST_F(HeapStackTest, AnExtendedOldContinuationKeepsYoungValues) {
  Stack* inner;
  Root cont(captured_stack(&inner));
  caml_minor_collection();
  ASSERT_FALSE(inner->dirty);
  Value young = list(10);
  Stack* outer = alloc_stack(64);
  push(outer, young);
  inner->parent = outer;
  Field(cont, 1) = Val_ptr(outer);
  heap_continuation_extended(cont);
  caml_minor_collection();
  EXPECT_EQ(10, length(outer->sp[0]));
  caml_full_major();
  EXPECT_EQ(10, length(outer->sp[0]));
}

TEST_F(HeapStackTest, ResumedDuringMarkingIsMarked) {
  Root busy(list(200'000));
  Root ten(list(10));
  Stack* s;
  Root cont(captured_stack(&s));
  push(s, ten);
  ten = Val_unit;
  caml_full_major();
  Root hidden(pair(cont, Val_unit));
  caml_minor_collection();
  cont = Val_unit;
  finish_major_cycle();
  heap().pacing.backlog = 1e5;
  major_slice();
  ASSERT_EQ(Phase::kMark, heap().phase);
  // Taken out of its continuation, its content is moved elsewhere.
  heap_stack_resumed(s);
  Field(Field(hidden, 0), 0) = Val_ptr<Stack>(nullptr);
  Root content(*s->sp);
  free_stack(s);
  finish_major_cycle();
  EXPECT_EQ(10, length(content));
}

TEST_F(HeapStackTest, DeepChainsOfContinuations) {
  Root cont(Val_unit);
  for (int i = 0; i < 50'000; i++) {
    Stack* s;
    Value next = captured_stack(&s);
    push(s, cont);
    cont = next;
  }
  caml_full_major();
  heap().mark_stack_max = 0;
  caml_full_major();
  heap().mark_stack_max = ~std::size_t{0};
  int depth = 0;
  for (Value c = cont; Is_block(c); c = *Stack_of_continuation(c)->sp) depth++;
  EXPECT_EQ(50'000, depth);
  cont = Val_unit;
  caml_full_major();
}

}  // namespace
}  // namespace bactrian
