// SPDX-License-Identifier: Apache-2.0
// Translated code and the interpreter (runtime/tier): small programs, each run with every choice of
// functions that are translated, by the stand-in of shadow_translator.h, and with forced unwinding;
// and single facts of the contract, with hand-written translations.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "runtime/bytecode/decode.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/heap.h"
#include "runtime/host/host.h"
#include "runtime/interp/driver.h"
#include "runtime/interp/interp.h"
#include "runtime/main/start.h"
#include "runtime/options.h"
#include "runtime/tier/activation.h"
#include "runtime/tier/counters.h"
#include "runtime/tier/install.h"
#include "runtime/tier/policy.h"
#include "runtime/tier/segments.h"
#include "runtime/tier/unwind.h"
#include "tests/unit/image_builder.h"
#include "tests/unit/shadow_translator.h"

namespace bactrian {
namespace {

constexpr opcode_t kResult = 12, kGlobalF = 13, kGlobalG = 14, kGlobalH = 15;

// Bytecode with labels.
class Code {
 public:
  using Label = std::size_t;

  Label new_label() {
    places_.push_back(0);
    return places_.size() - 1;
  }
  Label here() {
    Label l = new_label();
    bind(l);
    return l;
  }
  Code& bind(Label l) {
    places_[l] = static_cast<opcode_t>(words_.size());
    return *this;
  }
  template <class... W>
  Code& op(W... w) {
    (words_.push_back(static_cast<opcode_t>(w)), ...);
    return *this;
  }
  // A relative label as the next word.
  Code& to(Label l) {
    uses_.push_back({words_.size(), l});
    words_.push_back(0);
    return *this;
  }
  // A function of n parameters: returns the label of its entry.
  Label function(int n) {
    if (n > 1) op(RESTART);
    Label l = here();
    if (n > 1) op(GRAB, n - 1);
    return l;
  }
  Code& global_closure(Label f, opcode_t global) {
    return op(CLOSURE, 0).to(f).op(SETGLOBAL, global);
  }
  Words words() const {
    Words w = words_;
    for (auto [at, label] : uses_) w[at] = places_[label] - static_cast<opcode_t>(at);
    return w;
  }
  std::uint32_t place(Label l) const { return static_cast<std::uint32_t>(places_[l]); }

 private:
  Words words_;
  std::vector<opcode_t> places_;
  std::vector<std::pair<std::size_t, Label>> uses_;
};

using Translations = std::map<std::uint32_t, TranslatedCode>;  // By byte offset in the code.
Translations by_hand;
// What the hook translates: bit i for the i-th function of the fragment that it is asked for.
unsigned translated_set = 0;
std::vector<std::int32_t> asked;

std::int32_t hook(std::int32_t id, std::int32_t pc) {
  std::int32_t number = id - static_cast<std::int32_t>(program_fragment()->first_function);
  asked.push_back(pc != 0 ? -number : number);
  if (number < 0 || number >= 32 || (translated_set >> number & 1) == 0) return 0;
  return shadow_translate(id, pc);
}

class TierTest : public testing::Test {
 protected:
  void SetUp() override {
    set_translate_hook(hook);
    reset();
  }
  void TearDown() override {
    set_translate_hook(nullptr);
    dom().exn_bucket = kNoValue;
    caml_global_data = Val_unit;
    options() = Options{};
  }
  void reset() {
    options() = Options{};
    options().translate = true;
    options().tier_up = 1;
    options().minor_heap_wosize = 4096;
    options().max_stack_wosize = 32 * 1024 * 1024;
    tier_counters = TierCounters{};
    translated_set = ~0u;
    asked.clear();
  }
  void load(const Words& code, const std::string& prims = "") {
    file_ = ImageBuilder().program(code, prims).finish();
    StartRequest request;
    request.file = bytes_of(file_);
    request.executable_name = "test";
    ImageError error;
    ASSERT_TRUE(start_from_file(request, error)) << error.message;
  }
  Value run() {
    while (run_program() == ProgramStatus::kRunnable) {
    }
    EXPECT_FALSE(is_unwinding());
    EXPECT_EQ(0, dom().native_depth);
    EXPECT_EQ(nullptr, dom().activation);
    EXPECT_EQ(kNoValue, dom().exn_bucket);
    verify_heap("after a program");
    return Field(caml_global_data, kResult);
  }
  static FunctionId function_at(std::uint32_t word) {
    return function_id_at(*program_fragment(), word * 4);
  }

