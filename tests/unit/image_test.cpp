// SPDX-License-Identifier: Apache-2.0
// The image reader: good files, and what it says about bad ones.
#include "runtime/bytecode/image.h"

#include <gtest/gtest.h>

#include "tests/unit/image_builder.h"

namespace bactrian {
namespace {

std::string error_of(const std::string& file) {
  Image image;
  ImageError error;
  return read_image(bytes_of(file), image, error) ? "" : error.message;
}

TEST(Image, FindsSectionsFromTheEnd) {
  std::string file = ImageBuilder().section("CODE", "abcd").section("DATA", "xyz").finish();
  Image image;
  ImageError error;
  ASSERT_TRUE(read_image(bytes_of(file), image, error)) << error.message;
  EXPECT_EQ(503, image.version);
  const Section* code = image.find_section("CODE");
  ASSERT_NE(nullptr, code);
  EXPECT_EQ(0u, code->file_offset);
  EXPECT_EQ("abcd", std::string(code->bytes.begin(), code->bytes.end()));
  EXPECT_EQ(4u, image.find_section("DATA")->file_offset);
  EXPECT_EQ(nullptr, image.find_section("DBUG"));
}

TEST(Image, PassesOverALauncher) {
  for (std::string launcher : {std::string("#!/usr/bin/ocamlrun\n"), std::string("\x7f") + "ELF...",
                               std::string(5000, '\0')}) {
    std::string file = ImageBuilder(launcher).section("CODE", "abcd").finish();
    Image image;
    ImageError error;
    ASSERT_TRUE(read_image(bytes_of(file), image, error)) << error.message;
    EXPECT_EQ(launcher.size(), image.find_section("CODE")->file_offset);
  }
}

TEST(Image, KnowsVersions) {
  const std::pair<const char*, OcamlVersion> known[] = {
      {"Caml1999X030", 413}, {"Caml1999X031", 414}, {"Caml1999X032", 500},
      {"Caml1999X033", 501}, {"Caml1999X034", 502}, {"Caml1999X035", 503}};
  for (auto [magic, version] : known) {
    std::string file = ImageBuilder().section("CODE", "").finish(magic);
    Image image;
    ImageError error;
    ASSERT_TRUE(read_image(bytes_of(file), image, error)) << magic;
    EXPECT_EQ(version, image.version);
  }
}

TEST(Image, SaysWhatIsWrong) {
  EXPECT_EQ("not an OCaml bytecode executable (0 bytes are too few for one)", error_of(""));
  EXPECT_EQ("not an OCaml bytecode executable (no trailer 'Caml1999X0nn' at its end)",
            error_of("<!doctype html><title>404</title>"));
  EXPECT_EQ("not an OCaml bytecode executable (no trailer 'Caml1999X0nn' at its end)",
            error_of(ImageBuilder().finish("Caml1999Xabc")));
  EXPECT_EQ("bytecode of OCaml 5.4 (Caml1999X036): this Bactrian runs 4.13 to 5.3",
            error_of(ImageBuilder().finish("Caml1999X036")));
  EXPECT_EQ("bytecode of an OCaml before 4.13 (Caml1999X029): this Bactrian runs 4.13 to 5.3",
            error_of(ImageBuilder().finish("Caml1999X029")));
  EXPECT_EQ("bytecode of an OCaml after 5.4 (Caml1999X037): this Bactrian runs 4.13 to 5.3",
            error_of(ImageBuilder().finish("Caml1999X037")));
}

TEST(Image, ChecksLengths) {
  std::string file = ImageBuilder().section("CODE", "abcd").section("DATA", "xyz").finish();
  EXPECT_EQ("file truncated: section CODE needs 4 bytes, 3 are before it",
            error_of(file.substr(1)));
  EXPECT_EQ("file truncated: the table of 2 sections needs 16 bytes before the trailer",
            error_of(file.substr(file.size() - kTrailerSize - 15)));
  std::string huge = big_endian_32(0xFFFFFFFF) + "Caml1999X035";
  EXPECT_EQ(
      "file truncated: the table of 4294967295 sections needs 34359738360 bytes before the "
      "trailer",
      error_of(huge));
  std::string long_section = "CODE" + big_endian_32(0xFFFFFFFF) + big_endian_32(1) + "Caml1999X035";
  EXPECT_EQ("file truncated: section CODE needs 4294967295 bytes, 0 are before it",
            error_of(long_section));
}

TEST(Image, ErrorHasAnOffset) {
  Image image;
  ImageError error;
  std::string file = ImageBuilder("12345").section("CODE", "abcd").finish("Caml1999X036");
  EXPECT_FALSE(read_image(bytes_of(file), image, error));
  EXPECT_EQ(file.size() - kMagicSize, error.offset);
}

TEST(Image, TooManySections) {
  ImageBuilder builder;
  for (int i = 0; i < 100; i++) builder.section("S" + std::to_string(100 + i), "x");
  EXPECT_EQ("too many sections (100)", error_of(builder.finish()));
}

TEST(Image, LastSectionOfANameCounts) {
  std::string file = ImageBuilder().section("CODE", "old").section("CODE", "new!").finish();
  Image image;
  ImageError error;
  ASSERT_TRUE(read_image(bytes_of(file), image, error));
  EXPECT_EQ(4u, image.section_bytes("CODE").size());
}

const std::string late_section = "late";

TEST(Image, FetchesLateSections) {
  Image image;
  EXPECT_TRUE(image.section_bytes("DBUG").empty());
  static int fetch_count = 0;
  image.fetch = [](const char name[4]) -> Bytes {
    fetch_count++;
    return std::string_view(name, 4) == "DBUG" ? bytes_of(late_section) : Bytes{};
  };
  EXPECT_EQ(4u, image.section_bytes("DBUG").size());
  EXPECT_EQ(4u, image.section_bytes("DBUG").size());
  EXPECT_TRUE(image.section_bytes("SYMB").empty());
  EXPECT_TRUE(image.section_bytes("SYMB").empty());
  EXPECT_EQ(2, fetch_count);
}

}  // namespace
}  // namespace bactrian
