// SPDX-License-Identifier: Apache-2.0
// See image.h.
#include "runtime/bytecode/image.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace bactrian {

namespace {

constexpr char kMagicStem[] = "Caml1999X";
constexpr int kFirstMagic = 30;  // OCaml 4.13.
constexpr OcamlVersion kVersions[] = {413, 414, 500, 501, 502, 503};
constexpr int kVersionCount = sizeof kVersions / sizeof kVersions[0];

std::uint32_t read_be32(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

// The number of a magic, -1 when it is none.
int magic_number(const char* magic) {
  constexpr std::size_t stem = sizeof kMagicStem - 1;
  if (std::memcmp(magic, kMagicStem, stem) != 0) return -1;
  int number = 0;
  for (std::size_t i = stem; i < kMagicSize; i++) {
    if (magic[i] < '0' || magic[i] > '9') return -1;
    number = number * 10 + (magic[i] - '0');
  }
  return number;
}

}  // namespace

bool ImageError::set(std::uint64_t at, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  offset = at;
  return false;
}

bool parse_magic(const char* magic, OcamlVersion* version, ImageError& error) {
  int number = magic_number(magic);
  if (number < 0)
    return error.set(0, "not an OCaml bytecode executable (no trailer 'Caml1999X0nn' at its end)");
  int index = number - kFirstMagic;
  if (index >= 0 && index < kVersionCount) {
    *version = kVersions[index];
    return true;
  }
  constexpr char kRuns[] = "this Bactrian runs 4.13 to 5.3";
  if (index == kVersionCount)
    return error.set(0, "bytecode of OCaml 5.4 (%.12s): %s", magic, kRuns);
  return error.set(0, "bytecode of an OCaml %s (%.12s): %s",
                   index < 0 ? "before 4.13" : "after 5.4", magic, kRuns);
}

bool Image::add_section(const char name[4], Bytes bytes, std::uint64_t file_offset) {
  if (section_count_ == kMaxSections) return false;
  Section& section = sections_[section_count_++];
  std::memcpy(section.name, name, sizeof section.name);
  section.bytes = bytes;
  section.file_offset = file_offset;
  return true;
}

const Section* Image::find_section(const char* name) const {
  // The last one of a name counts, as for ocamlrun, which searches from the file's end.
  for (int i = section_count_; i-- > 0;)
    if (std::memcmp(sections_[i].name, name, 4) == 0) return &sections_[i];
  return nullptr;
}

Bytes Image::section_bytes(const char* name) {
  if (const Section* section = find_section(name)) return section->bytes;
  if (fetch == nullptr) return {};
  Bytes bytes = fetch(name);
  add_section(name, bytes);
  return bytes;
}

bool read_image(Bytes file, Image& image, ImageError& error) {
  std::uint64_t size = file.size();
  if (size < kTrailerSize)
    return error.set(0, "not an OCaml bytecode executable (%u bytes are too few for one)",
                     static_cast<unsigned>(size));
  const std::uint8_t* trailer = file.data() + (size - kTrailerSize);
  if (!parse_magic(reinterpret_cast<const char*>(trailer) + 4, &image.version, error)) {
    error.offset = size - kMagicSize;
    return false;
  }
  std::uint64_t count = read_be32(trailer);
  std::uint64_t toc_size = count * kTocEntrySize;
  if (toc_size > size - kTrailerSize)
    return error.set(size - kTrailerSize,
                     "file truncated: the table of %u sections needs %llu bytes before the trailer",
                     static_cast<unsigned>(count), static_cast<unsigned long long>(toc_size));
  const std::uint8_t* toc = trailer - toc_size;
  // Sections are placed from the last to the first, since only their end is known.
  std::uint64_t end = size - kTrailerSize - toc_size;
  for (std::uint64_t i = count; i-- > 0;) {
    const std::uint8_t* entry = toc + i * kTocEntrySize;
    const char* name = reinterpret_cast<const char*>(entry);
    std::uint64_t length = read_be32(entry + 4);
    if (length > end)
      return error.set(static_cast<std::uint64_t>(entry - file.data()),
                       "file truncated: section %.4s needs %llu bytes, %llu are before it", name,
                       static_cast<unsigned long long>(length),
                       static_cast<unsigned long long>(end));
    end -= length;
    if (image.find_section(name) != nullptr) continue;
    if (!image.add_section(name, file.subspan(end, length), end))
      return error.set(static_cast<std::uint64_t>(entry - file.data()), "too many sections (%u)",
                       static_cast<unsigned>(count));
  }
  return true;
}

}  // namespace bactrian