  // Every choice of the first `functions` functions, with and without forced unwinding.
  void check_all(const Words& code, intnat expected, unsigned functions,
                 const std::string& prims = "", bool stress = false) {
    for (unsigned set = 0; set < 1u << functions; set++) {
      for (std::size_t every : {0, 1, 2, 3, 5, 17}) {
        reset();
        options().force_unwind = every;
        options().gc_stress = stress;
        translated_set = set << 1;  // The fragment's start is number 0.
        load(code, prims);
        ASSERT_EQ(expected, Long_val(run())) << "translated: " << set << ", forced: " << every;
      }
    }
  }

 private:
  std::string file_;
};

// ---- Programs -----------------------------------------------------------------------------------

// let rec fib n = if n < 2 then n else fib (n-1) + fib (n-2)
Words fib_program(int n) {
  Code c;
  auto main = c.new_label(), big = c.new_label();
  c.op(BRANCH).to(main);
  auto fib = c.function(1);
  c.op(CONST2, PUSHACC1, LTINT, BRANCHIFNOT).to(big).op(ACC0, RETURN, 1);
  c.bind(big);
  c.op(ACC0, OFFSETINT, -2, PUSHGETGLOBAL, kGlobalF, APPLY1, PUSHACC1, OFFSETINT, -1);
  c.op(PUSHGETGLOBAL, kGlobalF, APPLY1, ADDINT, RETURN, 1);
  c.bind(main).global_closure(fib, kGlobalF);
  c.op(CONSTINT, n, PUSHGETGLOBAL, kGlobalF, APPLY1, SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, Fib) { check_all(fib_program(12), 144, 1); }

TEST_F(TierTest, TranslatedCodeIsEntered) {
  load(fib_program(15));
  EXPECT_EQ(610, Long_val(run()));
  EXPECT_EQ(1u, tier_counters.entered);
  EXPECT_EQ(0u, tier_counters.unwindings);
  EXPECT_EQ(0u, tier_counters.interpreted_calls);
}

// let rec even n = if n = 0 then 0 else 1 + odd (n-1)  and odd n likewise, deep.
Words even_odd_program(int n) {
  Code c;
  auto main = c.new_label();
  c.op(BRANCH).to(main);
  Code::Label entries[2];
  for (int i = 0; i < 2; i++) {
    auto more = c.new_label();
    entries[i] = c.function(1);
    c.op(ACC0, BNEQ, 0).to(more).op(CONST0, RETURN, 1);
    c.bind(more).op(ACC0, OFFSETINT, -1, PUSHGETGLOBAL, i == 0 ? kGlobalG : kGlobalF, APPLY1);
    c.op(OFFSETINT, 1, RETURN, 1);
  }
  c.bind(main).global_closure(entries[0], kGlobalF).global_closure(entries[1], kGlobalG);
  c.op(CONSTINT, n, PUSHGETGLOBAL, kGlobalF, APPLY1, SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, MutualRecursion) { check_all(even_odd_program(2000), 2000, 2); }

TEST_F(TierTest, DeepAlternation) {
  for (unsigned set : {1u, 2u, 3u}) {
    reset();
    translated_set = set << 1;
    load(even_odd_program(1'000'000));
    EXPECT_EQ(1'000'000, Long_val(run())) << set;
    EXPECT_GT(tier_counters.unwindings, 0u);
  }
}

// let rec f n acc = if n = 0 then acc else g (n-1) (acc+1)  and g likewise: tail calls.
Words tail_program(int n) {
  Code c;
  auto main = c.new_label();
  c.op(BRANCH).to(main);
  Code::Label entries[2];
  for (int i = 0; i < 2; i++) {
    auto more = c.new_label();
    entries[i] = c.function(2);
    c.op(ACC0, BNEQ, 0).to(more).op(ACC1, RETURN, 2);
    c.bind(more).op(ACC1, OFFSETINT, 1, PUSHACC1, OFFSETINT, -1);
    c.op(PUSHGETGLOBAL, i == 0 ? kGlobalG : kGlobalF, APPTERM2, 4);
  }
  c.bind(main).global_closure(entries[0], kGlobalF).global_closure(entries[1], kGlobalG);
  c.op(PUSH_RETADDR);
  auto back = c.new_label();
  c.to(back).op(CONST0, PUSHCONSTINT, n, PUSHGETGLOBAL, kGlobalF, APPLY, 2);
  c.bind(back).op(SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, TailCalls) { check_all(tail_program(3000), 3000, 4); }

TEST_F(TierTest, TailCallsDoNotGrowTheStack) {
  // Functions: 1 RESTART, 2 f, 3 RESTART, 4 g.
  for (unsigned set : {1u << 2, 1u << 4, 1u << 2 | 1u << 4}) {
    reset();
    translated_set = set;
    options().max_stack_wosize = 60'000;
    load(tail_program(1'000'000));
    EXPECT_EQ(1'000'000, Long_val(run())) << set;
  }
}

// f n = try 1 + g n with _ -> 1000 + n      g n = if n mod 3 = 0 then raise 7 else f (n-1) + h n
// h n = n: exceptions through frames of both kinds, handlers in both.
Words exceptions_program(int n) {
  Code c;
  auto main = c.new_label(), handler = c.new_label(), go_on = c.new_label();
  c.op(BRANCH).to(main);
  auto f = c.function(1);
  c.op(PUSHTRAP).to(handler);
  c.op(ACC, 4, PUSHGETGLOBAL, kGlobalG, APPLY1, OFFSETINT, 1, POPTRAP, RETURN, 1);
  c.bind(handler).op(PUSHACC1, OFFSETINT, 1000, RETURN, 2);
  auto g = c.function(1);
  c.op(CONST3, PUSHACC1, MODINT, BNEQ, 0).to(go_on).op(CONSTINT, 7, RAISE);
  c.bind(go_on).op(ACC0, PUSHGETGLOBAL, kGlobalH, APPLY1);
  c.op(PUSHACC1, OFFSETINT, -1, PUSHGETGLOBAL, kGlobalF, APPLY1, ADDINT, RETURN, 1);
  auto h = c.function(1);
  c.op(ACC0, RETURN, 1);
  c.bind(main).global_closure(f, kGlobalF).global_closure(g, kGlobalG).global_closure(h, kGlobalH);
  // The sum over 1..n of f i.
  auto loop = c.new_label(), done = c.new_label();
  c.op(CONST0, PUSHCONSTINT, n);  // sp[0] = total, accu = i
  c.bind(loop).op(BEQ, 0).to(done).op(PUSH, PUSHGETGLOBAL, kGlobalF, APPLY1);
  c.op(PUSHACC2, ADDINT, ASSIGN, 1, ACC0, OFFSETINT, -1, POP, 1, BRANCH).to(loop);
  c.bind(done).op(ACC0, SETGLOBAL, kResult, POP, 1, STOP);
  return c.words();
}

intnat exceptions_f(intnat n);
intnat exceptions_g(intnat n, bool& raised) {
  raised = n % 3 == 0;
  return raised ? 0 : exceptions_f(n - 1) + n;
}
intnat exceptions_f(intnat n) {
  bool raised;
  intnat g = exceptions_g(n, raised);
  return raised ? 1000 + n : g + 1;
}

TEST_F(TierTest, Exceptions) {
  intnat expected = 0;
  for (intnat i = 1; i <= 50; i++) expected += exceptions_f(i);
  check_all(exceptions_program(50), expected, 3);
}

TEST_F(TierTest, ExceptionsWithBacktraces) {
  intnat expected = 0;
  for (intnat i = 1; i <= 20; i++) expected += exceptions_f(i);
  for (unsigned set = 0; set < 8; set++) {
    reset();
    options().backtrace = 1;
    translated_set = set << 1;
    load(exceptions_program(20));
    EXPECT_EQ(expected, Long_val(run())) << set;
  }
}

// f a b = fun c -> a + 10 b + 100 c, applied to all three, to two and one, and one by one.
Words application_program() {
  Code c;
  auto main = c.new_label();
  c.op(BRANCH).to(main);
  auto inner = c.function(1);
  c.op(CONSTINT, 100, PUSHACC1, MULINT, PUSHENVACC3, PUSHCONSTINT, 10, MULINT, ADDINT);
  c.op(PUSHENVACC2, ADDINT, RETURN, 1);
  auto f = c.function(2);
  c.op(ACC1, PUSHACC1, CLOSURE, 2).to(inner).op(RETURN, 2);
  // g x = f x 2 3, over-applied from where g runs; h x = (f x) partial, then 2, then 3.
  auto g = c.function(1);
  c.op(CONST3, PUSHCONST2, PUSHACC2, PUSHGETGLOBAL, kGlobalF, APPTERM, 3, 4);
  auto h = c.function(1);
  c.op(ACC0, PUSHGETGLOBAL, kGlobalF, APPLY1, PUSHCONST2, PUSHACC1, APPLY1, PUSHCONST3, PUSHACC1);
  c.op(APPLY1, RETURN, 3);
  c.bind(main).global_closure(f, kGlobalF).global_closure(g, kGlobalG).global_closure(h, kGlobalH);
  c.op(CONST1, PUSHGETGLOBAL, kGlobalG, APPLY1, PUSHCONST1, PUSHGETGLOBAL, kGlobalH, APPLY1);
  c.op(ADDINT, PUSH, CONST3, PUSHCONST2, PUSHCONST1, PUSHGETGLOBAL, kGlobalF, APPLY3);
  c.op(ADDINT, SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, Applications) { check_all(application_program(), 3 * 321, 5); }
TEST_F(TierTest, ApplicationsUnderStress) {
  check_all(application_program(), 3 * 321, 5, "", true);
}

// f n builds a list of n boxed pairs; g sums it; floats in frames too.
Words lists_program(int n) {
  Code c;
  auto main = c.new_label(), more = c.new_label(), sum_more = c.new_label();
  c.op(BRANCH).to(main);
  auto build = c.function(1);
  c.op(ACC0, BNEQ, 0).to(more).op(CONST0, RETURN, 1);
  c.bind(more).op(ACC0, C_CALL1, 0, PUSH);  // A float that lives across the call.
  c.op(ACC1, OFFSETINT, -1, PUSHGETGLOBAL, kGlobalF, APPLY1, PUSHACC1, MAKEBLOCK2, 0, RETURN, 2);
  auto sum = c.function(1);
  c.op(ACC0, BRANCHIF).to(sum_more).op(CONST0, RETURN, 1);
  c.bind(sum_more).op(ACC0, GETFIELD0, PUSHACC1, GETFIELD1, PUSHGETGLOBAL, kGlobalG, APPLY1);
  c.op(PUSHACC1, C_CALL1, 1, ADDINT, RETURN, 2);
  c.bind(main).global_closure(build, kGlobalF).global_closure(sum, kGlobalG);
  c.op(CONSTINT, n, PUSHGETGLOBAL, kGlobalF, APPLY1, PUSHGETGLOBAL, kGlobalG, APPLY1);
  c.op(SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, ValuesInFrames) {
  check_all(lists_program(200), 200 * 201 / 2, 2, "caml_float_of_int caml_int_of_float");
}
TEST_F(TierTest, ValuesInFramesUnderStress) {
  check_all(lists_program(40), 40 * 41 / 2, 2, "caml_float_of_int caml_int_of_float", true);
}

// f n = let r = ref 0 in (try while true do CHECK_SIGNALS; if n = !r then raise; incr r done
//       with _ -> ()); !r: a continuation with a trap frame in it.
Words loop_program(int n) {
  Code c;
  auto main = c.new_label(), handler = c.new_label(), loop = c.new_label(), go_on = c.new_label();
  c.op(BRANCH).to(main);
  auto f = c.function(1);
  c.op(CONST0, PUSHTRAP).to(handler);  // (accu is dropped)
  c.op(CONST0, PUSH);
  c.bind(loop).op(CHECK_SIGNALS, ACC, 5, PUSHACC1, EQ, BRANCHIFNOT).to(go_on);
  c.op(ACC0, RAISE);
  c.bind(go_on).op(ACC0, OFFSETINT, 1, ASSIGN, 0, BRANCH).to(loop);
  c.bind(handler).op(RETURN, 1);
  c.bind(main).global_closure(f, kGlobalF);
  c.op(CONSTINT, n, PUSHGETGLOBAL, kGlobalF, APPLY1, SETGLOBAL, kResult, STOP);
  return c.words();
}

TEST_F(TierTest, Loops) { check_all(loop_program(500), 500, 1); }

TEST_F(TierTest, LoopsBecomeContinuations) {
  options().tier_up = 0xFFFF;
  options().loop_up = 0;
  load(loop_program(1000));
  EXPECT_EQ(1000, Long_val(run()));
  EXPECT_EQ(1u, tier_counters.entered_loops);
  EXPECT_EQ((std::vector<std::int32_t>{-1}), asked);
}

TEST_F(TierTest, LongLoopsAreFoundBySamples) {
  options().tier_up = 0xFFFF;
  options().loop_up = 2000;
  load(loop_program(20 * kFuelPerSlice));
  EXPECT_EQ(20 * kFuelPerSlice, Long_val(run()));
  EXPECT_EQ((std::vector<std::int32_t>{-1}), asked);
  EXPECT_GE(tier_counters.entered_loops, 2u);  // Once more after each slice.
}

// ---- Counting -----------------------------------------------------------------------------------

TEST_F(TierTest, CallsAreCounted) {
  options().tier_up = 100;
  options().loop_up = 1000;
  load(fib_program(15));
  EXPECT_EQ(610, Long_val(run()));
  EXPECT_EQ((std::vector<std::int32_t>{1}), asked);
  EXPECT_GT(tier_counters.entered, 0u);
}

TEST_F(TierTest, CallsAreSampledWhenTheLimitIsHigh) {
  options().tier_up = 5000;
  options().loop_up = 5000;
  load(fib_program(15));  // 1973 calls.
  EXPECT_EQ(610, Long_val(run()));
  EXPECT_TRUE(asked.empty());
  load(fib_program(24));  // 150,049 more.
  EXPECT_EQ(46368, Long_val(run()));
  EXPECT_EQ((std::vector<std::int32_t>{1}), asked);
  EXPECT_GT(tier_counters.entered, 0u);
}

TEST_F(TierTest, RefusedFunctionsAreNotCountedAnyMore) {
  translated_set = 0;
  load(fib_program(10));
  EXPECT_EQ(55, Long_val(run()));
  EXPECT_EQ((std::vector<std::int32_t>{1}), asked);
  EXPECT_EQ(1u, tier_counters.refused);
}

TEST_F(TierTest, NotNowMeansLater) {
  options().tier_up = 10;
  set_translate_hook([](std::int32_t, std::int32_t) {
    asked.push_back(0);
    return std::int32_t{-1};
  });
  load(fib_program(10));  // 177 calls.
  EXPECT_EQ(55, Long_val(run()));
  EXPECT_EQ(17u, asked.size());
}

TEST_F(TierTest, WithoutTheOptionNothingIsCounted) {
  options().translate = false;
  load(fib_program(10));
  EXPECT_EQ(55, Long_val(run()));
  EXPECT_TRUE(asked.empty());
}

TEST_F(TierTest, OriginalCodeCanBeHadBack) {
  for (const Words& code : {fib_program(5), application_program(), loop_program(3)}) {
    reset();
    load(code);
    auto restored = [] {
      Words words(program_fragment()->word_count());
      restore_code(*program_fragment(), words.data());
      return words;
    };
    EXPECT_EQ(code, restored());
    run();
    EXPECT_EQ(code, restored());
    for (std::uint32_t at = 0; at < code.size();) {
      const opcode_t* pc = program_fragment()->words() + at;
      EXPECT_EQ(code[at], plain_opcode(static_cast<Opcode>(untiered_opcode(pc))));
      at += instruction_size(code.data() + at);
    }
  }
}

TEST_F(TierTest, FunctionsAreFoundByAddress) {
  Words code = application_program();
  load(code);
  const Fragment& fragment = *program_fragment();
  FunctionId found = function_containing(fragment.start);
  EXPECT_EQ(fragment.first_function, found);
  EXPECT_EQ(kNoFunction, function_containing(CodeOffset{0}));
  for (std::uint32_t i = 0; i < fragment.function_count; i++) {
    auto id = FunctionId{static_cast<std::uint32_t>(fragment.first_function) + i};
    EXPECT_EQ(id, function_containing(function_entry(id)));
  }
}

// ---- Stacks and limits --------------------------------------------------------------------------

TEST_F(TierTest, OverflowIsRaised) {
  for (unsigned set : {0u, 1u, 2u, 3u}) {
    reset();
    options().max_stack_wosize = 30'000;
    translated_set = set << 1;
    load(even_odd_program(1'000'000));
    while (run_program() == ProgramStatus::kRunnable) {
    }
    EXPECT_EQ(2, program_exit_code()) << set;
    EXPECT_FALSE(is_unwinding());
  }
}

TEST_F(TierTest, StackGrowsUnderTranslatedCode) {
  load(even_odd_program(100'000));
  EXPECT_EQ(100'000, Long_val(run()));
  EXPECT_GT(tier_counters.unwound_frames, 90'000u);
}

TEST_F(TierTest, AttentionLeavesTranslatedCode) {
  // A primitive that asks for it at every call, in frames of both kinds.
  for (unsigned set = 0; set < 4; set++) {
    reset();
    translated_set = set << 1;
    load(lists_program(300), "caml_float_of_int caml_int_of_float");
    request_attention();
    EXPECT_EQ(300 * 301 / 2, Long_val(run())) << set;
  }
}

// ---- Hand-written translations ------------------------------------------------------------------

// f n called with an unboxed float in its frame: unwinding makes the box.
Value unboxing_f(Value* sp, Value env, Value n) {
  std::int64_t raw = std::bit_cast<std::int64_t>(2.5);
  dom().unwind_scratch[0] = Value{raw};
  dom().unwind_scratch[1] = env;
  static std::int32_t descriptor[8];
  FunctionId id = function_id_of_field(Field(env, 0));
  // Behind "ACC0, C_CALL1 p, PUSH": the float is on the stack, n below it.
  descriptor[0] = static_cast<std::int32_t>(static_cast<std::uint32_t>(function_entry(id)) + 4 * 7);
  descriptor[1] = kFrameHere;
  descriptor[2] = 1 << 2 | kSourceScratch;
  descriptor[3] = kSourceInt;
  descriptor[4] = 2;
  descriptor[5] = 0;
  descriptor[6] = kSourceBoxed + (static_cast<int>(BoxKind::kFloat) * kUnwindScratchCount + 0) * 4;
  descriptor[7] = static_cast<std::int32_t>(Long_val(n) << 2) | kSourceInt;
  return unwind_frame(sp, descriptor);
}

TEST_F(TierTest, UnboxedNumbersGetBoxes) {
  for (bool stress : {false, true}) {
    reset();
    options().gc_stress = stress;
    translated_set = 0;
    load(lists_program(20), "caml_float_of_int caml_int_of_float");
    FunctionId f{static_cast<std::uint32_t>(program_fragment()->first_function) + 1};
    // n = 0 is for the interpreter to end: the hand-written one knows the other case only.
    install_function(f, reinterpret_cast<TranslatedCode>(&unboxing_f), 1);
    options().max_stack_wosize = 40'000;
    while (run_program() == ProgramStatus::kRunnable) {
    }
    EXPECT_EQ(2, program_exit_code());  // Without its end, the recursion overflows.
    EXPECT_GT(tier_counters.unwound_frames, 1000u);
  }
}

// ---- What is not entered ------------------------------------------------------------------------

class NotEnteredTest : public TierTest {
 protected:
  void SetUp() override {
    TierTest::SetUp();
    options().tier_up = Options{}.tier_up;
    load(lists_program(20), "caml_float_of_int caml_int_of_float");
    id_ = FunctionId{static_cast<std::uint32_t>(program_fragment()->first_function) + 1};
    original_ = word();
    install_function(id_, reinterpret_cast<TranslatedCode>(&unboxing_f), 1);
  }
  FunctionInfo& info() { return function_table[static_cast<std::uint32_t>(id_)]; }
  opcode_t& word() { return *code_at(info().entry); }
  void note(int with_nested_calls) {
    for (int i = 0; i < with_nested_calls; i++) note_nested(info(), true);
  }

  FunctionId id_{};
  opcode_t original_ = 0;
};

TEST_F(NotEnteredTest, ShortFunctionWithNestedCallsUntilTheNextEpoch) {
  ASSERT_EQ(ENTER_TRANSLATED, word());
  note(kNestedToLeave - 1);
  note_nested(info(), false);
  note(1);
  EXPECT_EQ(ENTER_TRANSLATED, word());
  note(1);
  EXPECT_EQ(original_, word());
  EXPECT_NE(nullptr, info().code);
  sample_tick(code_at(info().entry), Val_unit);
  EXPECT_EQ(original_, word());
  tier_counters.slices += kSlicesInEpoch;
  sample_tick(code_at(info().entry), Val_unit);
  EXPECT_EQ(ENTER_TRANSLATED, word());
}

TEST_F(NotEnteredTest, SegmentAtTheEntryStays) {
  note(kNestedToLeave);
  install_segment(info().entry, reinterpret_cast<TranslatedCode>(std::uintptr_t{100'000}));
  opcode_t segment = word();
  ASSERT_TRUE(is_segment_word(segment));
  uninstall_function(id_);
  EXPECT_EQ(segment, word());
  EXPECT_EQ(original_, untiered_opcode(&word()));
  install_function(id_, reinterpret_cast<TranslatedCode>(&unboxing_f), 1);
  EXPECT_EQ(segment, word());
  tier_counters.slices += kSlicesInEpoch;
  sample_tick(code_at(function_entry(FunctionId{static_cast<std::uint32_t>(id_) + 1})), Val_unit);
  EXPECT_EQ(segment, word());
  uninstall_segment(info().entry);
  EXPECT_EQ(original_, word());
}

}  // namespace
}  // namespace bactrian
