// SPDX-License-Identifier: Apache-2.0
// See border.h.
#include "jsapi/border.h"

#include <bit>
#include <cstring>

#include "jsapi/handles.h"
#include "jsapi/numbers.h"
#include "jsapi/roots.h"

namespace bactrian {

char* stack_end = nullptr;
word_t words[kWordCount];
double cells[kWordCount];

namespace {

constexpr double kMaxInteger = 9007199254740992;  // 2^53

word_t put_number(double d, int at) {
  cells[at] = d;
  return kNumber;
}

// All but handles, integers and floats.
word_t word_of_block(Value v, int at) {
  if (Tag_val(v) == Custom_tag) {
    const CustomOperations* ops = Custom_ops_val(v);
    if (ops == int32_operations) return put_number(Int32_val(v), at);
    if (ops == nativeint_operations) return put_number(static_cast<double>(Nativeint_val(v)), at);
  }
  return word_of_root(root_for(v));
}

Value value_of_number(double d) {
  bool integral = __builtin_fabs(d) <= kMaxInteger && __builtin_trunc(d) == d;
  if (!integral || std::bit_cast<std::uint64_t>(d) == std::uint64_t{1} << 63)
    return caml_copy_double(d);
  return Val_long(static_cast<intnat>(d));
}

}  // namespace

word_t word_of(Value v, int at) {
  if (Is_long(v)) {
    intnat n = Long_val(v);
    auto small = static_cast<word_t>(static_cast<std::uint32_t>(bits(v)));
    if (small >> 1 == n) return small;
    return put_number(static_cast<double>(n), at);
  }
  if (Is_js(v)) return word_of_slot(Slot_val(v));
  if (Tag_val(v) == Double_tag) return put_number(Double_val(v), at);
  return word_of_block(v, at);
}

int put_array(Value array, int from) {
  mlsize_t count = Wosize_val(array);
  if (count > static_cast<mlsize_t>(kWordCount - from)) return -1;
  bool floats = Tag_val(array) == Double_array_tag;
  for (mlsize_t i = 0; i < count; i++, from++) {
    if (floats)
      words[from] = put_number(Double_flat_field(array, i), from);
    else
      put_word(Field(array, i), from);
  }
  return from;
}

Value value_of(word_t w, int at) {
  if ((w & 1) != 0) return Val_long(w >> 1);
  if (w >= 0) return handle_of(w >> 1);
  if (w == kNumber) return value_of_number(cells[at]);
  if (w == kThrown) return raise_thrown();
  if (w == kExit) return kNoValue;
  return root_value(root_of_word(w));
}

namespace {

bool is_ready(word_t w, Value* v) {
  if (!is_handle(w)) return false;
  *v = known_handle(w >> 1);
  return *v != kNoValue;
}

template <class Store>
bool take(int count, Store store) {
  bool rest = false;
  for (int i = 0; i < count; i++) {
    Value v;
    if (is_ready(words[i], &v))
      store(i, v);
    else
      rest = true;
  }
  for (int i = 0; rest && i < count; i++) {
    Value v;
    if (is_ready(words[i], &v)) {
      store(i, v);
      continue;
    }
    v = value_of(words[i], i);
    if (v == kNoValue) return false;
    store(i, v);
  }
  return true;
}

}  // namespace

bool take_values(Value* out, int count) {
  return take(count, [=](int i, Value v) { out[i] = v; });
}

bool take_fields(Value block, mlsize_t from, int count) {
  Root rooted(block);
  return take(count,
              [&](int i, Value v) { Store_field(rooted, from + static_cast<mlsize_t>(i), v); });
}

// ---- Text ---------------------------------------------------------------------------------------

namespace {

constexpr std::size_t kTextCapacity = 4096;
char text_buffer[kTextCapacity];

// Short strings that have become JavaScript strings, by content: names, mostly. Their slots are
// pinned.
constexpr mlsize_t kCachedWosize = 4;
constexpr std::uint32_t kCacheSize = 256;
struct CachedString {
  std::uint64_t content[kCachedWosize];
  mlsize_t wosize;  // 0: free.
  std::int32_t slot;
};
CachedString string_cache[kCacheSize];
constexpr std::uint64_t kHighBits = 0x8080808080808080;

// The slots of other strings, for as long as a call may need them: they may have no handle.
constexpr unsigned kPassingCount = 8;
std::int32_t passing[kPassingCount];
unsigned next_passing = 0;

std::int32_t pass(std::int32_t slot) {
  pin_slot(slot);
  std::int32_t& place = passing[next_passing++ % kPassingCount];
  if (place != 0) unpin_slot(place);
  return place = slot;
}

}  // namespace

Value string_of(word_t w, bool utf8) {
  std::int32_t length = js_text(w, text_buffer, kTextCapacity, utf8 ? 1 : 0);
  if (length < 0) return caml_raise_out_of_memory();
  auto* own = reinterpret_cast<char*>(words[0]);
  Value s = caml_alloc_string(static_cast<mlsize_t>(length));
  if (s != kNoValue)
    std::memcpy(String_val(s), own != nullptr ? own : text_buffer,
                static_cast<std::size_t>(length));
  if (own != nullptr) caml_stat_free(own);
  return s;
}

word_t word_of_string(Value s, bool utf8) {
  mlsize_t wosize = Wosize_val(s);
  const auto* content = ptr_of<std::uint64_t>(s);
  std::uint64_t hash = 0, any = 0;
  if (wosize <= kCachedWosize) {
    for (mlsize_t i = 0; i < wosize; i++) {
      hash = (hash ^ content[i]) * 0x9E3779B97F4A7C15u;
      any |= content[i];
    }
  }
  if (wosize > kCachedWosize || (any & kHighBits) != 0)
    return word_of_slot(pass(js_string(String_val(s), caml_string_length(s), utf8 ? 1 : 0)));
  CachedString& c = string_cache[hash >> 56];
  bool same = c.wosize == wosize;
  for (mlsize_t i = 0; same && i < wosize; i++) same = c.content[i] == content[i];
  if (same) return word_of_slot(c.slot);
  std::int32_t slot = js_string(String_val(s), caml_string_length(s), 0);
  // Pinned before the old one is given up, which may be the same.
  pin_slot(slot);
  if (c.wosize != 0) unpin_slot(c.slot);
  c.wosize = wosize;
  std::memcpy(c.content, content, Bsize_wsize(wosize));
  c.slot = slot;
  return word_of_slot(slot);
}

}  // namespace bactrian
