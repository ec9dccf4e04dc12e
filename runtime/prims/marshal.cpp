// SPDX-License-Identifier: Apache-2.0
// The primitives of Marshal, and input_value and output_value on channels.
#include <algorithm>
#include <cstring>

#include "runtime/bytecode/program.h"
#include "runtime/heap/alloc.h"
#include "runtime/heap/roots.h"
#include "runtime/host/errors.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/channel.h"
#include "runtime/prims/extern.h"
#include "runtime/prims/intern.h"

namespace bactrian {

// ---- Writing ----------------------------------------------------------------------------------

Value caml_output_value(Value vchannel, Value v, Value flags) {
  ExternedValue out;
  if (!extern_value(v, extern_flags_of_list(flags), out)) return kNoValue;
  Channel& channel = Channel_val(vchannel);
  std::int32_t error =
      channel_put_block(channel, reinterpret_cast<char*>(out.header), out.header_size);
  for (Serializer::Chunk* c = out.data.first; c != nullptr && error == 0; c = c->next)
    error = channel_put_block(channel, c->data, c->byte_size);
  if (error == 0) error = channel_flush_if_unbuffered(channel);
  return error == 0 ? Val_unit : caml_sys_io_error(error, kNoValue);
}

Value caml_output_value_to_bytes(Value v, Value flags) {
  ExternedValue out;
  if (!extern_value(v, extern_flags_of_list(flags), out)) return kNoValue;
  std::uint64_t size = out.byte_size();
  if (size > PTRDIFF_MAX) return caml_raise_out_of_memory();
  Value bytes = caml_alloc_string(static_cast<mlsize_t>(size));
  if (bytes == kNoValue) return kNoValue;
  std::memcpy(String_val(bytes), out.header, out.header_size);
  out.data.copy_to(String_val(bytes) + out.header_size);
  return bytes;
}

Value caml_output_value_to_buffer(Value buffer, Value offset, Value length, Value v, Value flags) {
  ExternedValue out;
  // Nothing is allocated in the heap, so `buffer` stays where it is.
  if (!extern_value(v, extern_flags_of_list(flags), out)) return kNoValue;
  std::uint64_t size = out.byte_size();
  if (size > static_cast<std::uint64_t>(Long_val(length)))
    return caml_failwith("Marshal.to_buffer: buffer overflow");
  note_bytes_change(buffer);
  char* to = String_val(buffer) + Long_val(offset);
  std::memcpy(to, out.header, out.header_size);
  out.data.copy_to(to + out.header_size);
  return Val_long(static_cast<intnat>(size));
}

// ---- Reading ----------------------------------------------------------------------------------

namespace {

// Makes `size` bytes unread. kNoValue: raised or suspended; a message that breaks off is consumed.
Value need_bytes(Channel& channel, std::uint64_t size) {
  if (size > PTRDIFF_MAX) return caml_raise_out_of_memory();
  ReadStatus status = channel_fill_at_least(channel, static_cast<std::size_t>(size));
  if (status == ReadStatus::kOk) return Val_unit;
  if (status == ReadStatus::kError && channel.error == kENOMEM) return caml_raise_out_of_memory();
  if (status != ReadStatus::kEnd || channel_unread_size(channel) == 0)
    return channel_raise(channel, status);
  channel_consume(channel, channel_unread_size(channel));
  return caml_failwith("input_value: truncated object");
}

const unsigned char* unread_bytes(const Channel& channel) {
  return reinterpret_cast<const unsigned char*>(channel_unread(channel));
}

// The length of the header that begins with these five bytes.
unsigned header_size_of(const unsigned char* bytes) {
  constexpr unsigned kMagicBytes = 5;
  switch (static_cast<std::uint32_t>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) {
    case kMagicBig: return kBigHeaderSize;
    case kMagicCompressed: return std::max(bytes[4] & 0x3Fu, kMagicBytes);
    default: return kSmallHeaderSize;
  }
}

}  // namespace

// Looks before it takes: when the bytes are not all there yet, it is called again from its start.
Value caml_input_value(Value vchannel) {
  Root root(vchannel);
  Channel& channel = Channel_val(vchannel);
  if (need_bytes(channel, 5) == kNoValue) return kNoValue;
  unsigned header_size = header_size_of(unread_bytes(channel));
  if (need_bytes(channel, header_size) == kNoValue) return kNoValue;
  MarshalHeader header;
  if (const char* problem = parse_marshal_header(unread_bytes(channel), header_size, header)) {
    channel_consume(channel, header_size);
    return intern_failure("input_value", problem);
  }
  std::uint64_t size;
  if (__builtin_add_overflow(header.data_size, header_size, &size))
    return caml_raise_out_of_memory();
  if (need_bytes(channel, size) == kNoValue) return kNoValue;
  // The bytes stay in the channel's buffer while they are read: no OCaml code runs meanwhile.
  const unsigned char* data = unread_bytes(channel) + header_size;
  channel_consume(channel, static_cast<std::size_t>(size));
  return intern_data("input_value", header, data, Val_unit);
}

Value caml_input_value_from_bytes(Value bytes, Value offset) {
  return caml_input_val_from_bytes(bytes, Long_val(offset));
}

// The length of a message less Marshal.header_size, which is that of the smallest header: 16 bytes
// since 5.1 has compressed ones, 20 before.
Value caml_marshal_data_size(Value bytes, Value offset) {
  const intnat stdlib_header_size = program_version() < 501 ? 20 : 16;
  intnat ofs = Long_val(offset);
  auto length = static_cast<intnat>(caml_string_length(bytes));
  if (ofs < 0 || ofs > length - stdlib_header_size)
    return caml_failwith("Marshal.data_size: bad object");
  MarshalHeader header;
  // Up to 16 bytes hold all that counts here.
  if (const char* problem = parse_marshal_sizes(Bytes_val(bytes) + ofs, stdlib_header_size, header))
    return intern_failure("Marshal.data_size", problem);
  return Val_long(static_cast<intnat>(header.header_size + header.data_size) - stdlib_header_size);
}

// Whether compression is available.
Value caml_zstd_initialize(Value) { return Val_false; }

}  // namespace bactrian
