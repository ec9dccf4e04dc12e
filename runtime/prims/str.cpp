// SPDX-License-Identifier: Apache-2.0
// The primitives of the library Str: a backtracking matcher for regular expressions that the
// library has compiled (in OCaml) to arrays of instructions, and the expansion of replacement
// templates. In: a compiled expression, a text, a position; out: the array of group positions
// (start of group n at 2n, its end at 2n+1, -1 when unset), the empty array when nothing matches.
//
// Backtracking needs no recursion: choice points and the old values of what they must restore lie
// in one growing buffer outside the heap, 8 bytes each on wasm; when it cannot grow, Out_of_memory
// is raised. While it matches nothing allocates in the heap, so addresses into it stay good.
// Programs come from Str and are trusted.
#include <cstring>
#include <limits>

#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"

namespace bactrian {
namespace {

// An instruction is an integer: operation in the low 8 bits, a signed operand above.
enum Operation : unsigned {
  kChar,          // The character with this code ...
  kCharFolded,    // ... after case folding.
  kString,        // String of the pool ...
  kStringFolded,  // ... after case folding.
  kCharClass,     // A character of the pool's bit set.
  kLineStart,
  kLineEnd,
  kWordBoundary,
  kGroupStart,  // Notes the position as the group's start ...
  kGroupEnd,    // ... or end.
  kGroupAgain,  // The text that the group matched.
  kAccept,
  kClassOptional,  // As many characters of the set as there are, never fewer: none or one,
  kClassStar,      // any number,
  kClassPlus,      // or at least one.
  kGoto,
  kTryElse,        // Goes on; when that fails, continues at the operand.
  kSetMark,        // Notes the position in a register.
  kCheckProgress,  // Fails when the position is still the register's.
};

// The compiled expression, a record of OCaml.
enum RegexpField : mlsize_t { kProgram, kPool, kFoldTable, kGroupCount, kRegisterCount, kStarts };

constexpr mlsize_t kRegisters = 64;  // Str uses no more.
constexpr mlsize_t kGroupsInline = 10;
constexpr mlsize_t kUnset = std::numeric_limits<mlsize_t>::max();

bool in_set(const unsigned char* set, unsigned char c) { return (set[c >> 3] >> (c & 7) & 1) != 0; }

// Letters of ASCII and Latin-1 (where 0xD7 and 0xF7 are signs), digits and the underscore.
bool is_word_char(unsigned char c) {
  if (c >= 0xC0) return (c & 0xDF) != 0xD7;
  unsigned char lower = c | 0x20;
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

class Matcher {
 public:
  enum class Result { kMatched, kFailed, kNoMemory };

  Matcher(Value regexp, Value text)
      : regexp_(regexp),
        code_(Op_val(Field(regexp, kProgram))),
        text_(Bytes_val(text)),
        length_(caml_string_length(text)),
        group_count_(static_cast<mlsize_t>(Long_val(Field(regexp, kGroupCount)))) {
    if (group_count_ > kGroupsInline)
      slots_ = static_cast<mlsize_t*>(
          caml_stat_alloc_noexc((kRegisters + 2 * group_count_) * sizeof(mlsize_t)));
  }
  ~Matcher() {
    if (slots_ != slots_inline_) caml_stat_free(slots_);
    caml_stat_free(points_);
  }
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  // partial: reaching the end of the text counts as a match.
  Result match_at(mlsize_t start, bool partial);
  Value groups() const;

 private:
  enum class Step { kNext, kFail, kTextEnds, kAccept, kNoMemory };
  struct Point {        // What failing returns to, or restores on its way there.
    std::int32_t what;  // Program counter to go on from at `position`, or ~slot to set to it.
    mlsize_t position;
  };

  Step execute(intnat instruction);
  Step match_char(unsigned char expected, bool fold);
  Step match_string(const unsigned char* string, bool fold);
  Step match_group(mlsize_t group);
  Step match_class(const unsigned char* set, bool required);
  Step word_boundary() const;
  Step set_slot(mlsize_t slot);
  Step push(std::int32_t what, mlsize_t position);
  bool backtrack();

  unsigned char folded(unsigned char c) const { return Byte_u(Field(regexp_, kFoldTable), c); }
  const unsigned char* pool(intnat index) const {
    return Bytes_val(Field(Field(regexp_, kPool), static_cast<mlsize_t>(index)));
  }
  static mlsize_t start_slot(mlsize_t group) { return kRegisters + 2 * group; }

  const Value regexp_;
  const Value* const code_;
  const unsigned char* const text_;
  const mlsize_t length_;
  const mlsize_t group_count_;
  std::int32_t pc_ = 0;
  mlsize_t at_ = 0;  // Position in the text.
  Point* points_ = nullptr;
  mlsize_t depth_ = 0;
  mlsize_t capacity_ = 0;
  // Registers, then start and end of each group.
  mlsize_t slots_inline_[kRegisters + 2 * kGroupsInline];
  mlsize_t* slots_ = slots_inline_;
};

Matcher::Step Matcher::push(std::int32_t what, mlsize_t position) {
  if (depth_ == capacity_) {
    mlsize_t capacity = capacity_ == 0 ? 64 : 2 * capacity_;
    if (capacity > kUnset / sizeof(Point)) return Step::kNoMemory;
    void* grown = caml_stat_resize_noexc(points_, capacity * sizeof(Point));
    if (grown == nullptr) return Step::kNoMemory;
    points_ = static_cast<Point*>(grown);
    capacity_ = capacity;
  }
  points_[depth_++] = {what, position};
  return Step::kNext;
}

Matcher::Step Matcher::set_slot(mlsize_t slot) {
  Step step = push(~static_cast<std::int32_t>(slot), slots_[slot]);
  slots_[slot] = at_;
  return step;
}

// Back to the latest choice point. False: there is none left.
bool Matcher::backtrack() {
  while (depth_ > 0) {
    Point point = points_[--depth_];
    if (point.what >= 0) {
      pc_ = point.what;
      at_ = point.position;
      return true;
    }
    slots_[~point.what] = point.position;
  }
  return false;
}

Matcher::Step Matcher::match_char(unsigned char expected, bool fold) {
  if (at_ == length_) return Step::kTextEnds;
  unsigned char c = text_[at_];
  if ((fold ? folded(c) : c) != expected) return Step::kFail;
  at_++;
  return Step::kNext;
}

// The pool's strings end at their first NUL: Str writes that character as kChar.
Matcher::Step Matcher::match_string(const unsigned char* string, bool fold) {
  Step step = Step::kNext;
  for (; *string != 0 && step == Step::kNext; string++) step = match_char(*string, fold);
  return step;
}

Matcher::Step Matcher::match_group(mlsize_t group) {
  mlsize_t from = slots_[start_slot(group)], to = slots_[start_slot(group) + 1];
  if (from == kUnset || to == kUnset) return Step::kFail;
  Step step = Step::kNext;
  for (; from < to && step == Step::kNext; from++) step = match_char(text_[from], false);
  return step;
}

Matcher::Step Matcher::match_class(const unsigned char* set, bool required) {
  if (at_ == length_) return required ? Step::kTextEnds : Step::kNext;
  if (in_set(set, text_[at_])) {
    at_++;
    return Step::kNext;
  }
  return required ? Step::kFail : Step::kNext;
}

Matcher::Step Matcher::word_boundary() const {
  if (length_ == 0) return Step::kTextEnds;
  bool before = at_ > 0 && is_word_char(text_[at_ - 1]);
  bool after = at_ < length_ && is_word_char(text_[at_]);
  return before != after ? Step::kNext : Step::kFail;
}

Matcher::Step Matcher::execute(intnat instruction) {
  intnat operand = instruction >> 8;
  mlsize_t index = static_cast<mlsize_t>(operand);
  switch (static_cast<Operation>(instruction & 0xFF)) {
    case kChar:
    case kCharFolded:
      return match_char(static_cast<unsigned char>(operand), (instruction & 0xFF) == kCharFolded);
    case kString:
    case kStringFolded: return match_string(pool(operand), (instruction & 0xFF) == kStringFolded);
    case kCharClass: return match_class(pool(operand), true);
    case kLineStart: return at_ > 0 && text_[at_ - 1] != '\n' ? Step::kFail : Step::kNext;
    case kLineEnd: return at_ < length_ && text_[at_] != '\n' ? Step::kFail : Step::kNext;
    case kWordBoundary: return word_boundary();
    case kGroupStart: return set_slot(start_slot(index));
    case kGroupEnd: return set_slot(start_slot(index) + 1);
    case kGroupAgain: return match_group(index);
    case kAccept: return Step::kAccept;
    case kClassOptional: return match_class(pool(operand), false);
    case kClassPlus:
      if (Step step = match_class(pool(operand), true); step != Step::kNext) return step;
      [[fallthrough]];
    case kClassStar: {
      const unsigned char* set = pool(operand);
      while (at_ < length_ && in_set(set, text_[at_])) at_++;
      return Step::kNext;
    }
    case kGoto: pc_ += static_cast<std::int32_t>(operand); return Step::kNext;
    case kTryElse: return push(pc_ + static_cast<std::int32_t>(operand), at_);
    case kSetMark: return set_slot(index);
    case kCheckProgress: return slots_[index] == at_ ? Step::kFail : Step::kNext;
  }
  caml_fatal_error("Str: no operation %d", static_cast<int>(instruction & 0xFF));
}

Matcher::Result Matcher::match_at(mlsize_t start, bool partial) {
  if (slots_ == nullptr) return Result::kNoMemory;
  for (mlsize_t i = 0; i < start_slot(group_count_); i++) slots_[i] = kUnset;
  depth_ = 0;
  pc_ = 0;
  at_ = start;
  for (;;) {
    Step step = execute(Long_val(code_[pc_++]));
    if (step == Step::kNext) continue;
    if (step == Step::kNoMemory) return Result::kNoMemory;
    if (step == Step::kAccept || (step == Step::kTextEnds && partial)) {
      slots_[start_slot(0)] = start;
      slots_[start_slot(0) + 1] = at_;
      return Result::kMatched;
    }
    if (!backtrack()) return Result::kFailed;
  }
}

Value Matcher::groups() const {
  Value result = caml_alloc(2 * group_count_, 0);
  if (result == kNoValue) return kNoValue;
  for (mlsize_t g = 0; g < group_count_; g++) {
    mlsize_t start = slots_[start_slot(g)], end = slots_[start_slot(g) + 1];
    bool set = start != kUnset && end != kUnset;
    Field(result, 2 * g) = Val_long(set ? static_cast<intnat>(start) : -1);
    Field(result, 2 * g + 1) = Val_long(set ? static_cast<intnat>(end) : -1);
  }
  return result;
}

// The groups of a match that begins at `start` or, by steps of `step` (0: nowhere else), later.
Value search(Value regexp, Value text, Value start, int step, bool partial, const char* name) {
  intnat at = Long_val(start);
  intnat length = static_cast<intnat>(caml_string_length(text));
  if (at < 0 || at > length) return caml_invalid_argument(name);
  // A table of the 256 characters that a match can begin with, when that is known.
  intnat starts = step == 0 ? -1 : Long_val(Field(regexp, kStarts));
  const unsigned char* can_start =
      starts < 0 ? nullptr : Bytes_val(Field(Field(regexp, kPool), static_cast<mlsize_t>(starts)));
  Matcher matcher(regexp, text);
  do {
    // The byte at `length` is the string's final NUL.
    intnat last = step > 0 ? length : 0;
    while (can_start != nullptr && at != last && can_start[Byte_u(text, at)] == 0) at += step;
    switch (matcher.match_at(static_cast<mlsize_t>(at), partial)) {
      case Matcher::Result::kMatched: return matcher.groups();
      case Matcher::Result::kNoMemory: return caml_raise_out_of_memory();
      case Matcher::Result::kFailed: at += step;
    }
  } while (step != 0 && at >= 0 && at <= length);
  return Atom(0);
}

}  // namespace

Value re_string_match(Value regexp, Value text, Value position) {
  return search(regexp, text, position, 0, false, "Str.string_match");
}

Value re_partial_match(Value regexp, Value text, Value position) {
  return search(regexp, text, position, 0, true, "Str.string_partial_match");
}

Value re_search_forward(Value regexp, Value text, Value position) {
  return search(regexp, text, position, 1, false, "Str.search_forward");
}

Value re_search_backward(Value regexp, Value text, Value position) {
  return search(regexp, text, position, -1, false, "Str.search_backward");
}

// ---- Replacement ------------------------------------------------------------------------------

namespace {

// Expands a template, in which \0 to \9 stand for groups and \\ for a backslash; other characters
// stand for themselves. Writes to `out` unless that is null. False: `error` says what is wrong.
bool expand(Value replacement, Value groups, Value original, char* out, mlsize_t* length,
            const char** error) {
  const char* p = String_val(replacement);
  const char* end = p + caml_string_length(replacement);
  mlsize_t total = 0;
  auto emit = [&](const char* bytes, mlsize_t count) {
    if (out != nullptr) std::memcpy(out + total, bytes, count);
    total += count;
  };
  while (p < end) {
    if (*p != '\\') {
      emit(p++, 1);
      continue;
    }
    if (p + 1 == end) {
      *error = "Str.replace: illegal backslash sequence";
      return false;
    }
    unsigned group = static_cast<unsigned char>(p[1]) - unsigned{'0'};
    if (group <= 9) {
      intnat from = 2 * group < Wosize_val(groups) ? Long_val(Field(groups, 2 * group)) : -1;
      if (from == -1) {
        *error = "Str.replace: reference to unmatched group";
        return false;
      }
      intnat to = Long_val(Field(groups, 2 * group + 1));
      emit(String_val(original) + from, static_cast<mlsize_t>(to - from));
    } else if (p[1] == '\\') {
      emit(p, 1);
    } else {
      emit(p, 2);
    }
    p += 2;
  }
  *length = total;
  return true;
}

}  // namespace

Value re_replacement_text(Value replacement, Value groups, Value original) {
  Root replacement_root(replacement), groups_root(groups), original_root(original);
  mlsize_t length = 0;
  const char* error = nullptr;
  if (!expand(replacement, groups, original, nullptr, &length, &error)) return caml_failwith(error);
  Value result = caml_alloc_string(length);
  if (result == kNoValue) return kNoValue;
  expand(replacement_root, groups_root, original_root, String_val(result), &length, &error);
  return result;
}

}  // namespace bactrian
