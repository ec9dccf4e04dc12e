// SPDX-License-Identifier: Apache-2.0
// Marshal: bytes as ocamlrun writes them, reading them back in every place where the result and the
// message can lie, closures, and what damaged messages raise.
#include <cstring>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/opcodes.h"
#include "runtime/prims/bigarray.h"
#include "runtime/prims/compare.h"
#include "runtime/prims/intern.h"
#include "runtime/prims/prim_init.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {
using namespace std::string_literals;

namespace {

int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string bytes_of_hex(std::string_view hex) {
  std::string s;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    s += static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
  return s;
}

std::string be(std::uint64_t n, int width) {
  std::string s;
  for (int i = width; i-- > 0;) s += static_cast<char>(n >> (8 * i));
  return s;
}

std::string message(const std::string& data, unsigned objects = 0, unsigned words = 0) {
  return be(0x8495A6BE, 4) + be(data.size(), 4) + be(objects, 4) + be(words, 4) + be(words, 4) +
         data;
}

class MarshalTest : public PrimsTest {
 protected:
  static constexpr opcode_t kCode[] = {CLOSURE, 0,    7,      CLOSUREREC, 2,      0, 3,
                                       5,       STOP, RETURN, 1,          RETURN, 1};
  static constexpr unsigned kFirst = 36, kSecond = 44;  // Functions, in bytes.

  void SetUp() override {
    PrimsTest::SetUp();
    register_int_custom_operations();
    register_bigarray_custom_operations();
  }
  void TearDown() override {
    if (fragment_ != nullptr) remove_fragment(fragment_);
    PrimsTest::TearDown();
  }
  void load_code() {
    FragmentSource source;
    source.code = Bytes(reinterpret_cast<const std::uint8_t*>(kCode), sizeof kCode);
    ImageError error;
    fragment_ = add_fragment(source, error);
    ASSERT_NE(nullptr, fragment_) << error.message;
  }
  Value code_field(unsigned byte_offset) const {
    FunctionId id = function_id_at(*fragment_, byte_offset);
    EXPECT_NE(kNoFunction, id);
    return make_code_field(function_entry(id), id);
  }
  std::string pointer(unsigned byte_offset) const {
    return "\x10" + be(byte_offset, 4) +
           std::string(reinterpret_cast<const char*>(fragment_digest(*fragment_)), 16);
  }

  // Makes v before it looks at the block.
  static void put(Root& block, mlsize_t i, Value v) { Store_field(block, i, v); }
  static Value flags(std::initializer_list<int> list) {
    Root l(Val_emptylist);
    for (int f : list) l = caml_alloc_cons(Val_int(f), l);
    return l;
  }
  static std::string written(Value v, std::initializer_list<int> flag_list = {}) {
    Root root(v);
    Value list = flags(flag_list);
    Value bytes = caml_output_value_to_bytes(root, list);
    return bytes == kNoValue ? "" : text(bytes);
  }
  static Value read(std::string_view message) {
    return caml_input_value_from_bytes(string(message), Val_int(0));
  }
  // From a young string, from an old one, from outside the heap: all read equal values.
  static Value read_everywhere(const std::string& message) {
    Root first(read(message));
    EXPECT_NE(kNoValue, first.get());
    std::string padding(3000, ' ');
    Root second(caml_input_value_from_bytes(string(padding + message), Val_int(3000)));
    Root third(caml_input_value_from_block(message.data(), message.size()));
    EXPECT_EQ(0, compare_values(first, second, true).order);
    EXPECT_EQ(0, compare_values(first, third, true).order);
    return first;
  }
  void round_trip(Value v, std::string_view hex) {
    Root root(v);
    std::string expected = bytes_of_hex(hex);
    EXPECT_EQ(expected, written(root));
    Root back(read_everywhere(expected));
    EXPECT_EQ(0, compare_values(root, back, true).order);
    EXPECT_EQ(expected, written(back));
  }
  static testing::AssertionResult ill_formed(const std::string& damaged) {
    return raised(read(damaged), PredefExn::Failure, "input_val_from_string: ill-formed message");
  }

