// SPDX-License-Identifier: Apache-2.0
// See names.h. Section DBUG (runtime/bytecode/debug_info.cpp):
//
//     units:u32   for each: origin:u32, list of events (marshalled), directories (marshalled)
//
// The marshalled bytes are walked where they lie, once. A table of where objects begin serves the
// references to them. What is not as it should be ends the walk: the functions behind have no
// names.
#include "translator/frontend/names.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "runtime/bytecode/debug_info.h"
#include "runtime/bytecode/fragments.h"
#include "runtime/prims/marshal_format.h"
#include "translator/translator.h"

namespace bactrian {

namespace {

// Bytes of section DBUG, which live as long as the program.
using Section = std::span<const std::uint8_t>;

std::uint64_t big_endian(Section bytes, std::size_t at, std::size_t size) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < size; i++) n = n << 8 | bytes[at + i];
  return n;
}

// ---- One marshalled value -----------------------------------------------------------------------

struct Item {
  enum Kind : std::uint8_t { kBad, kInt, kBlock, kString, kOpaque, kShared } kind = kBad;
  unsigned tag = 0;
  std::uint64_t n =
      0;  // The integer; fields of a block; bytes of a string; distance of a reference.
  std::size_t data = 0;  // Where a string's bytes are.
  std::size_t end = 0;   // Of the item without its fields.
};

// Where a value begins, and how many objects begin before it.
struct Place {
  std::size_t at = 0;
  std::size_t object = 0;
};

class Message {
 public:
  // `bytes`: the data behind the header.
  explicit Message(Section bytes) : bytes_(bytes) {}

  Item item(Place p) const { return decode(p.at); }

  // The value that stands there, or that is referred to there, and so has been passed.
  Place resolve(Place p) const {
    Item i = decode(p.at);
    if (i.kind != Item::kShared) return p;
    if (i.n == 0 || i.n > p.object || p.object > objects_.size()) return kNowhere;
    std::size_t object = p.object - static_cast<std::size_t>(i.n);
    return {objects_[object], object};
  }
  // Of a block that is no reference.
  Place first_field(Place block) { return pass(block, decode(block.at)); }
  // Behind the value.
  Place after(Place p) {
    for (std::uint64_t left = 1; left > 0; left--) {
      if (std::uint32_t size = size_of_plain(p.at); size > 0) {
        p.at += size;
        continue;
      }
      Item i = decode(p.at);
      if (i.kind == Item::kBad) return kNowhere;
      if (i.kind == Item::kBlock) left += i.n;
      p = pass(p, i);
    }
    return p;
  }

 private:
  // Of an item that is no object and has no fields, when it is one of the short and frequent ones;
  // else 0.
  std::uint32_t size_of_plain(std::size_t at) const {
    if (at >= bytes_.size()) return 0;
    unsigned code = bytes_[at];
    if (code >= kPrefixSmallInt && code < kPrefixSmallBlock) return 1;
    if (code == kShared8 || code == kInt8) return 2;
    return code == kShared16 || code == kInt16 ? 3 : 0;
  }

  static constexpr Place kNowhere{~std::size_t{0}, 0};

  // Behind the item; an object that is passed for the first time goes to the table.
  Place pass(Place p, const Item& i) {
    bool is_object =
        i.kind == Item::kOpaque || i.kind == Item::kString || (i.kind == Item::kBlock && i.n > 0);
    if (is_object && p.object == objects_.size())
      objects_.push_back(static_cast<std::uint32_t>(p.at));
    return {i.end, p.object + is_object};
  }

  Item decode(std::size_t at) const {
    if (at >= bytes_.size()) return {};
    unsigned code = bytes_[at];
    Item item;
    item.end = item.data = at + 1;
    if (code >= kPrefixSmallBlock) {
      item.kind = Item::kBlock;
      item.tag = code & 0xF;
      item.n = code >> 4 & 7;
    } else if (code >= kPrefixSmallInt) {
      item.kind = Item::kInt;
      item.n = code & 0x3F;
    } else if (code >= kPrefixSmallString) {
      item.kind = Item::kString;
      item.n = code & 0x1F;
      item.end += static_cast<std::size_t>(item.n);
    } else {
      decode_coded(code, item);
    }
    if (item.end > bytes_.size() || item.end < at) return {};
    return item;
  }

