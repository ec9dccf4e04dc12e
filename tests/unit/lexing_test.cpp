// SPDX-License-Identifier: Apache-2.0
// The lexer automata on a hand-made table. Generated lexers and parsers are tested by the programs
// generated_lexers and calculator.
#include <vector>

#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

// a+ is action 0, b is action 1; state 0 starts, 1 has seen a, and 2 has seen b.
class LexingTest : public PrimsTest {
 protected:
  // Transitions from state 0 lie at 0, from state 1 at 257.
  static Value table(std::string_view which) {
    std::vector<std::int16_t> n;
    if (which == "base") n = {0, 257, -2};
    if (which == "backtrack") n = {-1, 0, -1};
    if (which == "default") n = {-1, -1, -1};
    if (which == "transition" || which == "check") {
      bool check = which == "check";
      n.assign(2 * 257, -1);
      n['a'] = check ? 0 : 1;
      n['b'] = check ? 0 : 2;
      n[257 + 'a'] = check ? 1 : 1;
    }
    return string({reinterpret_cast<const char*>(n.data()), n.size() * 2});
  }
  // Makes v before it looks at the block.
  static void put(Root& block, mlsize_t i, Value v) { Store_field(block, i, v); }
  static Value tables() {
    Root v(caml_alloc(11, 0));
    mlsize_t i = 0;
    for (const char* name : {"base", "backtrack", "default", "transition", "check"})
      put(v, i++, table(name));
    for (; i < 11; i++) put(v, i, string(""));
    return v;
  }
  static Value lexbuf(std::string_view input, bool eof) {
    Root v(caml_alloc(12, 0));
    put(v, 1, string(input));
    Store_field(v, 2, Val_int(static_cast<int>(input.size())));
    Store_field(v, 8, Val_bool(eof));
    return v;
  }
};

TEST_F(LexingTest, LongestMatch) {
  Root t(tables()), buffer(lexbuf("aaab", true));
  EXPECT_EQ(Val_int(0), caml_lex_engine(t, Val_int(0), buffer));
  EXPECT_EQ(Val_int(3), Field(buffer, 5));
  EXPECT_EQ(Val_int(1), caml_lex_engine(t, Val_int(0), buffer));
  EXPECT_EQ(Val_int(3), Field(buffer, 4));
  EXPECT_EQ(Val_int(4), Field(buffer, 5));
}

TEST_F(LexingTest, RefillsAndGoesOn) {
  Root t(tables()), buffer(lexbuf("aa", false));
  EXPECT_EQ(Val_int(-2), caml_lex_engine(t, Val_int(0), buffer));  // In state 1, wants more.
  Store_field(buffer, 8, Val_true);
  EXPECT_EQ(Val_int(0), caml_lex_engine(t, Val_int(-2), buffer));
  EXPECT_EQ(Val_int(2), Field(buffer, 5));
  EXPECT_EQ(Val_true, Field(buffer, 8));
}

TEST_F(LexingTest, NothingMatches) {
  Root t(tables()), buffer(lexbuf("?", true));
  EXPECT_TRUE(
      raised(caml_lex_engine(t, Val_int(0), buffer), PredefExn::Failure, "lexing: empty token"));
}

}  // namespace
}  // namespace bactrian
