// SPDX-License-Identifier: Apache-2.0
// See border.h.
#include "jsapi/border.h"

#include <bit>
#include <cstring>
#include <utility>

#include "jsapi/handles.h"
#include "jsapi/numbers.h"
#include "jsapi/remembered.h"
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

// Without an allocation.
bool is_ready(word_t w, Value* v) {
  if ((w & 1) != 0 || is_root(w)) {
    *v = (w & 1) != 0 ? Val_long(w >> 1) : root_value(root_of_word(w));
    return true;
  }
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
alignas(8) char text_buffer[kTextCapacity];

// Short strings that have become JavaScript strings, by content: names, mostly. Their slots are
// pinned. It grows in programs that have many. Two places lie in one cache line.
constexpr mlsize_t kCachedWosize = 3;
constexpr int kFirstCacheBits = 8, kLastCacheBits = 12;
struct CachedString {
  std::uint64_t content[kCachedWosize];
  std::uint32_t wosize;  // 0: free.
  std::int32_t slot;
};
constexpr std::size_t kCacheLine = 2 * sizeof(CachedString);
alignas(kCacheLine) CachedString first_cache[1 << kFirstCacheBits];
CachedString* string_cache = first_cache;
int cache_bits = kFirstCacheBits;
void* cache_memory = nullptr;  // Of a grown one.
int evictions = 0;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

// A string's words; behind its end, none has a bit.
struct ShortText {
  std::uint64_t words[kCachedWosize];
  std::uint32_t wosize;

  ShortText(const std::uint64_t* content, mlsize_t size)
      : words{content[0], size > 1 ? content[1] : 0, size > 2 ? content[2] : 0},
        wosize(static_cast<std::uint32_t>(size)) {}
  bool is_ascii() const { return ((words[0] | words[1] | words[2]) & kHighBits) == 0; }
  // A string's place is one of two, side by side.
  CachedString* places() const {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = (((words[0] * kFactor) ^ words[1]) * kFactor ^ words[2]) * kFactor;
    return string_cache + ((hash >> (64 - cache_bits)) & ~std::uint64_t{1});
  }
  bool is_in(const CachedString& c) const {
    return ((c.content[0] ^ words[0]) | (c.content[1] ^ words[1]) | (c.content[2] ^ words[2]) |
            (c.wosize ^ wosize)) == 0;
  }
};

void grow_cache() {
  std::size_t count = std::size_t{1} << cache_bits, grown = 4 * count;
  void* memory = caml_stat_alloc_noexc(grown * sizeof(CachedString) + kCacheLine);
  evictions = 0;
  if (memory == nullptr) return;
  std::memset(memory, 0, grown * sizeof(CachedString) + kCacheLine);
  CachedString* old = string_cache;
  void* old_memory = std::exchange(cache_memory, memory);
  auto past = reinterpret_cast<std::uintptr_t>(memory) % kCacheLine;
  string_cache = reinterpret_cast<CachedString*>(static_cast<char*>(memory) + (kCacheLine - past));
  cache_bits += 2;
  // The two of an old pair of places fit, even if they get the same new pair.
  for (std::size_t i = 0; i < count; i++) {
    if (old[i].wosize == 0) continue;
    CachedString* places = ShortText(old[i].content, old[i].wosize).places();
    places[places[0].wosize != 0 ? 1 : 0] = old[i];
  }
  caml_stat_free(old_memory);
}

// The slots of other strings, for as long as an operation may need them: they may have no handle.
// One string takes up to two places.
constexpr unsigned kPassingCount = 16;
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
  auto size = static_cast<std::size_t>(length);
  Value s = caml_alloc_string(size);
  if (own != nullptr) {
    if (s != kNoValue) std::memcpy(String_val(s), own, size);
    caml_stat_free(own);
    return s;
  }
  if (s == kNoValue) return s;
  // By words: engines' copying of memory takes long to start. The last one has the padding.
  auto* to = ptr_of<std::uint64_t>(s);
  std::size_t whole = size / sizeof(std::uint64_t);
  const auto* from = reinterpret_cast<const std::uint64_t*>(text_buffer);
  for (std::size_t i = 0; i < whole; i++) to[i] = from[i];
  for (std::size_t i = whole * sizeof(std::uint64_t); i < size; i++)
    String_val(s)[i] = text_buffer[i];
  return s;
}

namespace {

std::int32_t slot_by_content(Value s, bool utf8) {
  mlsize_t wosize = Wosize_val(s);
  if (wosize > kCachedWosize)
    return pass(js_string(String_val(s), caml_string_length(s), utf8 ? 1 : 0));
  ShortText text(ptr_of<std::uint64_t>(s), wosize);
  if (!text.is_ascii()) return pass(js_string(String_val(s), caml_string_length(s), utf8 ? 1 : 0));
  CachedString* places = text.places();
  if (text.is_in(places[0])) return places[0].slot;
  if (text.is_in(places[1])) return places[1].slot;
  std::int32_t slot = js_string(String_val(s), caml_string_length(s), 0);
  // Pinned before the old one is given up, which may be the same.
  pin_slot(slot);
  if (places[1].wosize != 0) {
    unpin_slot(places[1].slot);
    evictions++;
  }
  places[1] = places[0];
  places[0] = {{text.words[0], text.words[1], text.words[2]}, text.wosize, slot};
  if (evictions > 2 << cache_bits && cache_bits < kLastCacheBits) grow_cache();
  return slot;
}

}  // namespace

word_t word_of_lone_string(Value s, bool utf8) {
  if (Is_young(s)) return word_of_slot(slot_by_content(s, utf8));
  std::int32_t slot = remembered_slot(s, utf8);
  if (slot < 0) {
    slot = slot_by_content(s, utf8);
    remember_string(s, utf8, slot);
  }
  return word_of_slot(slot);
}

word_t word_of_string(Value s, bool utf8) {
  return word_of_slot(pass(word_of_lone_string(s, utf8) >> 1));
}

}  // namespace bactrian
