// SPDX-License-Identifier: Apache-2.0
// The push-down automaton behind parsers made by ocamlyacc: Parsing's engine. It runs until it
// needs OCaml code (a token, a semantic action, larger stacks, the error function), says so by its
// result, and is called again with the answer. Tables are made by ocamlyacc and trusted.
#include <cstdio>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/host/host.h"
#include "runtime/options.h"

namespace bactrian {

Value caml_format_float(Value format, Value d);

namespace {

bool trace_on = false;  // Parsing.set_trace.

bool tracing() { return trace_on || options().parser_trace != 0; }

// Parsing.parse_tables
enum TableField : mlsize_t {
  kActions,
  kTranslConst,
  kTranslBlock,
  kLhs,
  kLength,
  kDefaultReduction,
  kDefaultGoto,
  kShiftIndex,
  kReduceIndex,
  kGotoIndex,
  kTableSize,
  kTable,
  kCheck,
  kErrorFunction,
  kNamesConst,
  kNamesBlock,
};

// Parsing.parser_env
enum EnvField : mlsize_t {
  kStateStack,
  kValueStack,
  kSymbStartStack,
  kSymbEndStack,
  kStackSize,
  kStackBase,
  kCurrentToken,
  kTokenValue,
  kSymbStart,
  kSymbEnd,
  kActionSp,
  kRuleLength,
  kRuleNumber,
  kSp,
  kState,
  kErrorFlag,
};

// Parsing.parser_input and parser_output
enum Input { kStart, kTokenRead, kStacksGrown1, kStacksGrown2, kActionComputed, kErrorDetected };
enum Output {
  kReadToken,
  kRaiseParseError,
  kGrowStacks1,
  kGrowStacks2,
  kComputeAction,
  kCallErrorFunction,
};

constexpr int kErrorToken = 256;

void print(const char* text, std::size_t length) { host_write(2, text, length); }
void print(const char* text) { print(text, std::strlen(text)); }
void print(const char* format, long long n, int m) {
  char line[96];
  std::snprintf(line, sizeof line, format, static_cast<int>(n), m);
  print(line);
}

// Names are joined by NULs, the last followed by an empty one.
const char* token_name(Value names, int number) {
  const char* name = String_val(names);
  for (; number > 0; number--) {
    if (*name == 0) return "<unknown token>";
    name += std::strlen(name) + 1;
  }
  return name;
}

// May allocate: its arguments are rooted by the caller.
void print_semantic_value(Value v) {
  if (Is_long(v)) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(Long_val(v)));
    print(digits);
  } else if (Tag_val(v) == String_tag) {
    print(String_val(v));
  } else if (Tag_val(v) == Double_tag) {
    Root number(v);
    Value format = caml_copy_string("%g");
    Value text = caml_format_float(format, number);
    if (text != kNoValue) print(String_val(text));
  } else {
    print("_");
  }
}

void print_token(Value tables, int state, Value token) {
  print("State %d: read token ", state, 0);
  if (Is_long(token)) {
    print(token_name(Field(tables, kNamesConst), Int_val(token)));
    print("\n");
    return;
  }
  print(token_name(Field(tables, kNamesBlock), static_cast<int>(Tag_val(token))));
  print("(");
  print_semantic_value(Field(token, 0));
  print(")\n");
}

class Parser {
 public:
  Parser(Value tables, Value env) : tables_(tables), env_(env) {}
  Value run(Input input, Value arg);

 private:
  // Where run's loop goes on; kStop: `output_` says why it stopped.
  enum class Next { kLoop, kTestShift, kShift, kRecover, kPush, kReduce, kAction, kStop };

  Value& env(EnvField f) { return Field(env_, f); }
  Value field(TableField f) const { return Field(tables_, f); }
  int entry(TableField table, int index) const {
    std::int16_t n;
    std::memcpy(&n, String_val(field(table)) + index * 2, sizeof n);
    return n;
  }
  // The index in the packed table for `symbol` in row `row` of `index_table`; -1: none.
  int packed(TableField index_table, int row, int symbol) const {
    int base = entry(index_table, row);
    int n = base + symbol;
    bool found =
        base != 0 && n >= 0 && n <= Int_val(field(kTableSize)) && entry(kCheck, n) == symbol;
    return found ? n : -1;
  }
  void restore() {
    sp_ = Int_val(env(kSp));
    state_ = Int_val(env(kState));
    error_flag_ = Int_val(env(kErrorFlag));
  }
  Next stop(Output output, bool save = true) {
    if (save) {
      env(kSp) = Val_int(sp_);
      env(kState) = Val_int(state_);
      env(kErrorFlag) = Val_int(error_flag_);
    }
    output_ = output;
    return Next::kStop;
  }
  int state_at(int sp) { return Int_val(Field(env(kStateStack), static_cast<mlsize_t>(sp))); }

  Next begin(Input input, Value arg);
  Next read_token(Value token);
  Next loop();
  Next test_shift();
  Next shift(int n);
  Next recover();
  Next push();
  Next reduce();
  Next action_computed(Value result);

  Value tables_;
  Value env_;
  int sp_ = 0;
  int state_ = 0;
  int error_flag_ = 0;
  int rule_ = 0;
  Output output_ = kReadToken;
};

