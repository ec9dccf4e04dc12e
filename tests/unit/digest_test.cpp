// SPDX-License-Identifier: Apache-2.0
// MD5, BLAKE2 and the LXM generator against ocamlrun's results, at lengths around block borders.
#include "runtime/prims/bigarray.h"
#include "runtime/prims/digest_md5.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {
namespace {

std::string hex(std::string_view bytes) {
  std::string s;
  for (unsigned char byte : bytes) {
    s += "0123456789abcdef"[byte >> 4];
    s += "0123456789abcdef"[byte & 15];
  }
  return s;
}

struct Vector {
  int length;
  const char* md5;
  const char* blake128;
};

// Of the bytes 0, 7, 14, ... modulo 256.
constexpr Vector kVectors[] = {
    {0, "d41d8cd98f00b204e9800998ecf8427e", "cae66941d9efbd404e4d88758ea67670"},
    {1, "93b885adfe0da089cdf634904fd59f71", "7025e075d5e2f6cde3cc051a31f07660"},
    {55, "8d24280288a696559fd8d5aa1b6d8c6e", "8e77efeaa4ebbbcbb5a8861646ce5550"},
    {56, "ef2c72b7254c92459e498eddd4ace573", "73fe93695aed207e63dbaca9a915d7fd"},
    {63, "c4c8c6d513f4e1604eb18508a1769364", "0393374779336dacb9f7a6abb1044648"},
    {64, "a2fcb39a253b9b785b1f97518fa37683", "ad9c189907f620b9d04c89202dccad8e"},
    {65, "e49fe82d0bb12967a196c85de313e446", "90e534cbddafb4817a095a2acd7d9a79"},
    {127, "c774d99f2281f28edc4257944c8871d1", "40efb3ed1b6eb973c5f774422adb0230"},
    {128, "fe942895e9aae953f3e246e5fd00739d", "06e5bcee475a6bf6d9b8a07c6f4ae80a"},
    {129, "5440862a8e750d1cdfae71ecbf0a4fe7", "2ec7e7bf8a8265ffd68aadd70ecd2b7e"},
    {300, "04efd1e6a4e06e3794694154279db582", "f49e8bb07802b28118afcbff4007aed4"},
};

class DigestTest : public PrimsTest {
 protected:
  static std::string message(int length) {
    std::string s;
    for (int i = 0; i < length; i++) s += static_cast<char>(i * 7);
    return s;
  }
};

TEST_F(DigestTest, Md5) {
  for (const Vector& v : kVectors)
    EXPECT_EQ(v.md5, hex(text(caml_md5_string(string("..." + message(v.length) + "."), Val_int(3),
                                              Val_int(v.length)))))
        << v.length;
}

TEST_F(DigestTest, Md5InPieces) {
  std::string s = message(300);
  for (std::size_t piece : {1u, 7u, 63u, 64u, 65u, 200u}) {
    Md5 md5;
    for (std::size_t i = 0; i < s.size(); i += piece)
      md5.update(s.data() + i, std::min(piece, s.size() - i));
    unsigned char digest[16];
    md5.finish(digest);
    EXPECT_EQ("04efd1e6a4e06e3794694154279db582", hex({reinterpret_cast<char*>(digest), 16}));
  }
}

TEST_F(DigestTest, Blake2) {
  Root no_key(string(""));
  for (const Vector& v : kVectors) {
    Root data(string(message(v.length)));
    EXPECT_EQ(
        v.blake128,
        hex(text(caml_blake2_string(Val_int(16), no_key, data, Val_int(0), Val_int(v.length)))))
        << v.length;
  }
  EXPECT_EQ(
      "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934e"
      "b0"
      "4b903a685b1448b755d56f701afe9be2ce",
      hex(text(caml_blake2_string(Val_int(64), no_key, no_key, Val_int(0), Val_int(0)))));
}

// RFC 7693's companion vectors (blake2b-kat): the key 00 01 ... 3f, the messages "" and "\x00".
TEST_F(DigestTest, Blake2Keyed) {
  std::string bytes;
  for (int i = 0; i < 64; i++) bytes += static_cast<char>(i);
  Root key(string(bytes));
  Root zero(string(std::string(1, '\0')));
  auto start = [&](int length) {
    Value digest = caml_blake2_string(Val_int(64), key, zero, Val_int(0), Val_int(length));
    return hex(text(digest)).substr(0, 32);
  };
  EXPECT_EQ("10ebb67700b1868efb4417987acf4690", start(0));
  EXPECT_EQ("961f6dd1e4dd30f63901690c512e78e4", start(1));
}

TEST_F(DigestTest, Blake2InPieces) {
  std::string s = message(300);
  for (std::size_t piece : {1u, 127u, 128u, 129u, 256u}) {
    Root context(caml_blake2_create(Val_int(32), string("")));
    for (std::size_t i = 0; i < s.size(); i += piece) {
      std::size_t n = std::min(piece, s.size() - i);
      Root data(string(s.substr(i, n)));
      caml_blake2_update(context, data, Val_int(0), Val_int(static_cast<int>(n)));
    }
    EXPECT_EQ("91ccce0ba9e15867934e70e07d8d4af1270ec75748be56a3f48f5bc8b6c3967d",
              hex(text(caml_blake2_final(context, Val_int(32)))));
  }
}

TEST_F(DigestTest, Random) {
  intnat four = 4;
  Root state(caml_ba_alloc(static_cast<std::uint64_t>(BaKind::kInt64), 1, nullptr, &four));
  auto* words = static_cast<std::uint64_t*>(Caml_ba_data_val(state));
  words[0] = 1;
  words[1] = 2;
  words[2] = 3;
  words[3] = 4;
  // Worked out by hand for the first: mix(2 + 3).
  auto mix = [](std::uint64_t z) {
    z = (z ^ z >> 32) * 0xdaba0b6eb09322e3u;
    z = (z ^ z >> 32) * 0xdaba0b6eb09322e3u;
    return static_cast<std::int64_t>(z ^ z >> 32);
  };
  EXPECT_EQ(mix(5), Int64_val(caml_lxm_next(state)));
  words = static_cast<std::uint64_t*>(Caml_ba_data_val(state));
  EXPECT_EQ(1u, words[0]);
  EXPECT_EQ(2 * 0xd1342543de82ef95u + 1, words[1]);
  EXPECT_EQ((3u << 24) ^ 7 ^ (7 << 16), words[2]);
  EXPECT_EQ(std::uint64_t{7} << 37, words[3]);
}

}  // namespace
}  // namespace bactrian