  // The number of `size` bytes behind the code.
  bool number(Item& item, std::size_t size) const {
    if (bytes_.size() - item.data < size) return false;
    item.n = big_endian(bytes_, item.data, size);
    item.data += size;
    item.end = item.data;
    return true;
  }

  void decode_coded(unsigned code, Item& item) const {
    auto sized = [&](Item::Kind kind, std::size_t size) {
      if (number(item, size)) item.kind = kind;
    };
    // `unit` bytes for each of as many elements as a number says.
    auto run = [&](Item::Kind kind, std::size_t size, std::uint64_t unit) {
      sized(kind, size);
      if (item.n > bytes_.size()) item.kind = Item::kBad;
      item.end = item.data + static_cast<std::size_t>(item.n * unit);
    };
    switch (code) {
      case kInt8: sized(Item::kInt, 1); return;
      case kInt16: sized(Item::kInt, 2); return;
      case kInt32: sized(Item::kInt, 4); return;
      case kInt64: sized(Item::kInt, 8); return;
      case kShared8: sized(Item::kShared, 1); return;
      case kShared16: sized(Item::kShared, 2); return;
      case kShared32: sized(Item::kShared, 4); return;
      case kShared64: sized(Item::kShared, 8); return;
      case kBlock32:
      case kBlock64:
        sized(Item::kBlock, code == kBlock32 ? 4 : 8);
        item.tag = item.n & 0xFF;
        item.n >>= 10;
        return;
      case kString8: run(Item::kString, 1, 1); return;
      case kString32: run(Item::kString, 4, 1); return;
      case kString64: run(Item::kString, 8, 1); return;
      case kDoubleBig:
      case kDoubleLittle:
        item.kind = Item::kOpaque;
        item.end += 8;
        return;
      case kDoubleArray8Big:
      case kDoubleArray8Little: run(Item::kOpaque, 1, 8); return;
      case kDoubleArray32Big:
      case kDoubleArray32Little: run(Item::kOpaque, 4, 8); return;
      case kDoubleArray64Big:
      case kDoubleArray64Little: run(Item::kOpaque, 8, 8); return;
      case kCustomFixed: decode_custom(item); return;
      default: return;  // Closures and other custom blocks: no event holds them.
    }
  }

  // Int32, Int64 and Nativeint, in the constants of a summary.
  void decode_custom(Item& item) const {
    std::size_t name = item.data;
    if (bytes_.size() - name < 4 || bytes_[name] != '_' || bytes_[name + 2] != 0) return;
    item.kind = Item::kOpaque;
    switch (bytes_[name + 1]) {
      case 'i': item.end = name + 3 + 4; return;
      case 'j': item.end = name + 3 + 8; return;
      case 'n': item.end = name + 3 + (bytes_[name + 3] == 1 ? 5 : 9); return;
      default: item.kind = Item::kBad;
    }
  }

  Section bytes_;
  std::vector<std::uint32_t> objects_;  // Where each begins.
};

// ---- A unit's events ----------------------------------------------------------------------------

struct Text {
  const char* start = nullptr;
  std::size_t size = 0;
};

struct Event {
  std::uint32_t byte_offset;  // From the start of the program's code.
  std::int32_t line;
  Text file, function;
};

class EventReader {
 public:
  EventReader(Section bytes, std::uint32_t origin)
      : bytes_(bytes), message_(bytes), origin_(origin) {}