Parser::Next Parser::begin(Input input, Value arg) {
  if (input == kStart) {
    sp_ = Int_val(env(kSp));
    return Next::kLoop;
  }
  restore();
  switch (input) {
    case kTokenRead: return read_token(arg);
    case kErrorDetected: return Next::kRecover;
    case kStacksGrown1: return Next::kPush;
    case kStacksGrown2: return stop(kComputeAction);
    default: return action_computed(arg);
  }
}

Parser::Next Parser::read_token(Value token) {
  if (Is_block(token)) {
    env(kCurrentToken) = Field(field(kTranslBlock), Tag_val(token));
    caml_modify(&env(kTokenValue), Field(token, 0));
  } else {
    env(kCurrentToken) = Field(field(kTranslConst), static_cast<mlsize_t>(Long_val(token)));
    caml_modify(&env(kTokenValue), Val_long(0));
  }
  if (tracing()) {
    Root tables(tables_), env(env_);
    print_token(tables, state_, token);
    tables_ = tables;
    env_ = env;
  }
  return Next::kTestShift;
}

Parser::Next Parser::loop() {
  rule_ = entry(kDefaultReduction, state_);
  if (rule_ != 0) return Next::kReduce;
  if (Int_val(env(kCurrentToken)) >= 0) return Next::kTestShift;
  return stop(kReadToken);
}

Parser::Next Parser::test_shift() {
  int token = Int_val(env(kCurrentToken));
  int n = packed(kShiftIndex, state_, token);
  if (n >= 0) {
    env(kCurrentToken) = Val_int(-1);
    if (error_flag_ > 0) error_flag_--;
    return shift(n);
  }
  n = packed(kReduceIndex, state_, token);
  if (n >= 0) {
    rule_ = entry(kTable, n);
    return Next::kReduce;
  }
  return error_flag_ > 0 ? Next::kRecover : stop(kCallErrorFunction);
}

Parser::Next Parser::shift(int n) {
  int to = entry(kTable, n);
  if (tracing()) print("State %d: shift to state %d\n", state_, to);
  state_ = to;
  sp_++;
  return sp_ < Long_val(env(kStackSize)) ? Next::kPush : stop(kGrowStacks1);
}

Parser::Next Parser::recover() {
  if (error_flag_ >= 3) {
    if (Int_val(env(kCurrentToken)) == 0) return stop(kRaiseParseError, false);
    if (tracing()) print("Discarding last token read\n");
    env(kCurrentToken) = Val_int(-1);
    return Next::kLoop;
  }
  error_flag_ = 3;
  for (;; sp_--) {
    int candidate = state_at(sp_);
    int n = packed(kShiftIndex, candidate, kErrorToken);
    if (n >= 0) {
      if (tracing()) print("Recovering in state %d\n", candidate, 0);
      return shift(n);
    }
    if (tracing()) print("Discarding state %d\n", candidate, 0);
    if (sp_ <= Long_val(env(kStackBase))) {
      if (tracing()) print("No more states to discard\n");
      return stop(kRaiseParseError, false);
    }
  }
}

Parser::Next Parser::push() {
  auto sp = static_cast<mlsize_t>(sp_);
  Field(env(kStateStack), sp) = Val_int(state_);
  Store_field(env(kValueStack), sp, env(kTokenValue));
  Store_field(env(kSymbStartStack), sp, env(kSymbStart));
  Store_field(env(kSymbEndStack), sp, env(kSymbEnd));
  return Next::kLoop;
}

Parser::Next Parser::reduce() {
  if (tracing()) print("State %d: reduce by rule %d\n", state_, rule_);
  int length = entry(kLength, rule_);
  env(kActionSp) = Val_int(sp_);
  env(kRuleNumber) = Val_int(rule_);
  env(kRuleLength) = Val_int(length);
  sp_ += 1 - length;
  int lhs = entry(kLhs, rule_);
  int n = packed(kGotoIndex, lhs, state_at(sp_ - 1));
  state_ = n >= 0 ? entry(kTable, n) : entry(kDefaultGoto, lhs);
  return stop(sp_ < Long_val(env(kStackSize)) ? kComputeAction : kGrowStacks2);
}

Parser::Next Parser::action_computed(Value result) {
  auto sp = static_cast<mlsize_t>(sp_);
  auto action_sp = static_cast<mlsize_t>(Long_val(env(kActionSp)));
  Field(env(kStateStack), sp) = Val_int(state_);
  Store_field(env(kValueStack), sp, result);
  Value symb_end = Field(env(kSymbEndStack), action_sp);
  Store_field(env(kSymbEndStack), sp, symb_end);
  // An empty production starts where it ends.
  if (sp > action_sp) Store_field(env(kSymbStartStack), sp, symb_end);
  return Next::kLoop;
}

Value Parser::run(Input input, Value arg) {
  Next next = begin(input, arg);
  for (;;) {
    switch (next) {
      case Next::kLoop: next = loop(); break;
      case Next::kTestShift: next = test_shift(); break;
      case Next::kRecover: next = recover(); break;
      case Next::kPush: next = push(); break;
      case Next::kReduce: next = reduce(); break;
      default: return Val_int(output_);
    }
  }
}

}  // namespace

Value caml_parse_engine(Value tables, Value env, Value input, Value arg) {
  return Parser(tables, env).run(static_cast<Input>(Int_val(input)), arg);
}

Value caml_set_parser_trace(Value flag) {
  bool before = tracing();
  trace_on = Bool_val(flag);
  return Val_bool(before);
}

}  // namespace bactrian
