// SPDX-License-Identifier: Apache-2.0
// Fuzzes the image reader, the verifier, the load step, the disassembler and the debug information.
// What is loaded is not run: the verifier does not type values, so that hostile code may do
// anything to the heap. Checked besides the sanitizers: restore_code gives back the words that were
// loaded.
//
// The input's first byte says what the rest is, so that mutations reach each part:
//   F  a whole file          C  section CODE          W  the same, each word from two bytes
//   D  section DBUG          S  section SYMB
#include <cstdlib>
#include <cstring>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/disasm.h"
#include "runtime/bytecode/prim_table.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/heap.h"
#include "runtime/options.h"
#include "tests/unit/image_builder.h"

namespace bactrian {

Value caml_dynlink_get_bytecode_sections(Value unit);
Value caml_get_section_table(Value unit);

namespace {

constexpr char kPrims[] = "caml_add_float caml_ensure_stack_capacity caml_no_such";

std::FILE* null_file() {
  static std::FILE* file = std::fopen("/dev/null", "w");
  return file;
}

void require(bool condition) {
  if (!condition) std::abort();
}

std::string words_of_pairs(std::string_view pairs) {
  Words words(pairs.size() / 2);
  for (std::size_t i = 0; i < words.size(); i++) {
    std::int16_t word;
    std::memcpy(&word, pairs.data() + 2 * i, 2);
    words[i] = word;
  }
  return bytes_of_words(words);
}

std::string make_file(char kind, const std::string& payload) {
  if (kind == 'F') return payload;
  std::string prims = kPrims;
  for (char& c : prims)
    if (c == ' ') c = '\0';
  prims += '\0';
  std::string code = bytes_of_words({STOP});
  if (kind == 'C') code = payload;
  if (kind == 'W') code = words_of_pairs(payload);
  ImageBuilder builder;
  builder.section("CODE", code).section("PRIM", prims).section("DATA", marshalled_globals());
  if (kind == 'D') builder.section("DBUG", payload);
  if (kind == 'S') builder.section("SYMB", payload).section("DLPT", payload);
  return builder.finish();
}

void check_restored(const Image& image) {
  const Fragment& fragment = *program_fragment();
  Bytes code = image.find_section("CODE")->bytes;
  Words words(fragment.word_count()), restored(fragment.word_count());
  std::memcpy(words.data(), code.data(), code.size());
  restore_code(fragment, restored.data());
  for (std::size_t i = 0; i < words.size(); i++)
    // GETPUBMET's cache is the one word that is lost.
    require(words[i] == restored[i] || restored[i] == 0);
}

void exercise_program(const Image& image) {
  check_restored(image);
  disassemble_program(null_file());
  const Fragment& fragment = *program_fragment();
  for (std::uint32_t i = 0; i < fragment.function_count; i++) {
    auto id = FunctionId{static_cast<std::uint32_t>(fragment.first_function) + i};
    require(fragment.contains(function_entry(id)));
    find_debug_event(function_entry(id));
  }
  (void)caml_dynlink_get_bytecode_sections(Val_unit);
  dom().exn_bucket = kNoValue;
  (void)caml_get_section_table(Val_unit);
  dom().exn_bucket = kNoValue;
}

}  // namespace
}  // namespace bactrian

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace bactrian;
  options().minor_heap_wosize = 32 * 1024;
  options().heap_limit = 256u << 20;
  require(domain_reset());
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bactrian;
  if (size == 0) return 0;
  std::string payload(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string file = make_file(static_cast<char>(data[0]), payload);
  Image image;
  ImageError error;
  if (read_image(bytes_of(file), image, error) && load_program(image, error) != nullptr)
    exercise_program(image);
  else
    require(error.message[0] != 0);
  dom().exn_bucket = kNoValue;
  return 0;
}