  std::vector<Event> read() {
    Place list;
    // A list that refers back is none that ocamlc has written, and might have no end.
    while (is_block(list, 2)) {
      Place event = message_.first_field(list);
      read_event(message_.resolve(event));
      list = message_.after(event);
    }
    std::sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
      return a.byte_offset != b.byte_offset ? a.byte_offset < b.byte_offset : a.line < b.line;
    });
    return std::move(events_);
  }

 private:
  bool is_block(Place p, std::uint64_t min_wosize) const {
    Item item = message_.item(p);
    return item.kind == Item::kBlock && item.n >= min_wosize;
  }
  std::int32_t number(Place p) const {
    Item item = message_.item(p);
    return item.kind == Item::kInt ? static_cast<std::int32_t>(item.n) : 0;
  }
  Text text(Place p) const {
    Item item = message_.item(message_.resolve(p));
    if (item.kind != Item::kString) return {};
    return {reinterpret_cast<const char*>(bytes_.data()) + item.data,
            static_cast<std::size_t>(item.n)};
  }

  // Instruct.debug_event: position, module, location, kind, name of the enclosing definition, ...
  void read_event(Place event) {
    if (!is_block(event, 5)) return;
    Event made{};
    Place field = message_.first_field(event);
    for (int i = 0; i < 5; i++) {
      if (i == 0) made.byte_offset = static_cast<std::uint32_t>(number(field)) + origin_;
      if (i == 2) read_location(message_.resolve(field), made);
      if (i == 4) made.function = text(field);
      field = message_.after(field);
    }
    events_.push_back(made);
  }

  // Location.t begins with a Lexing.position, and that with file and line.
  void read_location(Place location, Event& made) {
    if (!is_block(location, 1)) return;
    Place position = message_.resolve(message_.first_field(location));
    if (!is_block(position, 2)) return;
    Place file = message_.first_field(position);
    made.file = text(file);
    made.line = number(message_.after(file));
  }

  Section bytes_;
  Message message_;
  std::uint32_t origin_;
  std::vector<Event> events_;
};

// ---- The program's units ------------------------------------------------------------------------

struct Unit {
  std::uint32_t origin;
  Section message;  // Behind its header.
  bool is_read = false;
  std::vector<Event> events;  // By offset.
};

class Units {
 public:
  explicit Units(Section section) {
    std::size_t at = 4;
    while (at + 4 <= section.size()) {
      Unit unit{static_cast<std::uint32_t>(big_endian(section, at, 4)), {}, false, {}};
      at += 4;
      if (!take_value(section, at, unit.message)) break;
      Section directories;
      bool more = take_value(section, at, directories);
      units_.push_back(std::move(unit));
      if (!more) break;
    }
    std::sort(units_.begin(), units_.end(),
              [](const Unit& a, const Unit& b) { return a.origin < b.origin; });
  }

  // The first event from there on, before `end`.
  const Event* find(std::uint32_t byte_offset, std::uint32_t end) {
    auto behind = std::upper_bound(units_.begin(), units_.end(), byte_offset,
                                   [](std::uint32_t o, const Unit& u) { return o < u.origin; });
    if (behind == units_.begin()) return nullptr;
    Unit& unit = *(behind - 1);
    if (!unit.is_read) {
      unit.is_read = true;
      unit.events = EventReader(unit.message, unit.origin).read();
    }
    auto event =
        std::lower_bound(unit.events.begin(), unit.events.end(), byte_offset,
                         [](const Event& e, std::uint32_t o) { return e.byte_offset < o; });
    return event == unit.events.end() || event->byte_offset >= end ? nullptr : &*event;
  }

 private:
  // Never a compressed one: ocamlc writes none.
  static bool take_value(Section section, std::size_t& at, Section& data) {
    std::size_t left = section.size() - at;
    if (left < kSmallHeaderSize) return false;
    std::uint64_t magic = big_endian(section, at, 4);
    bool is_small = magic == kMagicSmall;
    if (!is_small && (magic != kMagicBig || left < kBigHeaderSize)) return false;
    std::size_t header = is_small ? kSmallHeaderSize : kBigHeaderSize;
    std::uint64_t size = is_small ? big_endian(section, at + 4, 4) : big_endian(section, at + 8, 8);
    if (size > left - header) return false;
    data = section.subspan(at + header, static_cast<std::size_t>(size));
    at += header + data.size();
    return true;
  }

