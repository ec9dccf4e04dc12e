// SPDX-License-Identifier: Apache-2.0
// See debug_info.h. Section DBUG:
//
//     units:u32   for each: origin:u32, list of events (marshalled), directories (marshalled)
//
// with big-endian numbers; an event's position counts from its unit's origin. Everything is
// checked, since neither the section nor the values need be what they should: what is not is left
// out.
#include "runtime/bytecode/debug_info.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/bytecode/fragments.h"
#include "runtime/bytecode/program.h"
#include "runtime/heap/alloc.h"
#include "runtime/prims/intern.h"

namespace bactrian {

struct DebugInfo {
  std::vector<DebugEvent> events;
  std::vector<char*> chunks;  // Of text.
  std::size_t chunk_used = 0;
  std::size_t chunk_size = 0;
};

namespace {

int program_status = 0;

// ---- Texts --------------------------------------------------------------------------------------

constexpr std::size_t kChunkSize = 16 * 1024;

const char* keep_text(DebugInfo& info, const char* text) {
  std::size_t size = std::strlen(text) + 1;
  if (info.chunk_used + size > info.chunk_size) {
    std::size_t chunk_size = std::max(kChunkSize, size);
    auto* chunk = static_cast<char*>(caml_stat_alloc_noexc(chunk_size));
    if (chunk == nullptr) return "";
    info.chunks.push_back(chunk);
    info.chunk_used = 0;
    info.chunk_size = chunk_size;
  }
  char* kept = info.chunks.back() + info.chunk_used;
  std::memcpy(kept, text, size);
  info.chunk_used += size;
  return kept;
}

// Most events share file and function with the one before.
const char* keep_text_once(DebugInfo& info, const char* last, const char* text) {
  return last != nullptr && std::strcmp(last, text) == 0 ? last : keep_text(info, text);
}

// ---- Events from values -------------------------------------------------------------------------

bool is_block_of(Value v, mlsize_t min_wosize) {
  return Is_block(v) && Tag_val(v) < No_scan_tag && Wosize_val(v) >= min_wosize;
}
bool is_string(Value v) { return Is_block(v) && Tag_val(v) == String_tag; }

struct Position {  // Of Lexing.position.
  Value file;
  std::int32_t line, line_start, offset;
};

bool read_position(Value v, Position& out) {
  if (!is_block_of(v, 4) || !is_string(Field(v, 0))) return false;
  out = {Field(v, 0), Int_val(Field(v, 1)), Int_val(Field(v, 2)), Int_val(Field(v, 3))};
  return true;
}

// Instruct.debug_event: position, module, location, kind, name of the enclosing definition, ...
void add_event(DebugInfo& info, Value event, std::uint32_t origin) {
  Position start, end;
  if (!is_block_of(event, 5) || !is_block_of(Field(event, 2), 2)) return;
  if (!read_position(Field(Field(event, 2), 0), start)) return;
  if (!read_position(Field(Field(event, 2), 1), end)) return;
  const DebugEvent* last = info.events.empty() ? nullptr : &info.events.back();
  Value function = Field(event, 4);
  const char* function_name = is_string(function) ? String_val(function) : "<old bytecode>";
  DebugEvent added{
      static_cast<std::uint32_t>(Long_val(Field(event, 0))) + origin,
      start.line,
      start.offset - start.line_start,
      end.line,
      end.offset - end.line_start,
      end.offset - start.line_start,
      keep_text_once(info, last != nullptr ? last->file : nullptr, String_val(start.file)),
      keep_text_once(info, last != nullptr ? last->function : nullptr, function_name)};
  info.events.push_back(added);
}

// Stops where the list runs into itself, as a damaged section's may: `seen` stays behind, and moves
// up at distances that double.
void add_event_list(DebugInfo& info, Value list, std::uint32_t origin) {
  Value seen = Val_emptylist;
  std::uint32_t count = 0;
  for (; is_block_of(list, 2) && list != seen; list = Field(list, 1)) {
    add_event(info, Field(list, 0), origin);
    if ((count & (count + 1)) == 0) seen = list;
    count++;
  }
}

// Of several events at one place the last in this order is found.
int compare_events(const void* left, const void* right) {
  auto* a = static_cast<const DebugEvent*>(left);
  auto* b = static_cast<const DebugEvent*>(right);
  if (a->byte_offset != b->byte_offset) return a->byte_offset < b->byte_offset ? -1 : 1;
  if (a->start_line != b->start_line) return a->start_line < b->start_line ? -1 : 1;
  if (a->start_column != b->start_column) return a->start_column < b->start_column ? -1 : 1;
  return a->end_offset < b->end_offset ? -1 : a->end_offset > b->end_offset;
}

void sort_events(DebugInfo& info) {
  if (!info.events.empty())
    std::qsort(info.events.data(), info.events.size(), sizeof(DebugEvent), compare_events);
}

// ---- Section DBUG -------------------------------------------------------------------------------

class SectionReader {
 public:
  explicit SectionReader(Bytes bytes) : rest_(bytes) {}

