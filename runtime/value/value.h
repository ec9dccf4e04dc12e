// SPDX-License-Identifier: Apache-2.0
// The one header for the layout of OCaml values: words, headers, tags, closures, strings.
// Everything (interpreter, heap, primitives, translator) reads the layout from here.
//
// A value is one 64-bit word, on wasm32 too, so that a program sees what it sees under 64-bit
// `ocamlrun`. Its lowest bit tells the two kinds apart:
//
//     63                                              1 0
//    +-------------------------------------------------+-+
//    |            63-bit signed integer                |1|   Is_long
//    +-------------------------------------------------+-+
//    |     address of field 0 of a block (8-aligned)   |0|   Is_block; 32-bit, zero-extended on
//    wasm
//    +-------------------------------------------------+-+
//
// The word 0 is never a valid value: a function that returns it raised or suspended (fail.h).
//
// A block, with its header one word below the address that the value holds:
//
//      -8                     0          8
//    +----------------------+----------+----------+---
//    | wosize:54 col:2 tag:8| field 0  | field 1  | ...
//    +----------------------+----------+----------+---
//
// The colour bits belong to the heap; nothing outside runtime/heap reads them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace bactrian {

enum class Value : std::int64_t {};
enum class Header : std::uint64_t {};

using intnat = std::int64_t;
using uintnat = std::uint64_t;
using mlsize_t = std::size_t;  // A size in words: 32 bits are enough where addresses have 32.
using tag_t = unsigned;

inline constexpr Value kNoValue = Value{0};

// ---- Integers ---------------------------------------------------------------------------------

constexpr std::int64_t bits(Value v) { return static_cast<std::int64_t>(v); }
constexpr bool Is_long(Value v) { return (bits(v) & 1) != 0; }
constexpr bool Is_block(Value v) { return (bits(v) & 1) == 0; }
constexpr Value Val_long(intnat n) {
  return Value{static_cast<std::int64_t>((static_cast<std::uint64_t>(n) << 1) | 1)};
}
constexpr Value Val_int(int n) { return Val_long(n); }
constexpr Value Val_bool(bool b) { return Val_long(b ? 1 : 0); }
constexpr intnat Long_val(Value v) { return bits(v) >> 1; }
constexpr int Int_val(Value v) { return static_cast<int>(Long_val(v)); }
constexpr bool Bool_val(Value v) { return Long_val(v) != 0; }

inline constexpr intnat Max_long = (intnat{1} << 62) - 1;
inline constexpr intnat Min_long = -(intnat{1} << 62);

inline constexpr Value Val_unit = Val_long(0);
inline constexpr Value Val_false = Val_long(0);
inline constexpr Value Val_true = Val_long(1);
inline constexpr Value Val_emptylist = Val_long(0);
inline constexpr Value Val_none = Val_long(0);

// ---- Blocks -----------------------------------------------------------------------------------

template <class T>
inline T* ptr_of(Value v) {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(bits(v)));
}
template <class T>
inline Value val_of_ptr(T* p) {
  return Value{static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(p))};
}

// An address that is not a block, in a slot that the GC scans: tagged as an integer.
template <class T>
inline Value Val_ptr(T* p) {
  return Value{static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(p)) | 1};
}
template <class T>
inline T* Ptr_val(Value v) {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(bits(v) - 1));
}

inline Value& Field(Value v, mlsize_t i) { return ptr_of<Value>(v)[i]; }
inline Value* Op_val(Value v) { return ptr_of<Value>(v); }
inline Header& Hd_val(Value v) { return reinterpret_cast<Header*>(ptr_of<Value>(v))[-1]; }
inline Header* Hp_val(Value v) { return reinterpret_cast<Header*>(ptr_of<Value>(v)) - 1; }
inline Value Val_hp(Header* hp) { return val_of_ptr(hp + 1); }

constexpr std::uint64_t bits(Header h) { return static_cast<std::uint64_t>(h); }
constexpr mlsize_t Wosize_hd(Header h) { return static_cast<mlsize_t>(bits(h) >> 10); }
constexpr tag_t Tag_hd(Header h) { return static_cast<tag_t>(bits(h) & 0xFF); }
constexpr std::uint64_t kColorMask = 3u << 8;
constexpr std::uint64_t Color_hd(Header h) { return bits(h) & kColorMask; }
constexpr Header Make_header(std::uint64_t wosize, tag_t tag, std::uint64_t color = 0) {
  return Header{(wosize << 10) | color | tag};
}
inline mlsize_t Wosize_val(Value v) { return Wosize_hd(Hd_val(v)); }
inline tag_t Tag_val(Value v) { return Tag_hd(Hd_val(v)); }
constexpr mlsize_t Bsize_wsize(mlsize_t w) { return w * sizeof(Value); }
constexpr mlsize_t Wsize_bsize(mlsize_t b) { return b / sizeof(Value); }
constexpr mlsize_t Whsize_wosize(mlsize_t w) { return w + 1; }
inline mlsize_t Bosize_val(Value v) { return Bsize_wsize(Wosize_val(v)); }