  std::vector<Unit> units_;
};

// ---- Names --------------------------------------------------------------------------------------

const FunctionInfo& info_of(FunctionId id) {
  return (*tier_interface->function_table)[static_cast<std::uint32_t>(id)];
}

// Where the function behind this one begins.
CodeOffset end_of(FunctionId id) {
  const FunctionInfo& info = info_of(id);
  auto next = static_cast<std::uint32_t>(id) + 1;
  auto first = static_cast<std::uint32_t>(info.fragment->first_function);
  if (next - first < info.fragment->function_count) return info_of(FunctionId{next}).entry;
  return CodeOffset{static_cast<std::uint32_t>(info.fragment->start) + info.fragment->byte_size};
}

struct Source {
  Text file, function;
  std::int32_t line = 0;
};

Text text_of(const char* text) { return {text, std::strlen(text)}; }

// The debug event that comes first from pc on, before the function behind `id` begins.
Source find_source(FunctionId id, CodeOffset pc) {
  const Fragment& fragment = *info_of(id).fragment;
  auto start = static_cast<std::uint32_t>(fragment.start);
  auto offset = static_cast<std::uint32_t>(pc) - start;
  auto end = static_cast<std::uint32_t>(end_of(id)) - start;
  if (!fragment.is_program) {
    const DebugEvent* event = tier_interface->debug_event_from(&fragment, offset);
    if (event == nullptr || event->byte_offset >= end) return {};
    return {text_of(event->file), text_of(event->function), event->start_line};
  }
  static auto* units = new Units(tier_interface->debug_section());
  const Event* event = units->find(offset, end);
  return event == nullptr ? Source{} : Source{event->file, event->function, event->line};
}

// "Stdlib__List.map" is what "Stdlib.List.map" is called in files.
std::string dotted(Text text) {
  std::string out;
  for (std::size_t i = 0; i < text.size; i++) {
    bool is_double = i > 0 && i + 2 < text.size && text.start[i] == '_' && text.start[i + 1] == '_';
    if (is_double && text.start[i + 2] >= 'A' && text.start[i + 2] <= 'Z') {
      out += '.';
      i++;
    } else {
      out += text.start[i];
    }
  }
  return out;
}

std::string numbered_name(FunctionId id) {
  const FunctionInfo& info = info_of(id);
  auto offset =
      static_cast<std::uint32_t>(info.entry) - static_cast<std::uint32_t>(info.fragment->start);
  return "fn@" + std::to_string(offset / sizeof(opcode_t));
}

std::string base_name(Text path) {
  std::string name(path.start, path.size);
  return name.substr(name.rfind('/') + 1);
}

std::string name_of(FunctionId id, const Source& source) {
  return source.function.size == 0 ? numbered_name(id) : dotted(source.function);
}

}  // namespace

std::string function_name(FunctionId id) { return name_of(id, find_source(id, info_of(id).entry)); }

std::string function_title(FunctionId id, CodeOffset pc) {
  // A loop of a module's start lies behind the module's functions, that of its program far before.
  FunctionId place = pc == CodeOffset{} ? id : tier_interface->function_containing(pc);
  Source source = find_source(place, pc == CodeOffset{} ? info_of(id).entry : pc);
  std::string title = name_of(id, source);
  if (source.line > 0) title += ' ' + base_name(source.file) + ':' + std::to_string(source.line);
  return title;
}

bool is_function_named(FunctionId id, const char* pattern) {
  if (std::strcmp(pattern, "all") == 0) return true;
  std::string number = numbered_name(id);
  if (number == pattern || number.substr(number.find('@') + 1) == pattern) return true;
  return function_name(id) == pattern;
}

}  // namespace bactrian