  Fragment* fragment_ = nullptr;
};

TEST_F(MarshalTest, KnownBytes) {
  Root tuple(caml_alloc(4, 0));
  Field(tuple, 0) = Val_int(1);
  put(tuple, 1, string("ab"));
  put(tuple, 2, caml_copy_double(2.5));
  Value floats = caml_alloc_float_array(2);
  Double_flat_field(floats, 0) = 1;
  Double_flat_field(floats, 1) = 2;
  Store_field(tuple, 3, floats);
  round_trip(tuple,
             "8495a6be00000020000000040000000f0000000cc0412261620c00000000000004400e0200000000000"
             "0f03f0000000000000040");
  Root list(Val_emptylist);
  for (intnat n : {Min_long, intnat{1} << 30, intnat{40000}, intnat{-129}, intnat{64}, intnat{63}})
    list = caml_alloc_cons(Val_long(n), list);
  round_trip(list,
             "8495a6be00000024000000060000001200000012a07fa00040a001ff7fa00200009c40a0030000000040"
             "000000a003c00000000000000040");
  Root array(caml_alloc(9, 0));
  for (mlsize_t i = 0; i < 9; i++) Store_field(array, i, Val_long(static_cast<intnat>(i)));
  round_trip(array, "8495a6be0000000e000000010000000a0000000a0800002700404142434445464748");
}

TEST_F(MarshalTest, CustomBlocks) {
  Root boxed(caml_alloc(3, 0));
  put(boxed, 0, caml_copy_int32(1));
  put(boxed, 1, caml_copy_int64(2));
  put(boxed, 2, caml_copy_nativeint(-3));
  round_trip(
      boxed,
      "8495a6be0000001e000000040000000e0000000db0195f690000000001195f6a000000000000000002195f"
      "6e0001fffffffd");
  intnat three = 3;
  Root words(caml_ba_alloc(static_cast<std::uint64_t>(BaKind::kCamlInt), 1, nullptr, &three));
  for (intnat i = 0; i < 3; i++)
    static_cast<intnat*>(Caml_ba_data_val(words))[i] = i == 1 ? -2 : i + 1;
  round_trip(
      words,
      "8495a6be0000002e000000010000000700000007185f626967617272303200000000140000000000000028"
      "000000010000000800030000000001fffffffe00000003");
  intnat dims[] = {1, 2};
  Root matrix(
      caml_ba_alloc(static_cast<std::uint64_t>(BaKind::kFloat32) | kBaFortran, 2, nullptr, dims));
  static_cast<float*>(Caml_ba_data_val(matrix))[0] = 1;
  static_cast<float*>(Caml_ba_data_val(matrix))[1] = 2;
  round_trip(
      matrix,
      "8495a6be0000002b000000010000000800000008185f626967617272303200000000180000000000000030"
      "0000000200000100000100023f80000040000000");
}

TEST_F(MarshalTest, Sharing) {
  Root s(string("s")), triple(caml_alloc(3, 0));
  for (mlsize_t i = 0; i < 3; i++) Store_field(triple, i, s);
  std::string bytes = written(triple);
  EXPECT_EQ(bytes_of_hex("8495a6be00000007000000020000000600000006b0217304010401"), bytes);
  Root back(read_everywhere(bytes));
  EXPECT_EQ(Field(back, 0), Field(back, 2));
  Root copy(read(written(triple, {0})));
  EXPECT_NE(Field(copy, 0), Field(copy, 2));
  Root cycle(caml_alloc(2, 0));
  Field(cycle, 0) = Val_int(1);
  Store_field(cycle, 1, cycle);
  back = read(written(cycle));
  EXPECT_EQ(back.get(), Field(back, 1));
}

TEST_F(MarshalTest, ForwardedValues) {
  Root pair(caml_alloc(2, 0));
  Value forward = caml_alloc(1, Forward_tag);
  Field(forward, 0) = Val_int(1);
  Store_field(pair, 0, forward);
  Root number(caml_copy_double(1.5));
  forward = caml_alloc(1, Forward_tag);
  Store_field(forward, 0, number);
  Store_field(pair, 1, forward);
  EXPECT_EQ(
      bytes_of_hex("8495a6be00000010000000030000000800000007a04108000007fa0c000000000000f83f"),
      written(pair));
}

TEST_F(MarshalTest, LargeValuesGoToTheMajorHeap) {
  options().gc_stress_major = 500;
  Root array(caml_alloc(1000, 0));
  for (mlsize_t i = 0; i < 1000; i++) put(array, i, string(std::to_string(i % 10)));
  std::string bytes = written(array);
  Root back(read_everywhere(bytes));
  EXPECT_FALSE(Is_young(back));
  EXPECT_EQ(0, compare_values(array, back, true).order);
  EXPECT_EQ(bytes, written(back));
}

TEST_F(MarshalTest, Objects) {
  // Tag 248, class, number 5, a string.
  std::string bytes = message("\x08" + be((3 << 10) | Object_tag, 4) + "\x80\x45\x21x", 2, 6);
  Root first(read(bytes)), second(read(bytes));
  EXPECT_NE(Field(first, 1), Field(second, 1));
  EXPECT_EQ("x", text(Field(second, 2)));
  // Predefined exceptions keep their negative number.
  Root predefined(
      read(message("\x08" + be((2 << 10) | Object_tag, 4) + "\x21x" + "\x00\xfe"s, 2, 5)));
  EXPECT_EQ(Val_int(-2), Field(predefined, 1));
}

TEST_F(MarshalTest, Closures) {
  load_code();
  Root closure(caml_alloc(3, Closure_tag));
  Field(closure, 0) = code_field(kFirst);
  Field(closure, 1) = Make_closinfo(0, 2);
  Field(closure, 2) = Val_int(7);
  EXPECT_TRUE(invalid(caml_output_value_to_bytes(closure, Val_emptylist),
                      "output_value: functional value"));
  std::string bytes = written(closure, {1});
  EXPECT_EQ(
      message("\x08" + be((3 << 10) | 0x300 | Closure_tag, 4) + pointer(kFirst) + "\x42\x47", 1, 4),
      bytes);
  Root back(read(bytes));
  for (mlsize_t i = 0; i < 3; i++) EXPECT_EQ(Field(closure, i), Field(back, i));
  remove_fragment(fragment_);
  fragment_ = nullptr;
  Value unknown = read(bytes);
  ASSERT_EQ(kNoValue, unknown);
  EXPECT_EQ(0u, text(Field(dom().exn_bucket, 1)).find("input_value: unknown code module "));
  EXPECT_EQ(65u, text(Field(dom().exn_bucket, 1)).size());
  dom().exn_bucket = kNoValue;
}

TEST_F(MarshalTest, RecursiveClosures) {
  load_code();
  // Two functions, one variable: the second function itself.
  Root group(caml_alloc(6, Closure_tag));
  Field(group, 0) = code_field(kFirst);
  Field(group, 1) = Make_closinfo(0, 5);
  Field(group, 2) = Value{static_cast<std::int64_t>(bits(Make_header(3, Infix_tag)))};
  Field(group, 3) = code_field(kSecond);
  Field(group, 4) = Make_closinfo(0, 2);
  Value second = Value{bits(group) + 24};
  Store_field(group, 5, second);
  second = Value{bits(group) + 24};
  std::string bytes = written(second, {1});
  Root back(read(bytes));
  ASSERT_NE(kNoValue, back.get());
  EXPECT_EQ(static_cast<tag_t>(Infix_tag), Tag_val(back));
  Value base = Value{bits(back) - 24};
  EXPECT_EQ(static_cast<tag_t>(Closure_tag), Tag_val(base));
  EXPECT_EQ(back.get(), Field(base, 5));
  EXPECT_EQ(bytes, written(back, {1}));
}

TEST_F(MarshalTest, DamagedClosures) {
  load_code();
  auto closure = [&](const std::string& fields, unsigned wosize) {
    return message("\x08" + be((wosize << 10) | Closure_tag, 4) + fields, 1, wosize + 1);
  };
  EXPECT_NE(kNoValue, read(closure(pointer(kFirst) + "\x42", 2)));
  EXPECT_TRUE(ill_formed(closure("\x41\x42", 2)));                    // An integer as code.
  EXPECT_TRUE(ill_formed(closure(pointer(kFirst) + "\x43", 2)));      // Variables from field 3 on.
  EXPECT_TRUE(ill_formed(closure(pointer(kFirst) + "\x41", 2)));      // ... from field 1 on.
  EXPECT_TRUE(ill_formed(closure(pointer(kFirst) + "\x45\x40", 6)));  // No infix header.
  EXPECT_TRUE(ill_formed(closure("", 1)));
  EXPECT_TRUE(ill_formed(message(pointer(kFirst))));
  EXPECT_TRUE(ill_formed(message("\x11" + be(24, 4) + "\x41")));
  Value inside = read(closure(pointer(kFirst + 4) + "\x42", 2));  // Not where a function starts.
  EXPECT_EQ(kNoValue, inside);
  dom().exn_bucket = kNoValue;
}

TEST_F(MarshalTest, WhatCannotBeWritten) {
  Root abstract(caml_alloc(1, Abstract_tag));
  EXPECT_TRUE(invalid(caml_output_value_to_bytes(abstract, Val_emptylist),
                      "output_value: abstract value (Abstract)"));
  Root compat(flags({2}));
  EXPECT_TRUE(raised(caml_output_value_to_bytes(Val_long(intnat{1} << 30), compat),
                     PredefExn::Failure,
                     "output_value: integer cannot be read back on 32-bit platform"));
  Root buffer(string(std::string(25, ' '))), s(string("12345"));
  EXPECT_TRUE(raised(caml_output_value_to_buffer(buffer, Val_int(0), Val_int(25), s, Val_emptylist),
                     PredefExn::Failure, "Marshal.to_buffer: buffer overflow"));
  buffer = string(std::string(28, ' '));
  EXPECT_EQ(Val_int(26),
            caml_output_value_to_buffer(buffer, Val_int(1), Val_int(26), s, Val_emptylist));
  EXPECT_EQ(" " + written(s) + " ", text(buffer));
}

TEST_F(MarshalTest, Headers) {
  EXPECT_TRUE(raised(read("something else altogether"), PredefExn::Failure,
                     "input_val_from_string: bad object"));
  EXPECT_TRUE(raised(read(message("\x41").substr(0, 20)), PredefExn::Failure,
                     "input_val_from_string: bad length"));
  EXPECT_TRUE(raised(read(bytes_of_hex("8495a6bd0a010100000040")), PredefExn::Failure,
                     "input_val_from_string: compressed object, cannot decompress"));
  std::string big = be(0x8495A6BF, 4) + be(0, 4) + be(1, 8) + be(0, 8) + be(0, 8) + "\x41";
  EXPECT_EQ(Val_int(1), read(big));
  EXPECT_EQ(Val_int(17), caml_marshal_data_size(string(big), Val_int(0)));
  EXPECT_EQ(Val_int(5), caml_marshal_data_size(string(message("\x41")), Val_int(0)));
  EXPECT_TRUE(raised(caml_marshal_data_size(string(std::string(16, 'x')), Val_int(0)),
                     PredefExn::Failure, "Marshal.data_size: bad object"));
}

TEST_F(MarshalTest, DamagedMessages) {
  EXPECT_TRUE(ill_formed(message("")));
  EXPECT_TRUE(ill_formed(message("\xa0\x41", 1, 3)));              // One field is missing.
  EXPECT_TRUE(ill_formed(message("\x04\x01", 1, 3)));              // Refers to nothing.
  EXPECT_TRUE(ill_formed(message("\xa0\x41\x04\x02", 1, 3)));      // ... to before the first.
  EXPECT_TRUE(ill_formed(message("\xa0\x41\x04\x00"s, 1, 3)));     // ... to what is to come.
  EXPECT_TRUE(ill_formed(message("\xa0\x41\x42", 5, 3)));          // More objects than bytes.
  EXPECT_TRUE(ill_formed(message("\xa0\xa0\x41\x42\x43", 1, 6)));  // More objects than promised.
  EXPECT_TRUE(ill_formed(message("\xa0\xa0\x41\x42\x43", 2, 3)));  // More words than promised.
  EXPECT_TRUE(
      ill_formed(message("\x25"
                         "abc",
                         1, 3)));
  EXPECT_TRUE(ill_formed(message("\x1f")));  // No such code.
  EXPECT_TRUE(ill_formed(message("\x13" + be(~std::uint64_t{0} << 10, 8))));
  EXPECT_TRUE(ill_formed(message("\x15" + be(~std::uint64_t{0}, 8))));
  EXPECT_TRUE(ill_formed(message("\x17" + be(~std::uint64_t{0}, 8))));
  for (unsigned tag : {unsigned{Infix_tag}, unsigned{Cont_tag}, unsigned{Abstract_tag},
                       unsigned{String_tag}, unsigned{Double_tag}, unsigned{Custom_tag}})
    EXPECT_TRUE(ill_formed(message("\x08" + be((1 << 10) | tag, 4) + "\x41", 1, 2))) << tag;
  EXPECT_TRUE(ill_formed(message("\x08" + be(String_tag, 4))));
  EXPECT_TRUE(ill_formed(message("\x08" + be((1 << 10) | Object_tag, 4) + "\x41", 1, 2)));
}

// Blocks that each claim all bytes left must not add up.
TEST_F(MarshalTest, NestedClaims) {
  options().gc_stress = false;
  std::string data;
  for (unsigned left = 200000; left > 10; left -= 5) data += "\x08" + be((left - 10) << 10, 4);
  EXPECT_TRUE(ill_formed(message(data)));
}

TEST_F(MarshalTest, DamagedCustomBlocks) {
  auto failure = [](const std::string& data, std::string_view text) {
    return raised(read(message(data, 1, 4)), PredefExn::Failure,
                  "input_val_from_string: " + std::string(text));
  };
  EXPECT_TRUE(failure("\x18_nobody\0"s, "unknown custom block identifier _nobody"));
  EXPECT_TRUE(failure("\x19_bigarr02\0"s, "expected a fixed-size custom block _bigarr02"));
  EXPECT_TRUE(failure("\x12_i\0"s,
                      "custom blocks serialized with OCaml 4.08.0 (or prior) are no longer "
                      "supported"));
  EXPECT_TRUE(ill_formed(message("\x18_i", 1, 3)));
  EXPECT_TRUE(ill_formed(message("\x18_i\0"s + be(4, 4) + be(0, 8) + be(1, 4), 1, 3)));
  EXPECT_TRUE(failure("\x19_j\0"s + be(1, 4), "error while deserializing custom block _j"));
  auto bigarray = [](const std::string& data, unsigned size = 40) {
    return "\x18_bigarr02\0"s + be(20, 4) + be(size, 8) + data;
  };
  auto plain = [](const std::string& data, const char* text) {
    return raised(read(message(data, 1, 9)), PredefExn::Failure, text);
  };
  EXPECT_TRUE(plain(bigarray(be(17, 4)), "input_value: wrong number of bigarray dimensions"));
  EXPECT_TRUE(plain(bigarray(be(1, 4) + be(14, 4) + be(0, 2)), "input_value: bad bigarray kind"));
  EXPECT_TRUE(plain(bigarray(be(1, 4) + be(1, 4) + be(0xFFFF, 2) + be(std::uint64_t{1} << 62, 8)),
                    "input_value: size overflow for bigarray"));
  EXPECT_TRUE(failure(bigarray(be(1, 4) + be(1, 4) + be(0xFFFE, 2)),
                      "error while deserializing custom block _bigarr02"));
  EXPECT_TRUE(failure(bigarray(be(16, 4) + be(1, 4), 40),
                      "error while deserializing custom block _bigarr02"));
}

}  // namespace
}  // namespace bactrian