  bool read_u32(std::uint32_t* out) {
    if (rest_.size() < 4) return false;
    const std::uint8_t* p = rest_.data();
    *out = std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
    rest_ = rest_.subspan(4);
    return true;
  }

  // The next marshalled value's bytes.
  bool take_value(Bytes* out) {
    MarshalHeader header;
    if (parse_marshal_header(rest_.data(), rest_.size(), header) != nullptr) return false;
    std::uint64_t size = header.header_size + header.data_size;
    if (size > rest_.size()) return false;
    *out = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return true;
  }

 private:
  Bytes rest_;
};

void read_section(DebugInfo& info, Bytes section) {
  SectionReader reader(section);
  std::uint32_t unit_count = 0, origin = 0;
  if (!reader.read_u32(&unit_count)) return;
  for (; unit_count > 0; unit_count--) {
    Bytes events, directories;
    if (!reader.read_u32(&origin) || !reader.take_value(&events) ||
        !reader.take_value(&directories))
      return;
    Value list =
        caml_input_value_from_block(reinterpret_cast<const char*>(events.data()), events.size());
    if (list == kNoValue) {
      dom().exn_bucket = kNoValue;
      return;
    }
    add_event_list(info, list, origin);
  }
}

// A backtrace is printed while an exception is on its way: that one must not get lost.
void read_program_events(Fragment& fragment) {
  Bytes section = program_section("DBUG");
  program_status = section.empty() && program_section_failed("DBUG") ? -1 : 1;
  Root pending(dom().exn_bucket == kNoValue ? Val_unit : dom().exn_bucket);
  bool is_pending = dom().exn_bucket != kNoValue;
  dom().exn_bucket = kNoValue;
  fragment.debug = new DebugInfo;
  read_section(*fragment.debug, section);
  sort_events(*fragment.debug);
  if (is_pending) dom().exn_bucket = pending;
}

}  // namespace

DebugInfo* make_debug_info(Value events) {
  if (!is_block_of(events, 1)) return nullptr;
  auto* info = new DebugInfo;
  for (mlsize_t i = 0; i < Wosize_val(events); i++) add_event_list(*info, Field(events, i), 0);
  sort_events(*info);
  return info;
}

void free_debug_info(DebugInfo* info) {
  if (info == nullptr) return;
  for (char* chunk : info->chunks) caml_stat_free(chunk);
  delete info;
}

const DebugEvent* find_debug_event(CodeOffset pc) {
  Fragment* fragment = find_fragment_by_pc(pc);
  if (fragment == nullptr) return nullptr;
  if (fragment == program_fragment() && program_status == 0) read_program_events(*fragment);
  if (fragment->debug == nullptr) return nullptr;
  const auto& events = fragment->debug->events;
  auto offset = static_cast<std::uint32_t>(pc) - static_cast<std::uint32_t>(fragment->start);
  auto after =
      std::upper_bound(events.begin(), events.end(), offset,
                       [](std::uint32_t o, const DebugEvent& e) { return o < e.byte_offset; });
  if (after != events.begin() && (after - 1)->byte_offset == offset) return &*(after - 1);
  if (after != events.end() && after->byte_offset == offset + sizeof(opcode_t)) return &*after;
  return nullptr;
}

const DebugEvent* debug_event_from(const Fragment* fragment, std::uint32_t byte_offset) {
  if (fragment->debug == nullptr) return nullptr;
  const auto& events = fragment->debug->events;
  auto at = std::lower_bound(
      events.begin(), events.end(), byte_offset,
      [](const DebugEvent& e, std::uint32_t offset) { return e.byte_offset < offset; });
  return at == events.end() ? nullptr : &*at;
}

int debug_info_status() { return program_status; }
void reset_program_debug_info() { program_status = 0; }

}  // namespace bactrian