// The largest block of 64-bit OCaml, as Sys.max_array_length shows it. What fits is far less.
inline constexpr std::uint64_t Max_wosize = (std::uint64_t{1} << 54) - 1;
// Blocks up to this size are born in the minor heap.
inline constexpr mlsize_t Max_young_wosize = 256;

// Tags. Blocks with a tag of No_scan_tag or more hold no values.
inline constexpr tag_t Cont_tag = 245;
inline constexpr tag_t Lazy_tag = 246;
inline constexpr tag_t Closure_tag = 247;
inline constexpr tag_t Object_tag = 248;
inline constexpr tag_t Infix_tag = 249;
inline constexpr tag_t Forward_tag = 250;
inline constexpr tag_t Forcing_tag = 244;
inline constexpr tag_t No_scan_tag = 251;
inline constexpr tag_t Abstract_tag = 251;
inline constexpr tag_t String_tag = 252;
inline constexpr tag_t Double_tag = 253;
inline constexpr tag_t Double_array_tag = 254;
inline constexpr tag_t Custom_tag = 255;

inline constexpr tag_t Some_tag = 0;
inline constexpr tag_t Tag_some = 0;
inline constexpr tag_t Tag_cons = 0;

// Zero-sized blocks are shared, one for each tag, and live outside the heap (atoms.cpp).
extern Header caml_atom_table[256 + 1];
inline Value Atom(tag_t tag) { return val_of_ptr(caml_atom_table + tag + 1); }

// ---- Strings and bytes ------------------------------------------------------------------------
// The last byte of the last word holds the number of padding bytes before it, so that
// length = 8 * wosize - 1 - last byte; at least one byte of padding is zero.

inline char* String_val(Value v) { return ptr_of<char>(v); }
inline unsigned char* Bytes_val(Value v) { return ptr_of<unsigned char>(v); }
inline unsigned char& Byte_u(Value v, mlsize_t i) { return Bytes_val(v)[i]; }
inline mlsize_t caml_string_length(Value s) {
  mlsize_t last = Bosize_val(s) - 1;
  return last - Byte_u(s, last);
}
constexpr mlsize_t string_wosize(mlsize_t length) {
  return (length + sizeof(Value)) / sizeof(Value);
}

// ---- Floats -----------------------------------------------------------------------------------

inline double Double_val(Value v) { return *ptr_of<double>(v); }
inline void Store_double_val(Value v, double d) { *ptr_of<double>(v) = d; }
inline double& Double_flat_field(Value v, mlsize_t i) { return ptr_of<double>(v)[i]; }
inline constexpr mlsize_t Double_wosize = 1;
// Of a float that may have come from JavaScript, where 1.0 is the integer 1 (jsapi/README.md).
inline double number_val(Value v) {
  return Is_long(v) ? static_cast<double>(Long_val(v)) : Double_val(v);
}

// ---- Closures ---------------------------------------------------------------------------------
//
//    +--------+--------------+--------------+-----------+---- ... for a function of a recursive
//    | header | code         | closinfo     | variables |          group: infix header, code,
//    +--------+--------------+--------------+-----------+----      closinfo, ... before the
//    variables
//
//    code:      63      32 31            1 0       both the interpreter's program counter and the
//              +----------+---------------+-+      translator's table slot in one load; odd, so
//              | CodeOffs.|  FunctionId   |1|      the GC skips it.
//              +----------+---------------+-+
//    closinfo: arity:8, distance in words to the first variable:55, 1. (As in OCaml 4.12 and
//    later.)

enum class CodeOffset : std::uint32_t {};  // In bytes from code_base().
enum class FunctionId : std::uint32_t {};  // Index into the table of functions (code.h).

constexpr Value make_code_field(CodeOffset offset, FunctionId id) {
  return Value{static_cast<std::int64_t>((static_cast<std::uint64_t>(offset) << 32) |
                                         (static_cast<std::uint64_t>(id) << 1) | 1)};
}
constexpr CodeOffset code_offset_of_field(Value field0) {
  return CodeOffset{static_cast<std::uint32_t>(static_cast<std::uint64_t>(bits(field0)) >> 32)};
}
constexpr FunctionId function_id_of_field(Value field0) {
  return FunctionId{static_cast<std::uint32_t>(bits(field0)) >> 1};
}
constexpr Value Make_closinfo(unsigned arity, mlsize_t startenv) {
  return Value{static_cast<std::int64_t>((static_cast<std::uint64_t>(arity) << 56) |
                                         (static_cast<std::uint64_t>(startenv) << 1) | 1)};
}
inline Value Closinfo_val(Value closure) { return Field(closure, 1); }
constexpr mlsize_t Start_env_closinfo(Value info) {
  return static_cast<mlsize_t>((static_cast<std::uint64_t>(bits(info)) << 8) >> 9);
}
inline mlsize_t Infix_offset_val(Value v) { return Bosize_val(v); }

// ---- Objects ----------------------------------------------------------------------------------

inline constexpr mlsize_t Class_val_field = 0;
inline constexpr mlsize_t Oid_val_field = 1;

}  // namespace bactrian
