// SPDX-License-Identifier: Apache-2.0
// Externals of a program's own that JavaScript functions supply. A primitive's function is called
// with nothing but its arguments, so there is one for each external and each number of arguments:
// stubs.ts makes them, and they call jsapi_call_external.
//
// They are written for OCaml's types: an OCaml string arrives as a JavaScript string; what they
// return as a string, boolean or undefined becomes an OCaml string, bool or unit.
#include "jsapi/externals.h"

#include <algorithm>

#include "jsapi/handles.h"
#include "jsapi/prims.h"

namespace bactrian {

namespace {

struct External {
  const char* name;
  int flags;
};

std::vector<External> externals;

constexpr int kFixedArities = 5;  // Those with more take them where they lie.
Value arguments[kFixedArities];

bool is_copied(Value v) {
  return Is_block(v) && !Is_js(v) && (Tag_val(v) < Lazy_tag || Tag_val(v) == Double_array_tag);
}

// What one call copies: a value that holds itself would be copied without end.
constexpr int kMostBlocks = 1 << 20;
int blocks_left = 0;

// A few values on their way to JavaScript. An array or a string that is made for one has its slot
// as long as this lives, and longer if OCaml has come by a handle for it.
class Copies {
 public:
  static constexpr int kMost = 32;
  Copies() = default;
  ~Copies() {
    for (int i = 0; i < count_; i++)
      if (made_[i]) unpin_slot(given_[i] >> 1);
  }
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;

  // False: it cannot be copied.
  bool add(Value v);
  void add(double d) {
    cells[count_] = d;
    push(kNumber, false);
  }
  void put() const {
    std::copy_n(given_, count_, words);
    std::copy_n(numbers_, count_, cells);
  }
  int count() const { return count_; }

 private:
  void push(word_t w, bool made) {
    given_[count_] = w;
    made_[count_] = made;
    numbers_[count_] = cells[count_];
    count_++;
  }

  word_t given_[kMost];
  double numbers_[kMost];
  bool made_[kMost];
  int count_ = 0;
};

bool append_fields(word_t array, Value v, mlsize_t count) {
  for (mlsize_t i = 0; i < count;) {
    Copies piece;
    for (; i < count && piece.count() < Copies::kMost; i++) {
      if (Tag_val(v) == Double_array_tag)
        piece.add(Double_flat_field(v, i));
      else if (!piece.add(Field(v, i)))
        return false;
    }
    piece.put();
    js_append(array, piece.count());
  }
  return true;
}

word_t new_array() {
  word_t array = js_array(0);
  pin_slot(array >> 1);
  return array;
}

// What the last field has goes on in the loop: lists are as long as they are.
bool fill(word_t first, Value v) {
  for (word_t array = first;;) {
    mlsize_t size = Wosize_val(v);
    bool goes_on = size > 0 && Tag_val(v) != Double_array_tag && is_copied(Field(v, size - 1));
    bool ok = --blocks_left >= 0 && append_fields(array, v, goes_on ? size - 1 : size);
    word_t next = kNumber;
    if (ok && goes_on) {
      words[0] = next = new_array();
      js_append(array, 1);
      v = Field(v, size - 1);
    }
    if (array != first) unpin_slot(array >> 1);
    if (next == kNumber) return ok;
    array = next;
  }
}

bool Copies::add(Value v) {
  if (is_copied(v)) {
    if (!has_stack_left()) return false;
    push(new_array(), true);
    return fill(given_[count_ - 1], v);
  }
  bool is_text = Is_block(v) && !Is_js(v) && Tag_val(v) == String_tag;
  word_t w = is_text ? word_of_lone_string(v, true) : word_of(v, count_);
  if (is_text) pin_slot(w >> 1);
  push(w, is_text);
  return true;
}

Value result_of(word_t result, bool copies) {
  if (result == word_of_slot(kUndefined)) return Val_unit;
  if (result == word_of_slot(kTrue)) return Val_true;
  if (result == word_of_slot(kFalse)) return Val_false;
  bool is_string = result >= 0 && words[1] == 1;
  Value v = value_of(result);
  if (is_string && v != kNoValue) return string_of(word_of(v, 0), true);
  return copies && v != kNoValue && Is_js(v) ? block_of_array(v, true) : v;
}

}  // namespace

void add_external(const char* name, int flags) { externals.push_back({name, flags}); }

void add_external_primitives(int first, std::vector<Primitive>& out) {
  constexpr std::uint8_t kFlags = kReplaced | kAll | kCallback;
  for (const External& e : externals)
    for (int n = 1; n <= kFixedArities + 1; n++) {
      auto function = reinterpret_cast<void (*)()>(static_cast<std::uintptr_t>(first++));
      std::uint8_t flags = (e.flags & kExternalWaits) != 0 ? kFlags | kSuspend : kFlags;
      int arity = n > kFixedArities ? kArityN : n;
      out.push_back({e.name, static_cast<std::int8_t>(arity), flags, function});
    }
}

}  // namespace bactrian

using namespace bactrian;

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

// Where a stub puts up to five arguments.
EXPORT(jsapi_external_arguments) Value* jsapi_external_arguments() { return arguments; }

// One that waits is called again when the promise has been settled, by the same thread.
EXPORT(jsapi_call_external) Value jsapi_call_external(int index, const Value* args, int count) {
  int flags = externals[static_cast<std::size_t>(index)].flags;
  bool is_over = (flags & kExternalWaits) != 0 && wait_finished();
  bool copies = (flags & kExternalCopies) != 0;
  Copies given;
  if (is_over) {
    count = 0;
  } else if (copies && count <= Copies::kMost) {
    blocks_left = kMostBlocks;
    for (int i = 0; i < count; i++)
      if (!given.add(args[i])) return caml_raise_stack_overflow();
    given.put();
  } else {
    for (int i = 0; i < count; i++) put_word(args[i], i);
  }
  auto thread = static_cast<int>(reinterpret_cast<std::uintptr_t>(dom().current_thread));
  word_t result = js_external(index, count, thread, is_over);
  if (result == kWaits) return suspend_until(Wait::host(static_cast<int>(cells[1])));
  return result_of(result, copies);
}
