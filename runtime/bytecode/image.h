// SPDX-License-Identifier: Apache-2.0
// A bytecode executable, as sections. The file's end tells where they are:
//
//     #! line, launcher or runtime     any length, not looked at
//     section, section, ...            one behind another
//     for each: name[4] length:u32     big-endian: the table of contents
//     count:u32 "Caml1999X0nn"         the trailer
//
// Sections that matter here: CODE, DATA (globals, marshalled), PRIM (names of primitives, each with
// a NUL), DLLS, DLPT, SYMB, CRCS (for the toplevel and Dynlink), DBUG (debug events).
//
// An image owns no bytes: those of CODE, DATA and PRIM must live until load_program has returned,
// all others as long as the program. Input may be hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bactrian {

using Bytes = std::span<const std::uint8_t>;

// What is wrong with an image: one message for a person, with the place in it, or in the file where
// that is known.
struct ImageError {
  char message[224] = "";
  std::uint64_t offset = 0;

  // Returns false, for `return error.set(...)`.
  bool set(std::uint64_t at, const char* format, ...) __attribute__((format(printf, 3, 4)));
};

// 413, 414, 500, 501, 502, 503: OCaml's version that an image is of.
using OcamlVersion = int;
inline constexpr OcamlVersion kOldestVersion = 413;
inline constexpr OcamlVersion kNewestVersion = 503;

inline constexpr std::size_t kMagicSize = 12;
inline constexpr std::size_t kTrailerSize = 4 + kMagicSize;
inline constexpr std::size_t kTocEntrySize = 8;

// False: the 12 bytes are no magic number, or that of a version that is not run.
bool parse_magic(const char* magic, OcamlVersion* version, ImageError& error);

struct Section {
  char name[4];
  Bytes bytes;
  std::uint64_t file_offset;  // 0 when not known.
};

class Image {
 public:
  OcamlVersion version = kNewestVersion;
  // Asked once for a section that was not handed over: an empty span when it cannot be had.
  Bytes (*fetch)(const char name[4]) = nullptr;

  // False: too many sections.
  bool add_section(const char name[4], Bytes bytes, std::uint64_t file_offset = 0);
  const Section* find_section(const char* name) const;
  // Also asks `fetch`. Empty: there is none.
  Bytes section_bytes(const char* name);

 private:
  static constexpr int kMaxSections = 32;
  Section sections_[kMaxSections];
  int section_count_ = 0;
};

// From a whole file.
bool read_image(Bytes file, Image& image, ImageError& error);

}  // namespace bactrian
