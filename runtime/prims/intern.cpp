// SPDX-License-Identifier: Apache-2.0
// The reader of marshalled data (intern.h). One pass over the items with an explicit stack of the
// fields that are still to be filled.
//
// Where the result lies. A result of at most Max_young_wosize words is carved out of one piece of
// the minor heap, reserved beforehand: nothing is allocated while it is read. A larger one is made
// of blocks of the major heap, which do not move, so that plain addresses stay good; every new
// block is linked into the graph under `result_` before the next is allocated, so that it is
// reachable and `objects_` need not be scanned. A custom block with a finaliser belongs to the
// major heap: one in a small message makes the reader start again there.
//
// Limits. Each field takes at least one byte of input, so the fields promised by all open blocks
// together (`pending_`) may not exceed the bytes left: the size of the result is linear in the
// input whatever the headers claim.
#include "runtime/prims/intern.h"

#include <cstdio>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/marshal_code.h"
#include "runtime/prims/marshal_format.h"
#include "runtime/prims/marshal_stream.h"

namespace bactrian {

Value caml_fresh_oo_id(Value unit);

Value intern_failure(const char* function_name, const char* message, const char* argument) {
  char text[256];
  std::snprintf(text, sizeof text, "%s: %s%s%.150s", function_name, message,
                *argument != 0 ? " " : "", argument);
  return caml_failwith(text);
}

namespace {

enum class Outcome { kDone, kRaised, kNeedsMajor };

class Reader {
 public:
  Reader(const char* function_name, const MarshalHeader& header)
      : function_name_(function_name), header_(header), stack_(inline_stack_) {}
  ~Reader() {
    caml_stat_free(objects_);
    if (stack_ != inline_stack_) caml_stat_free(stack_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // kNoValue: raised.
  Value read(const unsigned char* data, Value owner);

 private:
  // `count` fields from dest on are to be read; 0: the block at dest gets a fresh object id.
  struct Item {
    Value* dest;
    mlsize_t count;
  };

  bool alloc_objects();
  bool alloc_piece();
  Outcome run(const unsigned char* data);
  Value read_item();
  Value read_coded(unsigned code);
  Value read_block(std::uint64_t header);
  Value read_closure(mlsize_t wosize);
  bool read_closure_prefix(Value closure, mlsize_t wosize, mlsize_t* start_env);
  bool read_code_pointer(Value* field);
  bool read_integer(intnat* n);
  Value read_string(std::uint64_t length);
  Value read_doubles(std::uint64_t length, tag_t tag, bool big_endian);
  Value read_shared(std::uint64_t distance);
  Value read_infix();
  Value read_custom(bool fixed);
  Value fill_custom(const CustomOperations* ops, const char* name, std::uint64_t byte_size);

  Value alloc(mlsize_t wosize, tag_t tag);
  bool record(Value v);
  bool push(Value* dest, mlsize_t count);
  bool grow_stack();
  void store(Value* dest, Value v);
  void freshen_object(Value object);

  Value ill_formed() { return intern_failure(function_name_, "ill-formed message"); }

  const char* function_name_;
  const MarshalHeader& header_;
  Deserializer in_;
  Root result_;
  // The same for a result in the minor heap: not a root, as a message that breaks off leaves blocks
  // whose fields are not set.
  Value young_result_ = Val_unit;
  std::uint64_t pending_ = 0;

  std::uintptr_t* objects_ = nullptr;  // Addresses of the blocks that shared references count.
  std::size_t object_count_ = 0;

  Value* piece_next_ = nullptr;  // Of the minor heap; null when the result is in the major heap.
  Value* piece_end_ = nullptr;
  bool needs_major_ = false;

  Item* stack_;
  std::size_t depth_ = 0;
  std::size_t stack_capacity_ = kInlineStack;
  static constexpr std::size_t kInlineStack = 48;
  Item inline_stack_[kInlineStack];
};

// ---- Storage ----------------------------------------------------------------------------------

bool Reader::alloc_objects() {
  if (header_.object_count == 0) return true;
  if (header_.object_count <= SIZE_MAX / sizeof(std::uintptr_t)) {
    objects_ = static_cast<std::uintptr_t*>(caml_stat_alloc_noexc(
        static_cast<std::size_t>(header_.object_count) * sizeof(std::uintptr_t)));
    if (objects_ != nullptr) return true;
  }
  (void)caml_raise_out_of_memory();
  return false;
}

bool Reader::alloc_piece() {
  if (header_.whsize < 2 || header_.whsize > Whsize_wosize(Max_young_wosize)) return false;
  auto wosize = static_cast<mlsize_t>(header_.whsize - 1);
  Value piece = caml_alloc_small(wosize, Abstract_tag);
  piece_next_ = reinterpret_cast<Value*>(Hp_val(piece));
  piece_end_ = Op_val(piece) + wosize;
  return true;
}

Value Reader::alloc(mlsize_t wosize, tag_t tag) {
  if (piece_next_ == nullptr) return caml_alloc_shr(wosize, tag);
  if (static_cast<mlsize_t>(piece_end_ - piece_next_) < Whsize_wosize(wosize)) return ill_formed();
  auto* hp = reinterpret_cast<Header*>(piece_next_);
  piece_next_ += Whsize_wosize(wosize);
  *hp = Make_header(wosize, tag);
  return Val_hp(hp);
}

bool Reader::record(Value v) {
  if (objects_ == nullptr) return true;
  if (object_count_ == header_.object_count) {
    (void)ill_formed();
    return false;
  }
  objects_[object_count_++] = reinterpret_cast<std::uintptr_t>(Op_val(v));
  return true;
}

void Reader::store(Value* dest, Value v) {
  if (piece_next_ != nullptr || dest == result_.address())
    *dest = v;
  else
    caml_initialize(dest, v);
}

// ---- The stack of fields to fill --------------------------------------------------------------

bool Reader::grow_stack() {
  std::size_t capacity = 2 * stack_capacity_;
  auto* grown = static_cast<Item*>(caml_stat_alloc_noexc(capacity * sizeof(Item)));
  if (grown == nullptr) {
    (void)caml_raise_out_of_memory();
    return false;
  }
  std::memcpy(grown, stack_, depth_ * sizeof(Item));
  if (stack_ != inline_stack_) caml_stat_free(stack_);
  stack_ = grown;
  stack_capacity_ = capacity;
  return true;
}

bool Reader::push(Value* dest, mlsize_t count) {
  if (depth_ == stack_capacity_ && !grow_stack()) return false;
  stack_[depth_++] = Item{dest, count};
  return true;
}

void Reader::freshen_object(Value object) {
  // Negative ids belong to the predefined exceptions.
  if (Long_val(Field(object, Oid_val_field)) >= 0)
    Field(object, Oid_val_field) = caml_fresh_oo_id(Val_unit);
}

Outcome Reader::run(const unsigned char* data) {
  in_.next = data;
  in_.end = data + header_.data_size;
  in_.failed = false;
  object_count_ = 0;
  depth_ = 0;
  pending_ = 1;
  needs_major_ = false;
  if (!push(piece_next_ != nullptr ? &young_result_ : result_.address(), 1))
    return Outcome::kRaised;
  while (depth_ > 0) {
    Item& item = stack_[depth_ - 1];
    Value* dest = item.dest;
    if (item.count == 0) {
      depth_--;
      freshen_object(val_of_ptr(dest));
      continue;
    }
    item.dest++;
    if (--item.count == 0) depth_--;
    pending_--;
    Value v = read_item();
    if (v == kNoValue) return needs_major_ ? Outcome::kNeedsMajor : Outcome::kRaised;
    store(dest, v);
  }
  return Outcome::kDone;
}

Value Reader::read(const unsigned char* data, Value owner) {
  if (!alloc_objects()) return kNoValue;
  Root root(owner);
  std::ptrdiff_t offset = Is_block(owner) ? data - Bytes_val(owner) : 0;
  if (alloc_piece()) {
    if (Is_block(owner)) data = Bytes_val(root) + offset;
    Outcome outcome = run(data);
    if (outcome == Outcome::kDone) {
      // A message that lied about its size leaves a rest.
      if (piece_next_ < piece_end_)
        *reinterpret_cast<Header*>(piece_next_) =
            Make_header(static_cast<mlsize_t>(piece_end_ - piece_next_) - 1, Abstract_tag);
      return young_result_;
    }
    if (outcome == Outcome::kRaised) return kNoValue;
    piece_next_ = nullptr;
  }
  // From here allocations may move a young owner.
  if (!Is_block(root) || !Is_young(root))
    return run(data) == Outcome::kDone ? result_.get() : kNoValue;
  auto size = static_cast<std::size_t>(header_.data_size);
  auto* copy = static_cast<unsigned char*>(caml_stat_alloc_noexc(size));
  if (copy == nullptr) return caml_raise_out_of_memory();
  std::memcpy(copy, Bytes_val(root) + offset, size);
  Outcome outcome = run(copy);
  caml_stat_free(copy);
  return outcome == Outcome::kDone ? result_.get() : kNoValue;
}

// ---- Items ------------------------------------------------------------------------------------

Value Reader::read_item() {
  unsigned code = in_.uint_1();
  Value v;
  if (code >= kPrefixSmallBlock) {
    v = read_block(std::uint64_t{(code >> 4) & 7} << 10 | (code & 0xF));
  } else if (code >= kPrefixSmallInt) {
    v = Val_long(code & 0x3F);
  } else if (code >= kPrefixSmallString) {
    v = read_string(code & 0x1F);
  } else {
    v = read_coded(code);
  }
  if (in_.failed && v != kNoValue) return ill_formed();
  return v;
}

Value Reader::read_coded(unsigned code) {
  switch (code) {
    case kInt8: return Val_long(in_.sint_1());
    case kInt16: return Val_long(in_.sint_2());
    case kInt32: return Val_long(in_.sint_4());
    case kInt64: return Val_long(in_.sint_8());
    case kShared8: return read_shared(in_.uint_1());
    case kShared16: return read_shared(in_.uint_2());
    case kShared32: return read_shared(in_.uint_4());
    case kShared64: return read_shared(in_.uint_8());
    case kBlock32: return read_block(in_.uint_4());
    case kBlock64: return read_block(in_.uint_8());
    case kString8: return read_string(in_.uint_1());
    case kString32: return read_string(in_.uint_4());
    case kString64: return read_string(in_.uint_8());
    case kDoubleBig:
    case kDoubleLittle: return read_doubles(1, Double_tag, code == kDoubleBig);
    case kDoubleArray8Big:
    case kDoubleArray8Little:
      return read_doubles(in_.uint_1(), Double_array_tag, code == kDoubleArray8Big);
    case kDoubleArray32Big:
    case kDoubleArray32Little:
      return read_doubles(in_.uint_4(), Double_array_tag, code == kDoubleArray32Big);
    case kDoubleArray64Big:
    case kDoubleArray64Little:
      return read_doubles(in_.uint_8(), Double_array_tag, code == kDoubleArray64Big);
    case kInfixPointer: return read_infix();
    case kCustomOld:
      return intern_failure(function_name_,
                            "custom blocks serialized with OCaml 4.08.0 (or prior) are no longer "
                            "supported");
    case kCustomLen:
    case kCustomFixed: return read_custom(code == kCustomFixed);
    default: return ill_formed();  // Code pointers occur in closures only.
  }
}

// Tags whose empty block is harmless: code that looks at the others reads their fields or bytes.
bool tag_may_be_empty(tag_t tag) {
  return tag < Forcing_tag || tag == Abstract_tag || tag == Double_array_tag;
}

Value Reader::read_block(std::uint64_t header) {
  auto tag = static_cast<tag_t>(header & 0xFF);
  std::uint64_t wosize64 = header >> 10;
  if (in_.failed) return ill_formed();
  if (wosize64 == 0) return tag_may_be_empty(tag) ? Atom(tag) : ill_formed();
  if (tag >= No_scan_tag || tag == Infix_tag || tag == Cont_tag) return ill_formed();
  if (wosize64 > in_.bytes_left() || wosize64 + pending_ > in_.bytes_left()) return ill_formed();
  auto wosize = static_cast<mlsize_t>(wosize64);
  pending_ += wosize;
  if (tag == Closure_tag) return read_closure(wosize);
  if (tag == Object_tag && wosize < 2) return ill_formed();
  Value v = alloc(wosize, tag);
  if (v == kNoValue || !record(v)) return kNoValue;
  if (tag != Object_tag) return push(&Field(v, 0), wosize) ? v : kNoValue;
  // The id is refreshed between the object's first two fields and the others.
  bool pushed = (wosize == 2 || push(&Field(v, 2), wosize - 2)) && push(Op_val(v), 0) &&
                push(&Field(v, 0), 2);
  return pushed ? v : kNoValue;
}

Value Reader::read_shared(std::uint64_t distance) {
  if (distance == 0 || distance > object_count_) return ill_formed();
  return val_of_ptr(reinterpret_cast<Value*>(objects_[object_count_ - distance]));
}

Value Reader::read_string(std::uint64_t length) {
  if (length > in_.bytes_left()) return ill_formed();
  auto size = static_cast<mlsize_t>(length);
  mlsize_t wosize = string_wosize(size);
  Value v = alloc(wosize, String_tag);
  if (v == kNoValue || !record(v)) return kNoValue;
  Field(v, wosize - 1) = Value{0};
  mlsize_t last = Bsize_wsize(wosize) - 1;
  Byte_u(v, last) = static_cast<unsigned char>(last - size);
  in_.block_1(String_val(v), size);
  return v;
}

Value Reader::read_doubles(std::uint64_t length, tag_t tag, bool big_endian) {
  if (length == 0 && !in_.failed) return Atom(Double_array_tag);
  if (length > in_.bytes_left() / sizeof(double)) return ill_formed();
  auto count = static_cast<mlsize_t>(length);
  Value v = alloc(count * Double_wosize, tag);
  if (v == kNoValue || !record(v)) return kNoValue;
  in_.block(Op_val(v), count * (big_endian ? 1 : 8), big_endian ? 8 : 1);
  return v;
}

// ---- Closures ---------------------------------------------------------------------------------

Value Reader::read_infix() {
  std::uint32_t offset = in_.uint_4();
  unsigned code = in_.uint_1();
  // What follows is the closure itself, new or shared.
  Value closure;
  switch (code) {
    case kShared8:
    case kShared16:
    case kShared32:
    case kShared64:
    case kBlock32:
    case kBlock64: closure = read_coded(code); break;
    default: return ill_formed();
  }
  if (closure == kNoValue) return kNoValue;
  if (Tag_val(closure) != Closure_tag || offset == 0 || offset % sizeof(Value) != 0 ||
      offset / sizeof(Value) >= Start_env_closinfo(Closinfo_val(closure)))
    return ill_formed();
  Value infix = Value{bits(closure) + offset};
  Header expected = Make_header(offset / sizeof(Value), Infix_tag);
  return Hd_val(infix) == expected ? infix : ill_formed();
}

Value Reader::read_closure(mlsize_t wosize) {
  if (wosize < 2) return ill_formed();
  Value v = alloc(wosize, Closure_tag);
  if (v == kNoValue || !record(v)) return kNoValue;
  mlsize_t start_env;
  if (!read_closure_prefix(v, wosize, &start_env)) return kNoValue;
  pending_ -= start_env;
  if (start_env < wosize && !push(&Field(v, start_env), wosize - start_env)) return kNoValue;
  return v;
}

// Code pointers, closure information and infix headers, in the order of the fields: read at once,
// because none of them is a block, and because a closure must be sound before anything looks at it.
bool Reader::read_closure_prefix(Value closure, mlsize_t wosize, mlsize_t* start_env) {
  mlsize_t i = 0;
  mlsize_t end = 0;
  do {
    intnat n;
    if (i > 0) {
      if (!read_integer(&n)) return false;
      Field(closure, i) = Val_long(n);
      bool sound = static_cast<std::uint64_t>(bits(Field(closure, i))) ==
                       bits(Make_header(i + 1, Infix_tag)) &&
                   i + 3 <= end;
      if (!sound) return ill_formed() != kNoValue;
      i++;
    }
    if (!read_code_pointer(&Field(closure, i++)) || !read_integer(&n)) return false;
    mlsize_t distance = Start_env_closinfo(Val_long(n));
    if (i == 1) end = distance;
    // Bytecode's arity is 0.
    if (Make_closinfo(0, distance) != Val_long(n) || end < 2 || end > wosize ||
        distance != end - (i - 1))
      return ill_formed() != kNoValue;
    Field(closure, i++) = Val_long(n);
  } while (i < end);
  *start_env = end;
  return true;
}

bool Reader::read_integer(intnat* n) {
  unsigned code = in_.uint_1();
  if (code >= kPrefixSmallInt && code < kPrefixSmallBlock) {
    *n = code & 0x3F;
  } else if (code <= kInt64) {
    *n = Long_val(read_coded(code));
  } else {
    return ill_formed() != kNoValue;
  }
  return !in_.failed || ill_formed() != kNoValue;
}

bool Reader::read_code_pointer(Value* field) {
  unsigned char digest[16];
  unsigned code = in_.uint_1();
  std::uint32_t offset = in_.uint_4();
  in_.block_1(digest, sizeof digest);
  if (code != kCodePointer || in_.failed) return ill_formed() != kNoValue;
  *field = code_field_of_marshalled(digest, offset);
  if (*field != kNoValue) return true;
  *field = Val_unit;
  char text[80] = "input_value: unknown code module ";
  std::size_t length = std::strlen(text);
  for (unsigned byte : digest) {
    for (unsigned nibble : {byte >> 4, byte & 15}) text[length++] = "0123456789ABCDEF"[nibble];
  }
  return caml_failwith({text, length}) != kNoValue;
}

// ---- Custom blocks ----------------------------------------------------------------------------

Value Reader::read_custom(bool fixed) {
  auto* name = reinterpret_cast<const char*>(in_.next);
  const void* nul = std::memchr(in_.next, 0, in_.bytes_left());
  if (nul == nullptr) return ill_formed();
  const CustomOperations* ops = caml_find_custom_operations(name);
  if (ops == nullptr)
    return intern_failure(function_name_, "unknown custom block identifier", name);
  if (fixed && ops->fixed_bsize_64 == 0)
    return intern_failure(function_name_, "expected a fixed-size custom block", name);
  if (piece_next_ != nullptr && ops->finalize != nullptr) {
    needs_major_ = true;
    return kNoValue;
  }
  in_.next = static_cast<const unsigned char*>(nul) + 1;
  std::uint64_t byte_size = ops->fixed_bsize_64;
  if (!fixed) {
    in_.uint_4();
    byte_size = in_.uint_8();
  }
  return fill_custom(ops, name, byte_size);
}

Value Reader::fill_custom(const CustomOperations* ops, const char* name, std::uint64_t byte_size) {
  // Some room beyond the input: a bigarray's dimensions take fewer bytes there than here.
  constexpr std::uint64_t kSlack = 256;
  bool possible = byte_size <= in_.bytes_left() + kSlack &&
                  (ops->fixed_bsize_64 == 0 || byte_size == ops->fixed_bsize_64);
  if (!possible || in_.failed) return ill_formed();
  auto size = static_cast<mlsize_t>(byte_size);
  mlsize_t data_wosize = (size + sizeof(Value) - 1) / sizeof(Value);
  // Abstract until it is whole: a finaliser must not meet a block that is not.
  Value v = alloc(1 + data_wosize, Abstract_tag);
  if (v == kNoValue) return kNoValue;
  in_.capacity = Bsize_wsize(data_wosize);
  std::memset(Data_custom_val<char>(v), 0, in_.capacity);
  uintnat written = ops->deserialize(Data_custom_val<void>(v), in_);
  if (in_.error_message != nullptr) return caml_failwith(in_.error_message);
  if (written != byte_size || in_.failed)
    return intern_failure(function_name_, "error while deserializing custom block", name);
  Field(v, 0) = val_of_ptr(ops);
  Hd_val(v) = Header{bits(Hd_val(v)) | Custom_tag};
  return record(v) ? v : kNoValue;
}

}  // namespace

Value intern_data(const char* function_name, const MarshalHeader& header, const unsigned char* data,
                  Value owner) {
  if (header.compressed)
    return intern_failure(function_name, "compressed object, cannot decompress");
  // Every object takes at least a byte.
  if (header.object_count > header.data_size)
    return intern_failure(function_name, "ill-formed message");
  Reader reader(function_name, header);
  return reader.read(data, owner);
}

Value caml_input_value_from_block(const char* data, std::size_t len) {
  auto* bytes = reinterpret_cast<const unsigned char*>(data);
  MarshalHeader header;
  if (const char* problem = parse_marshal_header(bytes, len, header))
    return intern_failure("input_value_from_block", problem);
  if (header.header_size > len || header.data_size > len - header.header_size)
    return caml_failwith("input_val_from_block: bad length");
  return intern_data("input_value_from_block", header, bytes + header.header_size, Val_unit);
}

Value caml_input_val_from_bytes(Value bytes, intnat offset) {
  constexpr const char* kName = "input_val_from_string";
  std::size_t length = caml_string_length(bytes);
  if (offset < 0 || static_cast<std::uint64_t>(offset) > length)
    return intern_failure(kName, "bad length");
  const unsigned char* start = Bytes_val(bytes) + offset;
  length -= static_cast<std::size_t>(offset);
  MarshalHeader header;
  if (const char* problem = parse_marshal_header(start, length, header))
    return intern_failure(kName, problem);
  if (header.header_size > length || header.data_size > length - header.header_size)
    return intern_failure(kName, "bad length");
  return intern_data(kName, header, start + header.header_size, bytes);
}

}  // namespace bactrian
