// SPDX-License-Identifier: Apache-2.0
// How a value crosses between OCaml and JavaScript: as a word of 32 bits, and where that is not
// enough a cell, a double in `cells` at the same index as the word's.
//
//     31                                 1 0
//    +------------------------------------+-+
//    |        integer of 31 bits          |1|
//    +------------------------------------+-+
//    |   slot of the JavaScript value     |0|   a handle (handles.h); 0 or more
//    +------------------------------------+-+
//    kNumber                                    in the cell
//    kThrown                                    the call threw; words[0] and words[1] tell what
//    (errors.cpp)
//    kExit                                      the program ends
//    kWaits                                     of a call of OCaml's: it waits; its number in the
//    cell kFirstRoot - 2 n                           OCaml value n that JavaScript holds (roots.h)
//
// Numbers: an integral number of at most 53 bits is an OCaml integer, any other a boxed float; -0
// is a float.
#pragma once

#include "jsapi/js.h"
#include "runtime/side/side.h"

namespace bactrian {

inline constexpr word_t kNumber = -2;
inline constexpr word_t kThrown = -4;
inline constexpr word_t kExit = -6;
inline constexpr word_t kWaits = -8;
inline constexpr word_t kFirstRoot = -10;

constexpr bool is_handle(word_t w) { return w >= 0 && (w & 1) == 0; }
constexpr bool is_root(word_t w) { return w <= kFirstRoot && (w & 1) == 0; }
constexpr int root_of_word(word_t w) { return (kFirstRoot - w) >> 1; }
constexpr word_t word_of_root(int id) { return kFirstRoot - 2 * id; }
constexpr word_t word_of_slot(std::int32_t slot) { return slot << 1; }

// Of these slots the value is known.
enum KnownSlot : std::int32_t { kUndefined, kNull, kFalse, kTrue, kKnownSlotCount };

extern char* stack_end;  // This module's stack grows down to it.
inline bool has_stack_left() {
  constexpr std::uintptr_t kReserve = 4096;
  auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here > reinterpret_cast<std::uintptr_t>(stack_end) + kReserve;
}

inline constexpr int kWordCount = 1024;
extern word_t words[kWordCount];
extern double cells[kWordCount];

// To JavaScript. Never collects. A word that needs a cell takes cells[at].
word_t word_of(Value v, int at);
// words[at] = word_of(v, at).
inline void put_word(Value v, int at) { words[at] = word_of(v, at); }
// The fields of an OCaml array become words[from ...]. The next index; -1: too many.
int put_array(Value array, int from);

// From JavaScript; a cell is cells[at]. May collect. kThrown raises, kExit leaves: then kNoValue.
Value value_of(word_t w, int at = 0);

// The same for the first `count` words, into values that the caller has rooted, or the fields of a
// block. Other than one by one: making a handle may collect, and so take away the slots of those
// that come later. False: raised.
bool take_values(Value* out, int count);
bool take_fields(Value block, mlsize_t from, int count);  // Roots block.

// What has been thrown becomes pending: kNoValue.
[[nodiscard]] Value raise_thrown();
// The exception that an OCaml function has raised, into words[0] and [1], for JavaScript to throw.
void put_exception(Value exn);

// The text of a JavaScript value, which is converted to a string first.
Value string_of(word_t w, bool utf8);
// The word of a JavaScript string with the text of an OCaml string: for use before the next string
// becomes one; of word_of_string, for the next 8.
word_t word_of_lone_string(Value s, bool utf8);
word_t word_of_string(Value s, bool utf8);

double number_of_integer(Value v);

}  // namespace bactrian
