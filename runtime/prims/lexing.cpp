// SPDX-License-Identifier: Apache-2.0
// The automata of ocamllex: Lexing.engine and Lexing.new_engine (with memory for `as` bindings).
// The tables are strings of 16-bit little-endian numbers, made by ocamllex and trusted.
#include <cstring>

#include "runtime/interp/fail.h"
#include "runtime/value/value.h"

namespace bactrian {

namespace {

// Lexing.lexbuf
enum LexbufField : mlsize_t {
  kRefill,
  kBuffer,
  kBufferLength,
  kAbsolutePosition,
  kStartPosition,
  kCurrentPosition,
  kLastPosition,
  kLastAction,
  kEofReached,
  kMemory,
};

// Lexing.lex_tables
enum LexTable : mlsize_t {
  kBase,
  kBacktrack,
  kDefault,
  kTransition,
  kCheck,
  kBaseCode,
  kBacktrackCode,
  kDefaultCode,
  kTransitionCode,
  kCheckCode,
  kCode,
};

constexpr int kEof = 256;

struct Lexer {
  Value tables;
  Value lexbuf;
  bool with_memory;

  int entry(LexTable table, int index) const {
    std::int16_t n;
    std::memcpy(&n, String_val(Field(tables, table)) + index * 2, sizeof n);
    return n;
  }
  int code_entry(LexTable table, int index) const {
    return static_cast<std::uint16_t>(entry(table, index));
  }
  Value& field(LexbufField f) const { return Field(lexbuf, f); }

  void run_code(int offset, Value fresh) const;
  void move_memory(int from, int c) const;
  Value run(Value start_state) const;
};

// Pairs (destination, source) up to 255; the source 255 means `fresh`. All are integers.
void Lexer::run_code(int offset, Value fresh) const {
  const unsigned char* pc = Bytes_val(Field(tables, kCode)) + offset;
  Value memory = field(kMemory);
  for (; pc[0] != 0xFF; pc += 2)
    Field(memory, pc[0]) = pc[1] == 0xFF ? fresh : Field(memory, pc[1]);
}

void Lexer::move_memory(int from, int c) const {
  int base = code_entry(kBaseCode, from);
  int offset = entry(kCheckCode, base + c) == from ? code_entry(kTransitionCode, base + c)
                                                   : code_entry(kDefaultCode, from);
  if (offset > 0) run_code(offset, field(kCurrentPosition));
}

Value Lexer::run(Value start_state) const {
  int state = Int_val(start_state);
  if (state >= 0) {
    field(kLastPosition) = field(kStartPosition) = field(kCurrentPosition);
    field(kLastAction) = Val_int(-1);
  } else {
    state = -state - 1;  // Called again after a refill.
  }
  for (;;) {
    int base = entry(kBase, state);
    if (base < 0) {
      if (with_memory) run_code(code_entry(kBaseCode, state), Val_int(-1));
      return Val_int(-base - 1);
    }
    int backtrack = entry(kBacktrack, state);
    if (backtrack >= 0) {
      if (with_memory) run_code(code_entry(kBacktrackCode, state), Val_int(-1));
      field(kLastPosition) = field(kCurrentPosition);
      field(kLastAction) = Val_int(backtrack);
    }
    int c = kEof;
    intnat position = Long_val(field(kCurrentPosition));
    if (position < Long_val(field(kBufferLength))) {
      c = Byte_u(field(kBuffer), static_cast<mlsize_t>(position));
      field(kCurrentPosition) = Val_long(position + 1);
    } else if (field(kEofReached) == Val_false) {
      return Val_int(-state - 1);
    }
    int from = state;
    state =
        entry(kCheck, base + c) == state ? entry(kTransition, base + c) : entry(kDefault, state);
    if (state < 0) {
      field(kCurrentPosition) = field(kLastPosition);
      if (field(kLastAction) == Val_int(-1)) return caml_failwith("lexing: empty token");
      return field(kLastAction);
    }
    if (with_memory) move_memory(from, c);
    // The end of input counts only when it was not consumed.
    if (c == kEof) field(kEofReached) = Val_false;
  }
}

}  // namespace

Value caml_lex_engine(Value tables, Value start_state, Value lexbuf) {
  return Lexer{tables, lexbuf, false}.run(start_state);
}

Value caml_new_lex_engine(Value tables, Value start_state, Value lexbuf) {
  return Lexer{tables, lexbuf, true}.run(start_state);
}

}  // namespace bactrian
