// SPDX-License-Identifier: Apache-2.0
// The channel primitives that read and write. Input primitives may suspend: each decides on the
// status before it consumes anything (channel.h). Nothing here allocates but to raise, so bytes go
// straight between the channel's buffer and the OCaml block.
#include <algorithm>
#include <cstring>

#include "runtime/prims/bigarray.h"
#include "runtime/prims/channel.h"
#include "runtime/prims/prim.h"

namespace bactrian {

namespace {

// After the bytes are in the buffer.
Value finish_output(Channel& c, std::int32_t error) {
  if (error == 0) error = channel_flush_if_unbuffered(c);
  return error == 0 ? Val_unit : caml_sys_io_error(error, kNoValue);
}

// What has arrived, at most len bytes; waits only if that is nothing. 0: the end.
Value input_bytes(Channel& c, char* to, intnat len) {
  if (len <= 0) return Val_long(0);
  ReadStatus status = channel_refill(c);
  if (status == ReadStatus::kEnd) return Val_long(0);
  if (status != ReadStatus::kOk) return channel_raise(c, status);
  std::size_t n = channel_unread_size(c);
  if (static_cast<std::uint64_t>(len) < n) n = static_cast<std::size_t>(len);
  std::memcpy(to, channel_unread(c), n);
  channel_consume(c, n);
  return Val_long(static_cast<intnat>(n));
}

// unsafe_output may pass anything.
std::size_t output_size(Value length) {
  return Long_val(length) <= 0 ? 0 : static_cast<std::size_t>(Long_val(length));
}

char* bigarray_bytes(Value bigarray, Value position) {
  return static_cast<char*>(Caml_ba_array_val(bigarray)->data) + Long_val(position);
}

}  // namespace

// ---- Output -----------------------------------------------------------------------------------

Value caml_ml_output_char(Value channel, Value ch) {
  Channel& c = Channel_val(channel);
  return finish_output(c, channel_put_char(c, static_cast<char>(Long_val(ch))));
}

Value caml_ml_output_int(Value channel, Value word) {
  Channel& c = Channel_val(channel);
  auto w = static_cast<std::uint32_t>(Long_val(word));
  std::int32_t error = 0;
  for (int shift = 24; shift >= 0 && error == 0; shift -= 8)
    error = channel_put_char(c, static_cast<char>(w >> shift));
  return finish_output(c, error);
}

Value caml_ml_output_bytes(Value channel, Value bytes, Value start, Value length) {
  Channel& c = Channel_val(channel);
  std::size_t len = output_size(length);
  return finish_output(c, channel_put_block(c, String_val(bytes) + Long_val(start), len));
}

Value caml_ml_output_bigarray(Value channel, Value bigarray, Value start, Value length) {
  std::size_t len = output_size(length);
  std::int32_t error =
      channel_put_block(Channel_val(channel), bigarray_bytes(bigarray, start), len);
  return error == 0 ? Val_unit : caml_sys_io_error(error, kNoValue);
}

// Closed channels are passed over: libraries flush everything at exit.
Value caml_ml_flush(Value channel) {
  Channel& c = Channel_val(channel);
  std::int32_t error = c.fd < 0 ? 0 : channel_flush(c);
  return error == 0 ? Val_unit : caml_sys_io_error(error, kNoValue);
}

// ---- Input ------------------------------------------------------------------------------------

Value caml_ml_input_char(Value channel) {
  Channel& c = Channel_val(channel);
  ReadStatus status = channel_refill(c, AtEnd::kKeepWindow);
  if (status != ReadStatus::kOk) return channel_raise(c, status);
  return Val_int(static_cast<unsigned char>(c.buffer[c.begin++]));
}

Value caml_ml_input_int(Value channel) {
  Channel& c = Channel_val(channel);
  ReadStatus status = channel_fill_at_least(c, 4);
  // OCaml reads byte by byte: what came before the end is gone.
  if (status == ReadStatus::kEnd) channel_consume(c, channel_unread_size(c));
  if (status != ReadStatus::kOk) return channel_raise(c, status);
  std::uint32_t w = 0;
  for (int i = 0; i < 4; i++) w = w << 8 | static_cast<unsigned char>(c.buffer[c.begin++]);
  return Val_long(static_cast<std::int32_t>(w));
}

Value caml_ml_input(Value channel, Value bytes, Value start, Value length) {
  note_bytes_change(bytes);
  return input_bytes(Channel_val(channel), String_val(bytes) + Long_val(start), Long_val(length));
}

Value caml_ml_input_bigarray(Value channel, Value bigarray, Value start, Value length) {
  return input_bytes(Channel_val(channel), bigarray_bytes(bigarray, start), Long_val(length));
}

// The number of bytes up to and with the next newline, which are then unread in one piece; or, when
// the buffer is full or the end comes first, minus the number of unread bytes.
Value caml_ml_input_scan_line(Value channel) {
  Channel& c = Channel_val(channel);
  std::size_t scanned = 0;
  for (;;) {
    const char* from = channel_unread(c) + scanned;
    std::size_t len = channel_unread_size(c) - scanned;
    if (len != 0) {
      auto* newline = static_cast<const char*>(std::memchr(from, '\n', len));
      if (newline != nullptr) return Val_long(newline + 1 - channel_unread(c));
    }
    scanned += len;
    ReadStatus status = ReadStatus::kEnd;
    bool has_room = channel_read_behind(c, status);
    if (!has_room || status == ReadStatus::kEnd) return Val_long(-static_cast<intnat>(scanned));
    if (status != ReadStatus::kOk) return channel_raise(c, status);
  }
}

}  // namespace bactrian
