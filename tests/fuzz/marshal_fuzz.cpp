// SPDX-License-Identifier: Apache-2.0
// Fuzzer of the reader of marshalled data, and of what walks over values that it made: the heap
// verifier, the collector, compare, hash, the writer. What was written is read and written again,
// and must come out the same.
//
// Input: one byte of mode (bit 0: from a block outside the heap; bit 1: in a string in the major
// heap; bits 2 and 3: collect at every allocation, with major collections), then the message. A
// fragment of code with a known digest is there, so that closures can be read.
// Run: marshal_fuzz tests/fuzz/corpus/marshal
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/heap.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/options.h"
#include "runtime/prims/compare.h"
#include "runtime/prims/extern.h"
#include "runtime/prims/intern.h"
#include "runtime/prims/prim_init.h"

namespace bactrian {
Value caml_hash(Value count, Value limit, Value seed, Value obj);
}

using namespace bactrian;

namespace {

enum Mode : unsigned { kOutside = 1, kMajorString = 2, kStress = 4, kStressMajor = 8 };

constexpr opcode_t kCode[] = {CLOSURE, 0, 7, CLOSUREREC, 2, 0, 3, 5, STOP, RETURN, 1, RETURN, 1};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "marshal_fuzz: %s\n", what);
  std::abort();
}

void set_up() {
  options().minor_heap_wosize = 4096;
  if (!domain_reset()) fail("no memory");
  register_int_custom_operations();
  register_bigarray_custom_operations();
  caml_global_data = caml_alloc(12, 0);
  for (mlsize_t i = 0; i < 12; i++) Store_field(caml_global_data, i, caml_alloc(2, Object_tag));
  FragmentSource source;
  source.code = Bytes(reinterpret_cast<const std::uint8_t*>(kCode), sizeof kCode);
  ImageError error;
  if (add_fragment(source, error) == nullptr) fail(error.message);
}

// How large a value is when sharing is unfolded, up to a limit; cycles are beyond every limit.
class Unfolding {
 public:
  static constexpr std::uint64_t kLimit = 20000;

  explicit Unfolding(Value v) { size_ = measure(v); }
  std::uint64_t size() const { return size_; }
  bool has_objects = false;
  bool has_forwards = false;

 private:
  static constexpr std::uint64_t kOpen = ~std::uint64_t{0};
  struct Frame {
    Value block;
    mlsize_t next;
    std::uint64_t sum;
  };

  std::uint64_t measure(Value root);

  std::unordered_map<std::int64_t, std::uint64_t> sizes_;
  std::uint64_t size_ = 0;
};

std::uint64_t Unfolding::measure(Value root) {
  std::vector<Frame> stack;
  std::uint64_t result = 0;
  auto enter = [&](Value v) {  // True: its size is in `result`.
    if (Is_block(v) && Wosize_val(v) > 0 && Tag_val(v) == Infix_tag)
      v = Value{bits(v) - static_cast<intnat>(Infix_offset_val(v))};
    if (Is_long(v) || Wosize_val(v) == 0) return result = 1, true;
    has_objects |= Tag_val(v) == Object_tag;
    has_forwards |= Tag_val(v) == Forward_tag;
    if (Tag_val(v) >= No_scan_tag) return result = 1 + Wosize_val(v), true;
    auto [it, is_new] = sizes_.try_emplace(bits(v), kOpen);
    if (!is_new) return result = it->second == kOpen ? kLimit : it->second, true;
    mlsize_t from = Tag_val(v) == Closure_tag ? Start_env_closinfo(Closinfo_val(v)) : 0;
    stack.push_back({v, from, 1});
    return false;
  };
  if (enter(root)) return result;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == Wosize_val(frame.block)) {
      result = frame.sum;
      sizes_[bits(frame.block)] = result;
      stack.pop_back();
      if (!stack.empty()) stack.back().sum = std::min(stack.back().sum + result, kLimit);
      continue;
    }
    Value field = Field(frame.block, frame.next++);
    std::size_t depth = stack.size();
    if (enter(field)) stack[depth - 1].sum = std::min(stack[depth - 1].sum + result, kLimit);
  }
  return result;
}

// After something that may have raised.
void forget_exception(bool raised) {
  if (raised != (dom().exn_bucket != kNoValue)) fail("a result and a pending exception disagree");
  dom().exn_bucket = kNoValue;
}

std::vector<char> bytes_of(const ExternedValue& out) {
  std::vector<char> bytes(out.byte_size());
  std::memcpy(bytes.data(), out.header, out.header_size);
  out.data.copy_to(bytes.data() + out.header_size);
  return bytes;
}

void rewrite(Root& v, unsigned flags, bool comparable) {
  ExternedValue out;
  bool written = extern_value(v, flags, out);
  forget_exception(!written);
  if (!written) return;
  std::vector<char> bytes = bytes_of(out);
  Root again(caml_input_value_from_block(bytes.data(), bytes.size()));
  if (again == kNoValue) fail("cannot read what was written");
  if (!comparable) return;
  ExternedValue second;
  if (!extern_value(again, flags, second)) fail("cannot write again");
  if (bytes_of(second) != bytes) fail("written differently");
  Comparison c = compare_values(v, again, true);
  bool raised = c.raised;
  forget_exception(raised);
  if (!raised && c.order != 0) fail("reads as another value");
}

void examine(Root& v) {
  verify_heap("after reading");
  (void)caml_hash(Val_int(100), Val_int(256), Val_int(0), v);
  Unfolding unfolding(v);
  bool is_tree = unfolding.size() < Unfolding::kLimit;
  if (is_tree) {
    forget_exception(compare_values(v, v, false).raised);
    forget_exception(compare_values(v, v, true).raised);
  }
  bool comparable = is_tree && !unfolding.has_objects && !unfolding.has_forwards;
  for (unsigned flags : {unsigned{kClosures}, unsigned{kClosures | kCompat32}})
    rewrite(v, flags, comparable);
  if (is_tree) rewrite(v, kNoSharing | kClosures, comparable);
  forget_exception(!extern_value(v, 0, *std::make_unique<ExternedValue>()));
}

Value read(unsigned mode, const std::uint8_t* message, std::size_t size) {
  if ((mode & kOutside) != 0)
    return caml_input_value_from_block(reinterpret_cast<const char*>(message), size);
  mlsize_t padding = (mode & kMajorString) != 0 ? Bsize_wsize(Max_young_wosize) : 0;
  Value s = caml_alloc_string(padding + size);
  std::memset(String_val(s), ' ', padding);
  if (size > 0) std::memcpy(String_val(s) + padding, message, size);
  return caml_input_val_from_bytes(s, static_cast<intnat>(padding));
}

}  // namespace

// The OCaml heap is no place where the leak checker looks.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static bool ready = (set_up(), true);
  (void)ready;
  if (size == 0) return 0;
  unsigned mode = data[0];
  // Collecting at every allocation takes time in proportion to the heap: small inputs only.
  options().gc_stress = (mode & kStress) != 0 && size < 200;
  options().gc_stress_major = (mode & kStressMajor) != 0 ? 7 : 0;
  {
    Value result = read(mode, data + 1, size - 1);
    Root v(result == kNoValue ? Val_unit : result);
    forget_exception(result == kNoValue);
    if (result != kNoValue) examine(v);
  }
  options().gc_stress = false;
  static unsigned runs = 0;
  if (++runs % 256 == 0) caml_full_major();
  return 0;
}
