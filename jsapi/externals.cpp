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

// A few values on their way to JavaScript. An array that was made for one has its slot as long as
// this lives: what holds the array then refers to it.
class Copies {
 public:
  static constexpr int kMost = 32;
  Copies() = default;
  ~Copies() {
    for (int i = 0; i < count_; i++)
      if (made_[i]) js_release(given_[i] >> 1);
  }
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;

  void add(Value v);
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

word_t array_of_fields(Value v) {
  word_t array = js_array(0);
  for (mlsize_t i = 0; i < Wosize_val(v);) {
    Copies piece;
    for (; i < Wosize_val(v) && piece.count() < Copies::kMost; i++) {
      if (Tag_val(v) == Double_array_tag)
        piece.add(Double_flat_field(v, i));
      else
        piece.add(Field(v, i));
    }
    piece.put();
    js_append(array, piece.count());
  }
  return array;
}

void Copies::add(Value v) {
  bool made = is_copied(v) && has_stack_left();
  push(made ? array_of_fields(v) : word_of(v, count_), made);
}

Value result_of(word_t result, bool copies) {
  if (result == word_of_slot(kUndefined)) return Val_unit;
  if (result == word_of_slot(kTrue)) return Val_true;
  if (result == word_of_slot(kFalse)) return Val_false;
  bool is_string = result >= 0 && words[1] == 1;
  Value v = value_of(result);
  if (is_string && v != kNoValue) return string_of(word_of(v, 0), true);
  return copies && v != kNoValue && Is_js(v) ? block_of_array(v) : v;
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
  if (copies && count <= Copies::kMost) {
    for (int i = 0; i < count; i++) given.add(args[i]);
    given.put();
  } else {
    for (int i = 0; i < count; i++) put_word(args[i], i);
  }
  auto thread = static_cast<int>(reinterpret_cast<std::uintptr_t>(dom().current_thread));
  word_t result = js_external(index, count, thread, is_over);
  if (result == kWaits) return suspend_until(Wait::host(static_cast<int>(cells[1])));
  return result_of(result, copies);
}
