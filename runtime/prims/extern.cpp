// SPDX-License-Identifier: Apache-2.0
// The writer of marshalled data (extern.h), byte for byte as OCaml 5.3: one walk in depth-first
// order with an explicit stack. Blocks are numbered as they are written, for shared references.
#include "runtime/prims/extern.h"

#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/marshal_code.h"
#include "runtime/prims/position_table.h"

namespace bactrian {

namespace {

class Writer {
 public:
  Writer(Serializer& out, unsigned flags) : out_(out), flags_(flags) {}
  ~Writer() {
    if (stack_ != inline_stack_) caml_stat_free(stack_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool write(Value v);
  bool write_header(unsigned char* header, unsigned* header_size) const;

 private:
  struct Item {
    Value* next;
    mlsize_t count;
  };
  enum class Step { kDone, kDescend, kRaised };  // kDescend: go on with v_.

  Step step();
  Step block(tag_t tag, mlsize_t wosize);
  Step fields(mlsize_t from, mlsize_t wosize);
  Step closure(mlsize_t wosize);
  Step custom();
  bool code_pointer(Value field);
  bool integer(intnat n);
  bool block_header(mlsize_t wosize, tag_t tag);
  bool string();
  bool doubles(mlsize_t count);
  void shared(std::uint64_t distance);

  // One of three or four codes, by the width that `n` needs.
  void coded(unsigned code, std::uint64_t n, unsigned byte_count) {
    char* p = out_.reserve(1 + byte_count);
    if (p == nullptr) return;
    p[0] = static_cast<char>(code);
    for (unsigned i = byte_count; i > 0; n >>= 8) p[i--] = static_cast<char>(n);
  }
  void count_words(std::uint64_t words_32, std::uint64_t words_64) {
    size_32_ += 1 + words_32;
    size_64_ += 1 + words_64;
  }
  bool compat_32() const { return (flags_ & kCompat32) != 0; }
  bool push(Value* next, mlsize_t count);

  static Step invalid(const char* message) {
    (void)caml_invalid_argument(message);
    return Step::kRaised;
  }
  static bool fail(const char* message) { return caml_failwith(message) != kNoValue; }

  Serializer& out_;
  unsigned flags_;
  std::uint64_t color_ = marshalled_color();
  std::uint64_t size_32_ = 0;  // Words of the value when read back, with headers.
  std::uint64_t size_64_ = 0;
  Value v_ = Val_unit;
  PositionTable positions_;

  static constexpr std::size_t kInlineStack = 64;
  Item* stack_ = inline_stack_;
  std::size_t depth_ = 0;
  std::size_t capacity_ = kInlineStack;
  Item inline_stack_[kInlineStack];
};

// ---- Immediate parts --------------------------------------------------------------------------

bool Writer::integer(intnat n) {
  if (n >= 0 && n < 0x40) {
    coded(kPrefixSmallInt + static_cast<unsigned>(n), 0, 0);
  } else if (n == static_cast<std::int8_t>(n)) {
    coded(kInt8, static_cast<std::uint64_t>(n), 1);
  } else if (n == static_cast<std::int16_t>(n)) {
    coded(kInt16, static_cast<std::uint64_t>(n), 2);
  } else if (n >= -(intnat{1} << 30) && n < intnat{1} << 30) {
    coded(kInt32, static_cast<std::uint64_t>(n), 4);
  } else if (compat_32()) {
    return fail("output_value: integer cannot be read back on 32-bit platform");
  } else {
    coded(kInt64, static_cast<std::uint64_t>(n), 8);
  }
  return true;
}

void Writer::shared(std::uint64_t distance) {
  if (distance < 0x100)
    coded(kShared8, distance, 1);
  else if (distance < 0x10000)
    coded(kShared16, distance, 2);
  else if (distance >> 32 == 0)
    coded(kShared32, distance, 4);
  else
    coded(kShared64, distance, 8);
}

bool Writer::block_header(mlsize_t wosize, tag_t tag) {
  if (tag < 16 && wosize < 8) {
    coded(kPrefixSmallBlock + tag + static_cast<unsigned>(wosize << 4), 0, 0);
    return true;
  }
  if (wosize > 0x3FFFFF && compat_32())
    return fail("output_value: array cannot be read back on 32-bit platform");
  std::uint64_t header = bits(Make_header(wosize, tag, color_));
  bool is_short = header >> 32 == 0;
  coded(is_short ? kBlock32 : kBlock64, header, is_short ? 4 : 8);
  return true;
}

bool Writer::string() {
  std::uint64_t length = caml_string_length(v_);
  if (length < 0x20) {
    coded(kPrefixSmallString + static_cast<unsigned>(length), 0, 0);
  } else if (length < 0x100) {
    coded(kString8, length, 1);
  } else {
    if (length > 0xFFFFFB && compat_32())
      return fail("output_value: string cannot be read back on 32-bit platform");
    bool is_short = length >> 32 == 0;
    coded(is_short ? kString32 : kString64, length, is_short ? 4 : 8);
  }
  out_.block_1(String_val(v_), static_cast<std::size_t>(length));
  count_words((length + 4) / 4, (length + 8) / 8);
  return true;
}

bool Writer::doubles(mlsize_t count) {
  if (count < 0x100) {
    coded(kDoubleArray8Little, count, 1);
  } else {
    if (count > 0x1FFFFF && compat_32())
      return fail("output_value: float array cannot be read back on 32-bit platform");
    std::uint64_t n = count;
    bool is_short = n >> 32 == 0;
    coded(is_short ? kDoubleArray32Little : kDoubleArray64Little, n, is_short ? 4 : 8);
  }
  out_.block_1(Op_val(v_), count * sizeof(double));
  count_words(std::uint64_t{count} * 2, count);
  return true;
}

// ---- Blocks with more behind them -------------------------------------------------------------

bool Writer::push(Value* next, mlsize_t count) {
  if (depth_ == capacity_) {
    auto* grown = static_cast<Item*>(caml_stat_alloc_noexc(2 * capacity_ * sizeof(Item)));
    if (grown == nullptr) return caml_raise_out_of_memory() != kNoValue;
    std::memcpy(grown, stack_, depth_ * sizeof(Item));
    if (stack_ != inline_stack_) caml_stat_free(stack_);
    stack_ = grown;
    capacity_ *= 2;
  }
  stack_[depth_++] = Item{next, count};
  return true;
}

Writer::Step Writer::fields(mlsize_t from, mlsize_t wosize) {
  if (from >= wosize) return Step::kDone;
  if (from + 1 < wosize && !push(&Field(v_, from + 1), wosize - from - 1)) return Step::kRaised;
  v_ = Field(v_, from);
  return Step::kDescend;
}

bool Writer::code_pointer(Value field) {
  MarshalledCode code;
  const char* problem = nullptr;
  if (!find_marshalled_code(field, code))
    problem = "output_value: abstract value (outside heap)";
  else if ((flags_ & kClosures) == 0)
    problem = "output_value: functional value";
  if (problem != nullptr) return caml_invalid_argument(problem) != kNoValue;
  coded(kCodePointer, code.offset, 4);
  out_.block_1(code.digest, 16);
  return true;
}

Writer::Step Writer::closure(mlsize_t wosize) {
  if (!block_header(wosize, Closure_tag)) return Step::kRaised;
  count_words(wosize, wosize);
  mlsize_t start_env = Start_env_closinfo(Closinfo_val(v_));
  for (mlsize_t i = 0; i < start_env;) {
    if (i > 0 && !integer(Long_val(Field(v_, i++)))) return Step::kRaised;  // Infix header.
    if (!code_pointer(Field(v_, i++))) return Step::kRaised;
    if (!integer(Long_val(Field(v_, i++)))) return Step::kRaised;  // Closure information.
  }
  return fields(start_env, wosize);
}

Writer::Step Writer::custom() {
  const CustomOperations* ops = Custom_ops_val(v_);
  if (ops->serialize == nullptr) return invalid("output_value: abstract value (Custom)");
  bool fixed = ops->fixed_bsize_64 != 0;
  coded(fixed ? kCustomFixed : kCustomLen, 0, 0);
  out_.block_1(ops->identifier, std::strlen(ops->identifier) + 1);
  char* sizes = fixed ? nullptr : out_.reserve(12);
  uintnat bsize_32 = 0;
  uintnat bsize_64 = 0;
  ops->serialize(v_, out_, &bsize_32, &bsize_64);
  if (sizes != nullptr) {
    for (unsigned i = 0; i < 4; i++) sizes[i] = static_cast<char>(bsize_32 >> (24 - 8 * i));
    for (unsigned i = 0; i < 8; i++) sizes[4 + i] = static_cast<char>(bsize_64 >> (56 - 8 * i));
  }
  count_words(1 + ((bsize_32 + 3) >> 2), 1 + ((bsize_64 + 7) >> 3));
  return Step::kDone;
}

Writer::Step Writer::block(tag_t tag, mlsize_t wosize) {
  switch (tag) {
    case String_tag: return string() ? Step::kDone : Step::kRaised;
    case Double_tag:
      coded(kDoubleLittle, 0, 0);
      out_.block_1(Op_val(v_), sizeof(double));
      count_words(2, 1);
      return Step::kDone;
    case Double_array_tag: return doubles(wosize / Double_wosize) ? Step::kDone : Step::kRaised;
    case Abstract_tag: return invalid("output_value: abstract value (Abstract)");
    case Cont_tag: return invalid("output_value: continuation value");
    case Custom_tag: return custom();
    case Closure_tag: return closure(wosize);
    default:
      if (!block_header(wosize, tag)) return Step::kRaised;
      count_words(wosize, wosize);
      return fields(0, wosize);
  }
}

// A forced lazy value is written as its content where nothing can tell the difference.
bool can_skip_forward(Value content) {
  if (Is_long(content)) return true;
  tag_t tag = Tag_val(content);
  return tag != Forward_tag && tag != Lazy_tag && tag != Forcing_tag && tag != Double_tag;
}

Writer::Step Writer::step() {
  if (Is_long(v_)) return integer(Long_val(v_)) ? Step::kDone : Step::kRaised;
  tag_t tag = Tag_val(v_);
  mlsize_t wosize = Wosize_val(v_);
  if (tag == Forward_tag && can_skip_forward(Field(v_, 0))) {
    v_ = Field(v_, 0);
    return Step::kDescend;
  }
  if (wosize == 0) return block_header(0, tag) ? Step::kDone : Step::kRaised;
  if (tag == Infix_tag) {
    // A pointer into a closure counts as no object; the closure does.
    coded(kInfixPointer, Infix_offset_val(v_), 4);
    v_ = Value{bits(v_) - static_cast<intnat>(Infix_offset_val(v_))};
    return Step::kDescend;
  }
  if ((flags_ & kNoSharing) == 0) {
    bool is_new;
    PositionTable::Entry* entry = positions_.find_or_add(v_, &is_new);
    if (entry == nullptr) {
      (void)caml_raise_out_of_memory();
      return Step::kRaised;
    }
    if (!is_new) {
      shared(positions_.count() - entry->position);
      return Step::kDone;
    }
  }
  return block(tag, wosize);
}

bool Writer::write(Value v) {
  v_ = v;
  for (;;) {
    Step result = step();
    if (result == Step::kRaised) return false;
    if (out_.failed) return caml_raise_out_of_memory() != kNoValue;
    if (result == Step::kDescend) continue;
    if (depth_ == 0) break;
    Item& item = stack_[depth_ - 1];
    v_ = *item.next++;
    if (--item.count == 0) depth_--;
  }
  out_.close();
  return true;
}

// ---- The header -------------------------------------------------------------------------------

bool Writer::write_header(unsigned char* header, unsigned* header_size) const {
  std::uint64_t data_size = out_.byte_size();
  bool is_small = (data_size | size_32_ | size_64_) >> 32 == 0;
  if (!is_small && compat_32())
    return fail("output_value: object too big to be read back on 32-bit platform");
  unsigned char* p = header;
  auto put = [&p](std::uint64_t n, unsigned byte_count) {
    for (unsigned i = byte_count; i > 0; n >>= 8) p[--i] = static_cast<unsigned char>(n);
    p += byte_count;
  };
  std::uint64_t numbers[] = {data_size, positions_.count(), size_32_, size_64_};
  if (is_small) {
    put(kMagicSmall, 4);
    for (std::uint64_t n : numbers) put(n, 4);
  } else {
    put(kMagicBig, 4);
    put(0, 4);
    for (unsigned i : {0, 1, 3}) put(numbers[i], 8);
  }
  *header_size = static_cast<unsigned>(p - header);
  return true;
}

}  // namespace

unsigned extern_flags_of_list(Value list) {
  unsigned flags = 0;
  for (; Is_block(list); list = Field(list, 1)) flags |= 1u << Int_val(Field(list, 0));
  return flags;
}

bool extern_value(Value v, unsigned flags, ExternedValue& out) {
  Writer writer(out.data, flags);
  return writer.write(v) && writer.write_header(out.header, &out.header_size);
}

}  // namespace bactrian
