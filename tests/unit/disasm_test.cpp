// SPDX-License-Identifier: Apache-2.0
// The disassembler's text, for each kind of operand.
#include "runtime/bytecode/disasm.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "runtime/bytecode/prim_table.h"
#include "tests/unit/image_builder.h"

namespace bactrian {
namespace {

std::string disassembly_of(const Words& code, bool is_program = true) {
  std::string names("caml_add_float\0caml_no_such\0", 28);
  EXPECT_TRUE(build_prim_table(names.data(), names.size()));
  std::string bytes = bytes_of_words(code);
  FragmentSource source;
  source.code = bytes_of(bytes);
  source.is_program = is_program;
  ImageError error;
  Fragment* fragment = add_fragment(source, error);
  if (fragment == nullptr) return error.message;
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  disassemble_fragment(*fragment, out);
  std::fclose(out);
  remove_fragment(fragment);
  std::string result(text, size);
  std::free(text);
  return result;
}

TEST(Disasm, Functions) {
  EXPECT_EQ(R"(       0  BRANCH L8
       2  RESTART
F3                          ; function of 2 parameters
       3  GRAB 1
       5  ACC1
       6  RETURN 2
L8:
       8  CLOSURE 0 F3
      11  STOP
)",
            disassembly_of({BRANCH, 7, RESTART, GRAB, 1, ACC1, RETURN, 2, CLOSURE, 0, -7, STOP}));
}

TEST(Disasm, TablesAndPrimitives) {
  EXPECT_EQ(R"(       0  SWITCH 2 1 L5 L7 | L7
L5:
       5  CONSTINT -7
L7:
       7  C_CALL1 caml_no_such
       9  BEQ 3 L12
L12:
      12  PUSHGETGLOBALFIELD 2 1
      15  C_CALL2 caml_add_float
      17  STOP
)",
            disassembly_of({SWITCH, 2 | 1 << 16, 3, 5, 5, CONSTINT, -7, C_CALL1, 1, BEQ, 3, 1,
                            PUSHGETGLOBALFIELD, 2, 1, C_CALL2, 0, STOP}));
}

TEST(Disasm, APhraseIsAFunction) {
  EXPECT_EQ(R"(F0                          ; function of 1 parameter
       0  CLOSUREREC 1 0 F5
       4  RAISE
F5                          ; function of 1 parameter
       5  RETURN 1
)",
            disassembly_of({CLOSUREREC, 1, 0, 2, RAISE, RETURN, 1}, false));
}

}  // namespace
}  // namespace bactrian
