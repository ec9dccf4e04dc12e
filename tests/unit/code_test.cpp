// SPDX-License-Identifier: Apache-2.0
// Fragments, functions, primitives and whole programs: what the load step makes of verified code.
#include <gtest/gtest.h>

#include <cstring>

#include "runtime/bytecode/code_space.h"
#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/pieces.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/heap.h"
#include "runtime/options.h"
#include "runtime/prims/digest_md5.h"
#include "tests/unit/image_builder.h"

namespace bactrian {
namespace {

// let rec f x y = y and g z = z  ...  and a closure of f alone.
const Words kCode = {
    BRANCH,     10,                     // 0
    RESTART,    GRAB,   1,   ACC1,      // 2: f
    RETURN,     2,                      //
    ACC0,       RETURN, 1,              // 8: g
    CLOSUREREC, 2,      0,   -11,  -6,  // 11
    CLOSURE,    0,      -15,            // 16: f again
    C_CALL2,    0,                      // 19
    C_CALL1,    0,                      // 21
    GETPUBMET,  7,      0,   POP,  1,   // 23
    STOP,
};
constexpr std::uint32_t kF = 3, kG = 8;

class CodeTest : public testing::Test {
 protected:
  void SetUp() override {
    options() = Options{};
    ASSERT_TRUE(domain_reset());
    std::string names("caml_add_float\0caml_no_such\0", 28);
    ASSERT_TRUE(build_prim_table(names.data(), names.size()));
  }
  void TearDown() override {
    dom().exn_bucket = kNoValue;
    caml_global_data = Val_unit;
  }

