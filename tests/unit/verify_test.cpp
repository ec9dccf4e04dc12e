// SPDX-License-Identifier: Apache-2.0
// The verifier: each rule of verify.h with code that keeps it and code that breaks it; and, where
// BACTRIAN_TEST_IMAGES names a directory, that it accepts all executables in it.
#include "runtime/bytecode/verify.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/prim_table.h"
#include "tests/unit/image_builder.h"

namespace bactrian {
namespace {

constexpr std::int32_t kPrims = 3;
constexpr std::int32_t kEnsureStack = 2;

// "" or the problem, without what stands around it.
std::string problem_of(const Words& words, bool is_program = true,
                       OcamlVersion version = kNewestVersion) {
  CodeToVerify code;
  code.words = words;
  code.version = version;
  code.global_count = 10;
  code.prim_count = kPrims;
  code.ensure_stack_prim = kEnsureStack;
  code.is_program = is_program;
  std::vector<std::uint8_t> marks;
  ImageError error;
  if (verify_code(code, marks, error)) return "";
  std::string message = error.message;
  constexpr std::string_view kPrefix = "damaged bytecode: ";
  EXPECT_TRUE(message.starts_with(kPrefix)) << message;
  EXPECT_LE(error.offset, words.size() * sizeof(opcode_t));
  return message.substr(kPrefix.size(), message.find(" (") - kPrefix.size());
}
std::string problem_in_function(const Words& words) { return problem_of(words, false); }

TEST(Verify, AcceptsASmallProgram) {
  // let f x y = y in f 1 2
  EXPECT_EQ("", problem_of({BRANCH, 7, RESTART, GRAB, 1, ACC1, RETURN, 2, CLOSURE, 0, -7, PUSH,
                            CONST1, PUSHCONST2, PUSHACC2, APPLY2, POP, 1, STOP}));
}

TEST(Verify, Opcodes) {
  EXPECT_EQ("no code", problem_of({}));
  EXPECT_EQ("not an opcode", problem_of({-1}));
  EXPECT_EQ("not an opcode", problem_of({kFileOpcodeCount}));
  EXPECT_EQ("not an opcode", problem_of({RESUME_50}));
  EXPECT_EQ("a debugger's opcode", problem_of({BREAK}));
  EXPECT_EQ("operands behind the end", problem_of({ACC0, APPTERM, 1}));
  EXPECT_EQ("table behind the end", problem_of({SWITCH, 3, 0, 0}));
  EXPECT_EQ("table behind the end", problem_of({CLOSUREREC, 2, 0, 3}));
  EXPECT_EQ("an opcode of a later OCaml", problem_of({CONST0, PERFORM, STOP}, true, 414));
  EXPECT_EQ("", problem_of({CONST0, PERFORM, STOP}, true, 500));
}

TEST(Verify, Operands) {
  EXPECT_EQ("operand out of range", problem_of({GETFIELD, -1, STOP}));
  EXPECT_EQ("operand out of range", problem_of({CLOSUREREC, -1, 0, STOP}));
  EXPECT_EQ("operand out of range", problem_of({MAKEBLOCK, 0, 0, STOP}));
  EXPECT_EQ("operand out of range", problem_in_function({APPTERM, 3, 2}));
  EXPECT_EQ("no such global", problem_of({GETGLOBAL, 10, STOP}));
  EXPECT_EQ("", problem_of({GETGLOBAL, 9, STOP}));
  EXPECT_EQ("no such primitive", problem_of({C_CALL1, kPrims, STOP}));
  EXPECT_EQ("no such primitive", problem_of({C_CALL1, -1, STOP}));
  EXPECT_EQ("no such tag", problem_of({ATOM, 256, STOP}));
  EXPECT_EQ("no such tag", problem_of({MAKEBLOCK1, 253, STOP}));
  EXPECT_EQ("no such tag", problem_of({MAKEBLOCK1, 247, STOP}));
  EXPECT_EQ("", problem_of({MAKEBLOCK1, 250, STOP}));
  EXPECT_EQ("no closure has such a distance", problem_in_function({OFFSETCLOSURE, 4, RETURN, 1}));
}

TEST(Verify, Targets) {
  EXPECT_EQ("target outside the code", problem_of({BRANCH, 100}));
  EXPECT_EQ("target outside the code", problem_of({BRANCH, -2}));
  EXPECT_EQ("target outside the code", problem_of({BRANCH, -0x7FFFFFFF}));
  for (opcode_t padding = 0; padding <= 16; padding++) {
    Words words = {BRANCH, padding + 2};
    words.resize(words.size() + static_cast<std::size_t>(padding), CONST0);
    words.insert(words.end(), {CONSTINT, 5, STOP});
    EXPECT_EQ("target inside an instruction", problem_of(words)) << padding;
  }
  EXPECT_EQ("", problem_of({BRANCH, 1, STOP}));
  EXPECT_EQ("", problem_of({SWITCH, 1 | 1 << 16, 2, 3, CONST0, STOP}));
  EXPECT_EQ("target inside an instruction", problem_of({SWITCH, 1, 0, STOP}));
}

TEST(Verify, Grab) {
  EXPECT_EQ("no GRAB behind a RESTART", problem_of({STOP, RESTART, ACC0}));
  // A function that no closure names, and its code is looked at all the same.
  EXPECT_EQ("", problem_of({STOP, RESTART, GRAB, 1, RETURN, 2}));
  EXPECT_NE("", problem_of({STOP, RESTART, GRAB, 1, RETURN, 1}));
  EXPECT_EQ("GRAB without a RESTART before it",
            problem_of({CLOSURE, 0, 2, STOP, GRAB, 1, RETURN, 2}));
  EXPECT_EQ("function starts with RESTART",
            problem_of({CLOSURE, 0, 2, STOP, RESTART, GRAB, 1, RETURN, 2, CLOSURE, 0, -6, STOP}));
  EXPECT_EQ("reached otherwise than by a call",
            problem_of({CLOSURE, 0, 3, CONST0, RESTART, GRAB, 1, RETURN, 2}));
  EXPECT_EQ("reached otherwise than by a call",
            problem_of({CLOSURE, 0, 5, BRANCH, 3, STOP, RESTART, GRAB, 1, RETURN, 2}));
}

TEST(Verify, Stack) {
  EXPECT_EQ("stack underflow", problem_of({POP, 1, STOP}));
  EXPECT_EQ("stack underflow", problem_of({ADDINT, STOP}));
  EXPECT_EQ("no such stack slot", problem_of({ACC0, STOP}));
  EXPECT_EQ("", problem_of({PUSHACC0, STOP}));
  EXPECT_EQ("no such stack slot", problem_of({PUSHACC1, STOP}));
  EXPECT_EQ("no such stack slot", problem_of({PUSH, ASSIGN, 1, STOP}));
  EXPECT_EQ("stack depths differ where paths meet", problem_of({BRANCHIF, 2, PUSH, STOP}));
  // A loop that pushes.
  EXPECT_EQ("stack depths differ where paths meet", problem_of({PUSH, BRANCH, -2}));
  EXPECT_EQ("control runs off the end", problem_of({CONST0}));
  EXPECT_EQ("control runs off the end", problem_of({BRANCHIF, -1}));
  EXPECT_EQ("control runs off the end", problem_of({CLOSURE, 0, 3, STOP, RESTART, GRAB, 1}));
}

TEST(Verify, LeavingFunctions) {
  EXPECT_EQ("", problem_in_function({RETURN, 1}));
  EXPECT_EQ("function left with another stack depth", problem_in_function({PUSH, RETURN, 1}));
  EXPECT_EQ("function left with another stack depth", problem_in_function({RETURN, 2}));
  EXPECT_EQ("", problem_in_function({PUSHACC0, PUSHACC1, APPTERM2, 3}));
  EXPECT_EQ("function left with another stack depth", problem_in_function({PUSH, APPTERM1, 1}));
  EXPECT_EQ("the program's body returns", problem_of({RETURN, 0}));
  EXPECT_EQ("STOP in a function", problem_in_function({STOP}));
  EXPECT_EQ("function left with a frame on its stack",
            problem_in_function({PUSHTRAP, 3, RETURN, 5, RETURN, 1}));
}

TEST(Verify, Frames) {
  // try 1 with _ -> 2
  EXPECT_EQ("", problem_of({PUSHTRAP, 4, CONST1, POPTRAP, STOP, POP, 0, STOP}));
  EXPECT_EQ("no trap frame on the top of the stack",
            problem_of({PUSH, PUSH, PUSH, PUSH, POPTRAP, STOP}));
  EXPECT_EQ("no trap frame on the top of the stack",
            problem_of({PUSHTRAP, 4, PUSH, POPTRAP, STOP, STOP}));
  EXPECT_EQ("stack underflow", problem_of({PUSHTRAP, 3, POP, 4, STOP}));
  EXPECT_EQ("assignment to a frame's slot", problem_of({PUSHTRAP, 3, ASSIGN, 3, STOP}));
  EXPECT_EQ("", problem_of({PUSH, PUSHTRAP, 4, ASSIGN, 4, STOP, STOP}));
  EXPECT_EQ("assignment to a frame's slot",
            problem_of({PUSHTRAP, 6, PUSHTRAP, 5, ASSIGN, 5, STOP, STOP, STOP}));
  // f 1 2 3 4
  EXPECT_EQ("", problem_of({PUSH_RETADDR, 7, CONST1, PUSH, PUSH, CONST0, APPLY, 2, STOP}));
  EXPECT_EQ("no return frame below the arguments", problem_of({PUSH, APPLY, 1, STOP}));
  EXPECT_EQ("no return frame below the arguments",
            problem_of({PUSH_RETADDR, 4, PUSH, APPLY, 2, STOP}));
  EXPECT_EQ("stack underflow", problem_of({PUSH_RETADDR, 4, POP, 1, STOP, STOP}));
  EXPECT_EQ("frames differ where paths meet",
            problem_of({BRANCHIF, 5, PUSHTRAP, 8, BRANCH, 5, PUSH, PUSH, PUSH, PUSH, STOP, STOP}));
}

TEST(Verify, DepthNeedsRoom) {
  Words deep(static_cast<std::size_t>(max_unchecked_depth(kNewestVersion)) + 1, PUSH);
  deep.push_back(STOP);
  EXPECT_EQ("stack deeper than a function may use unasked", problem_of(deep));
  EXPECT_EQ("", problem_of(deep, true, 414));
  Words asked = {CONSTINT, 1000, C_CALL1, kEnsureStack};
  asked.insert(asked.end(), deep.begin(), deep.end());
  EXPECT_EQ("", problem_of(asked));
  asked[1] = 20;
  EXPECT_EQ("stack deeper than a function may use unasked", problem_of(asked));
}

TEST(Verify, EffectsOfOlderVersions) {
  Words resume = {PUSH, PUSH, PUSH, RESUME, STOP};
  EXPECT_EQ("", problem_of(resume, true, 503));
  Words resume_50 = {PUSH, PUSH, RESUME, STOP};
  EXPECT_EQ("", problem_of(resume_50, true, 501));
  EXPECT_EQ("stack underflow", problem_of(resume_50, true, 502));
}

TEST(Verify, UnreachableCodeNeedOnlyBeWellFormed) {
  EXPECT_EQ("", problem_of({STOP, POP, 100}));
  EXPECT_EQ("not an opcode", problem_of({STOP, 1000}));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Executables below BACTRIAN_TEST_IMAGES, or else the few among the fuzzer's seeds.
std::filesystem::path directory_of_images() {
  const char* directory = std::getenv("BACTRIAN_TEST_IMAGES");
  if (directory != nullptr) return directory;
  return std::filesystem::path(__FILE__).parent_path().parent_path() / "fuzz/corpus/image";
}

TEST(Verify, AcceptsRealExecutables) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_of_images())) {
    if (!entry.is_regular_file()) continue;
    std::string file = read_file(entry.path());
    Image image;
    ImageError error;
    if (!read_image(bytes_of(file), image, error)) continue;
    Bytes prims = image.section_bytes("PRIM");
    ASSERT_TRUE(build_prim_table(reinterpret_cast<const char*>(prims.data()), prims.size()));
    FragmentSource source;
    source.code = image.section_bytes("CODE");
    source.version = image.version;
    Fragment* fragment = add_fragment(source, error);
    ASSERT_NE(nullptr, fragment) << entry.path() << ": " << error.message;
    Words restored(fragment->word_count());
    restore_code(*fragment, restored.data());
    EXPECT_EQ(bytes_of_words(restored), std::string(source.code.begin(), source.code.end()))
        << entry.path();
    remove_fragment(fragment);
    count++;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace bactrian
