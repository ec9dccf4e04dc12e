// SPDX-License-Identifier: Apache-2.0
// Allocation: shapes, sizes, failures, and what survives collections.
#include <cstring>

#include "tests/unit/heap_fixture.h"

namespace bactrian {
namespace {

TEST_F(HeapTest, AllocAtoms) {
  for (tag_t tag = 0; tag < 256; tag++) {
    EXPECT_EQ(tag, Tag_val(Atom(tag)));
    EXPECT_EQ(0u, Wosize_val(Atom(tag)));
  }
  EXPECT_EQ(Atom(0), caml_alloc(0, 0));
  EXPECT_EQ(Atom(0), caml_alloc_float_array(0));
}

TEST_F(HeapTest, AllocStrings) {
  for (mlsize_t len : {0u, 1u, 7u, 8u, 9u, 2047u, 2048u, 5000u, 300000u}) {
    Root s(caml_alloc_string(len));
    EXPECT_EQ(len, caml_string_length(s));
    EXPECT_EQ(0, String_val(s)[len]);
    std::memset(String_val(s), 'x', len);
    caml_full_major();
    EXPECT_EQ(len, caml_string_length(s));
    for (mlsize_t i = 0; i < len; i++) ASSERT_EQ('x', String_val(s)[i]);
  }
}

TEST_F(HeapTest, AllocAllSizesSurvive) {
  Root all(Val_emptylist);
  for (mlsize_t wosize = 1; wosize < 2200; wosize += 7) {
    Value v = caml_alloc(wosize, 1);
    for (mlsize_t i = 0; i < wosize; i++) Field(v, i) = Val_long(static_cast<intnat>(wosize + i));
    all = caml_alloc_cons(v, all);
  }
  caml_minor_collection();
  verify_heap("sizes");
  caml_full_major();
  mlsize_t wosize = 1 + (2199 - 1) / 7 * 7;
  for (Value l = all; Is_block(l); l = Field(l, 1), wosize -= 7) {
    Value v = Field(l, 0);
    ASSERT_EQ(wosize, Wosize_val(v));
    for (mlsize_t i = 0; i < wosize; i++)
      ASSERT_EQ(Val_long(static_cast<intnat>(wosize + i)), Field(v, i));
  }
}

TEST_F(HeapTest, AllocFieldsAreUnit) {
  for (mlsize_t wosize : {3u, 256u, 257u, 10000u}) {
    Value v = caml_alloc(wosize, 0);
    for (mlsize_t i = 0; i < wosize; i++) ASSERT_EQ(Val_unit, Field(v, i));
  }
}

TEST_F(HeapTest, AbsurdSizesRaise) {
  for (int shift : {30, 40, 50, 60}) {
    if (shift >= 8 * static_cast<int>(sizeof(mlsize_t))) continue;
    EXPECT_EQ(kNoValue, caml_alloc_shr(mlsize_t{1} << shift, 0));
    EXPECT_NE(kNoValue, dom().exn_bucket);
    dom().exn_bucket = kNoValue;
  }
  EXPECT_EQ(kNoValue, caml_alloc_shr(~mlsize_t{0}, 0));
  EXPECT_EQ(kNoValue, caml_alloc_shr(~mlsize_t{0} / 8, String_tag));
  EXPECT_EQ(kNoValue, caml_alloc_string(~mlsize_t{0}));
  EXPECT_EQ(kNoValue, caml_alloc_string(~mlsize_t{0} - 16));
}

TEST_F(HeapTest, OutOfMemoryIsRaisedAndPasses) {
  options().heap_limit = heap().memory.system_bytes + (std::size_t{8} << 20);
  Root kept(Val_emptylist);
  int count = 0;
  for (;; count++) {
    Value v = caml_alloc(100'000, 0);
    if (v == kNoValue) break;
    kept = caml_alloc_cons(v, kept);
  }
  EXPECT_GE(count, 5);
  EXPECT_LE(count, 20);
  dom().exn_bucket = kNoValue;
  verify_heap("out of memory");
  // Small blocks go on, and what was dropped comes back.
  EXPECT_EQ(1000, length(list(1000)));
  kept = Val_unit;
  for (int i = 0; i < 20; i++) EXPECT_NE(kNoValue, caml_alloc(100'000, 0));
}

TEST_F(HeapTest, GarbageOfLargeBlocksIsReused) {
  options().heap_limit = heap().memory.system_bytes + (std::size_t{16} << 20);
  for (int i = 0; i < 500; i++) {
    Value v = caml_alloc(200'000, 0);
    ASSERT_NE(kNoValue, v) << i;
  }
}

TEST_F(HeapTest, SmallBlocksEndTheProgramOnlyWhenNothingIsLeft) {
  auto exhaust = [] {
    options().heap_limit = heap().memory.system_bytes + (std::size_t{4} << 20);
    Root kept(Val_emptylist);
    for (;;) kept = caml_alloc_cons(Val_unit, kept);
  };
  EXPECT_DEATH(exhaust(), "out of memory");
}

TEST_F(HeapTest, EmergencyReserveIsUsedAndComesBack) {
  Root dying(list(400'000));
  Root kept(Val_unit);
  options().heap_limit = heap().memory.system_bytes;
  void* raw = nullptr;
  while (void* p = memory_alloc_pool()) {
    *static_cast<void**>(p) = raw;
    raw = p;
  }
  std::size_t before = heap().memory.reserve_count;
  dying = Val_unit;
  // Nothing is free: the blocks of unusual sizes take from the reserve, and then the list is found
  // dead.
  for (mlsize_t wosize = 20; wosize < 200; wosize += 20) kept = pair(caml_alloc(wosize, 0), kept);
  caml_minor_collection();
  EXPECT_EQ(before, heap().memory.reserve_count);
  EXPECT_GT(heap().stats.major_collections, 0);
  EXPECT_EQ(9, length(kept));
  while (raw != nullptr) {
    void* next = *static_cast<void**>(raw);
    memory_free(raw, kPoolBytes);
    raw = next;
  }
}

TEST_F(HeapTest, TruncateKeepsTheHeapWhole) {
  Root small(caml_alloc(10, 0)), large(caml_alloc(5000, 0)), s(caml_alloc_string(100'000));
  Store_field(large, 4000, pair(Val_unit, Val_unit));
  Store_field(small, 9, pair(Val_unit, Val_unit));
  caml_minor_collection();
  heap_truncate(small, 1);
  heap_truncate(large, 2);
  heap_truncate(s, 1);
  verify_heap("truncated");
  caml_full_major();
  EXPECT_EQ(1u, Wosize_val(small));
  EXPECT_EQ(2u, Wosize_val(large));
}

TEST_F(HeapTest, MinorHeapSizeChanges) {
  Root l(list(3000));
  for (std::size_t wosize : {8192u, 100u, 1u << 20, 4096u}) {
    ASSERT_TRUE(set_minor_heap_wosize(wosize));
    EXPECT_EQ(std::max<std::size_t>(wosize, 4096), options().minor_heap_wosize);
    l = caml_alloc_cons(Val_unit, l);
    verify_heap("new minor heap");
  }
  EXPECT_EQ(3004, length(l));
  options().heap_limit = heap().memory.system_bytes + (1u << 20);
  EXPECT_FALSE(set_minor_heap_wosize(std::size_t{1} << 27));
  EXPECT_EQ(4096u, options().minor_heap_wosize);
}

}  // namespace
}  // namespace bactrian