  static Fragment* add(const Words& code, OcamlVersion version = kNewestVersion) {
    std::string bytes = bytes_of_words(code);
    FragmentSource source;
    source.code = bytes_of(bytes);
    source.version = version;
    ImageError error;
    Fragment* fragment = add_fragment(source, error);
    EXPECT_NE(nullptr, fragment) << error.message;
    return fragment;
  }
  static FunctionId function_at_word(const Fragment& fragment, std::uint32_t word) {
    return function_id_at(fragment, word * 4);
  }
  static std::string pending_text() {
    Value exn = dom().exn_bucket;
    dom().exn_bucket = kNoValue;
    return String_val(Field(exn, 1));
  }
};

// The load step works in pieces: the same sequence around the ends of the first two, at each
// distance from them.
TEST_F(CodeTest, FusesAcrossPieces) {
  const Words kSequence = {PUSHACC1, GTINT, BRANCHIFNOT, 1,    ACC0, OFFSETINT, 1,
                           SWITCH,   2,     2,           2,    ACC0, ACC0,      PUSHACC2,
                           C_CALL2,  0,     ACC1,        PUSH, POP,  1};
  Words fused = kSequence;
  fused[0] = PUSHACC1_GTINT_BRANCHIFNOT;
  fused[1] = GTINT_BRANCHIFNOT;
  fused[4] = ACC0_OFFSETINT;
  fused[12] = ACC0_PUSHACC2;
  fused[14] = ADD_FLOAT;
  fused[16] = ACC1_PUSH;
  for (std::uint32_t pieces = 1; pieces <= 2; pieces++) {
    for (std::uint32_t before = 0; before <= kSequence.size() + 1; before++) {
      Words code = {CONST0, PUSH, PUSH};
      code.resize(pieces * kPieceWords - before, CONST1);
      Words expected = code;
      code.insert(code.end(), kSequence.begin(), kSequence.end());
      expected.insert(expected.end(), fused.begin(), fused.end());
      code.push_back(STOP);
      expected.push_back(STOP);
      Fragment* fragment = add(code);
      ASSERT_NE(nullptr, fragment);
      EXPECT_EQ(expected, Words(fragment->words(), fragment->words() + code.size())) << before;
      Words restored(code.size());
      restore_code(*fragment, restored.data());
      EXPECT_EQ(code, restored) << before;
      remove_fragment(fragment);
    }
  }
}

// Marks are looked at eight at a time.
TEST_F(CodeTest, NumbersFunctionsAtAllDistances) {
  for (std::uint32_t padding = 0; padding <= 17; padding++) {
    Words code = {BRANCH, static_cast<opcode_t>(padding) + 8};
    code.resize(2 + padding, CONST0);
    code.insert(code.end(), {RESTART, GRAB, 1, ACC1, RETURN, 2, STOP, CLOSURE, 0, -8, STOP});
    Fragment* fragment = add(code);
    ASSERT_NE(nullptr, fragment);
    EXPECT_EQ(3u, fragment->function_count);
    EXPECT_NE(kNoFunction, function_at_word(*fragment, padding + 2));
    EXPECT_NE(kNoFunction, function_at_word(*fragment, padding + 3));
    remove_fragment(fragment);
  }
}

TEST_F(CodeTest, NumbersFunctions) {
  Fragment* fragment = add(kCode);
  EXPECT_EQ(4u, fragment->function_count);  // The start, RESTART of f, f, g.
  FunctionId f = function_at_word(*fragment, kF), g = function_at_word(*fragment, kG);
  EXPECT_EQ(2, function_info(f).arity);
  EXPECT_EQ(1, function_info(g).arity);
  EXPECT_EQ(fragment, function_info(f).fragment);
  EXPECT_EQ(fragment->words() + kF, code_at(function_entry(f)));
  FunctionId restart = restart_of_function(f);
  EXPECT_EQ(fragment->words() + kF - 1, code_at(function_entry(restart)));
  EXPECT_EQ(0, function_info(restart).arity);
  EXPECT_EQ(fragment->first_function, function_at_word(*fragment, 0));
  EXPECT_EQ(kNoFunction, function_at_word(*fragment, kF + 1));
  EXPECT_EQ(kNoFunction, function_id_at(*fragment, fragment->byte_size));
  remove_fragment(fragment);
}

TEST_F(CodeTest, RewritesClosures) {
  Fragment* fragment = add(kCode);
  const opcode_t* words = fragment->words();
  auto f = static_cast<opcode_t>(function_at_word(*fragment, kF));
  auto g = static_cast<opcode_t>(function_at_word(*fragment, kG));
  EXPECT_EQ(f, words[14]);
  EXPECT_EQ(g, words[15]);
  EXPECT_EQ(f, words[18]);
  Words restored(fragment->word_count());
  restore_code(*fragment, restored.data());
  EXPECT_EQ(kCode, restored);
  remove_fragment(fragment);
}

TEST_F(CodeTest, DigestIsOfTheOriginal) {
  Fragment* fragment = add(kCode);
  unsigned char expected[16];
  caml_md5_block(expected, kCode.data(), kCode.size() * sizeof(opcode_t));
  EXPECT_EQ(0, std::memcmp(expected, fragment_digest(*fragment), 16));
  EXPECT_EQ(fragment, find_fragment_by_digest(expected));
  expected[0] ^= 1;
  EXPECT_EQ(nullptr, find_fragment_by_digest(expected));
  remove_fragment(fragment);
}

TEST_F(CodeTest, FindsFragmentsByAddress) {
  Fragment* a = add(kCode);
  Fragment* b = add({CONST0, STOP});
  auto last = [](Fragment* f) { return offset_of_code(f->words() + f->word_count() - 1); };
  EXPECT_EQ(a, find_fragment_by_pc(a->start));
  EXPECT_EQ(a, find_fragment_by_pc(last(a)));
  EXPECT_EQ(b, find_fragment_by_pc(last(b)));
  CodeOffset inside_b = b->start;
  remove_fragment(b);
  EXPECT_EQ(nullptr, find_fragment_by_pc(inside_b));
  EXPECT_EQ(a, find_fragment_by_pc(last(a)));
  EXPECT_EQ(nullptr, find_fragment_by_pc(CodeOffset{0}));
  remove_fragment(a);
}

TEST_F(CodeTest, IdsAndMemoryAreUsedAgain) {
  remove_fragment(add(kCode));
  std::uint32_t size = function_table_size;
  CodeOffset start{};
  for (int i = 0; i < 100; i++) {
    Fragment* fragment = add(kCode);
    if (i == 0) start = fragment->start;
    EXPECT_EQ(start, fragment->start);
    remove_fragment(fragment);
  }
  EXPECT_EQ(size, function_table_size);
}

TEST_F(CodeTest, WrongCallsAreRedirected) {
  Fragment* fragment = add(kCode);
  const opcode_t* words = fragment->words();
  EXPECT_EQ(0, words[20]);
  EXPECT_NE(nullptr, prim_functions[words[20]]);
  EXPECT_LT(words[22], 0);
  EXPECT_EQ(nullptr, prim_functions[words[22]]);
  EXPECT_EQ(kNoValue, raise_missing_primitive(words[22]));
  EXPECT_EQ("primitive caml_add_float called with 1 arguments but takes 2 (Bactrian)",
            pending_text());
  remove_fragment(fragment);
}

TEST_F(CodeTest, MissingPrimitivesRaise) {
  // ocamlc lists all that its runtime has: only what the code calls counts.
  EXPECT_EQ(0, missing_prim_count());
  EXPECT_EQ(1, redirect_prim_call(1, 3));
  EXPECT_EQ(1, missing_prim_count());
  EXPECT_STREQ("caml_no_such", missing_prim_name(0));
  EXPECT_EQ(nullptr, prim_functions[1]);
  EXPECT_EQ(kNoValue, raise_missing_primitive(1));
  EXPECT_EQ("primitive caml_no_such is not implemented (Bactrian)", pending_text());
}

TEST_F(CodeTest, WhatIsLeftOutIsNotWarnedOf) {
  std::string name("caml_memprof_start\0", 19);
  ASSERT_TRUE(build_prim_table(name.data(), name.size()));
  EXPECT_EQ(0, redirect_prim_call(0, 3));
  EXPECT_EQ(0, missing_prim_count());
  EXPECT_EQ(kNoValue, raise_missing_primitive(0));
  EXPECT_EQ("primitive caml_memprof_start is not implemented (Bactrian)", pending_text());
}

TEST_F(CodeTest, OverloadsByArity) {
  std::string name("caml_dynlink_open_lib\0", 22);
  ASSERT_TRUE(build_prim_table(name.data(), name.size()));
  std::int32_t one = redirect_prim_call(0, 1), two = redirect_prim_call(0, 2);
  EXPECT_NE(one, two);
  EXPECT_NE(nullptr, prim_functions[one]);
  EXPECT_NE(nullptr, prim_functions[two]);
  EXPECT_NE(prim_functions[one], prim_functions[two]);
  EXPECT_EQ(nullptr, prim_functions[redirect_prim_call(0, 3)]);
}

TEST_F(CodeTest, MiscallsAreBounded) {
  for (int i = 0; i < 2 * kMaxMiscalls; i++) {
    std::int32_t operand = redirect_prim_call(0, 3 + i);
    ASSERT_LT(operand, 0);
    ASSERT_GE(operand, -kMaxMiscalls);
  }
}

TEST_F(CodeTest, PrimTableGrows) {
  std::int32_t index = add_prim(find_primitive("caml_sub_float"));
  EXPECT_EQ(2, index);
  EXPECT_EQ(index, find_prim_index("caml_sub_float"));
  EXPECT_NE(nullptr, prim_functions[index]);
}

TEST_F(CodeTest, OldResumeHasItsOwnOpcode) {
  Words code = {PUSH, PUSH, RESUME, STOP};
  Fragment* fragment = add(code, 501);
  EXPECT_EQ(RESUME_50, fragment->words()[2]);
  Words restored(4);
  restore_code(*fragment, restored.data());
  EXPECT_EQ(code, restored);
  remove_fragment(fragment);
  code.insert(code.begin(), PUSH);
  fragment = add(code, 502);
  EXPECT_EQ(RESUME, fragment->words()[3]);
  remove_fragment(fragment);
}

TEST_F(CodeTest, PcsAreToldFromIntegers) {
  Fragment* fragment = add(kCode);
  Value pc = Val_pc(fragment->words());
  EXPECT_TRUE(Is_long(pc));
  EXPECT_TRUE(Is_pc(pc));
  EXPECT_EQ(fragment->words(), Pc_val(pc));
  EXPECT_FALSE(Is_pc(Val_long(static_cast<std::uint32_t>(fragment->start))));
  EXPECT_FALSE(Is_pc(Max_long == 0 ? pc : Val_long(Max_long)));
  remove_fragment(fragment);
}

// ---- Programs -----------------------------------------------------------------------------------

std::string load_error(const std::string& file) {
  Image image;
  ImageError error;
  if (!read_image(bytes_of(file), image, error)) return error.message;
  return load_program(image, error) == nullptr ? error.message : "";
}

TEST_F(CodeTest, LoadsAProgram) {
  std::string file = ImageBuilder("#!\n").program(kCode, "caml_add_float").finish();
  EXPECT_EQ("", load_error(file));
  EXPECT_EQ(16u, Wosize_val(caml_global_data));
  EXPECT_STREQ("Exn6", String_val(Field(caml_predef_exn(PredefExn::Not_found), 0)));
  EXPECT_EQ(503, program_version());
  // Another one takes its place.
  EXPECT_EQ("", load_error(ImageBuilder().program({STOP}).finish("Caml1999X031")));
  EXPECT_EQ(414, program_version());
  EXPECT_EQ(1u, all_fragments().size());
}

TEST_F(CodeTest, SaysWhatAProgramLacks) {
  EXPECT_EQ("damaged bytecode: section CODE is missing", load_error(ImageBuilder().finish()));
  std::string code = bytes_of_words({STOP});
  EXPECT_EQ("damaged bytecode: section DATA is missing",
            load_error(ImageBuilder().section("CODE", code).section("PRIM", "").finish()));
  EXPECT_EQ("damaged bytecode: section DATA does not hold a program's global data",
            load_error(ImageBuilder()
                           .section("CODE", code)
                           .section("PRIM", "")
                           .section("DATA", std::string("\x84\x95\xA6\xBE\0\0\0\1\0\0\0\0\0\0\0\0"
                                                        "\0\0\0\0\x40",
                                                        21))
                           .finish()));
  std::string cut = load_error(ImageBuilder()
                                   .section("CODE", code)
                                   .section("PRIM", "")
                                   .section("DATA", marshalled_globals().substr(0, 60))
                                   .finish());
  EXPECT_TRUE(cut.starts_with("damaged bytecode: section DATA: ")) << cut;
  EXPECT_EQ("damaged bytecode: section CODE is no whole number of words",
            load_error(ImageBuilder()
                           .section("CODE", "abc")
                           .section("PRIM", "")
                           .section("DATA", marshalled_globals())
                           .finish()));
  EXPECT_EQ("damaged bytecode: no such global (GETGLOBAL at offset 0 of section CODE)",
            load_error(ImageBuilder().program({GETGLOBAL, 16, STOP}).finish()));
}

TEST_F(CodeTest, CodeSpaceIsUsedAgain) {
  opcode_t* a = alloc_code(100);
  opcode_t* b = alloc_code(50);
  opcode_t* c = alloc_code(10);
  ASSERT_TRUE(a != nullptr && b != nullptr && c != nullptr);
  free_code(a, 100);
  free_code(b, 50);
  EXPECT_EQ(a, alloc_code(150));  // Merged.
  free_code(a, 150);
  free_code(c, 10);
}

}  // namespace
}  // namespace bactrian
