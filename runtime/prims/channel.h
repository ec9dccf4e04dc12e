// SPDX-License-Identifier: Apache-2.0
// Buffered channels: what in_channel and out_channel hold, and what other primitives (Marshal,
// Digest, Unix) need of them.
//
// An input channel's buffer:                               An output channel's:
//
//     0      window    begin        end        capacity        0          end        capacity
//     +--------+---------+-----------+-----------+             +-----------+-----------+
//     |  old   |  read   |  unread   |  free     |             | unwritten |  free     |
//     +--------+---------+-----------+-----------+             +-----------+-----------+
//
// `offset` is the descriptor's position: behind the unread bytes, or before the unwritten ones.
// Seeking to a place between window and end moves `begin` only. As a program can see by what
// `input` returns, and by what it does not notice of a file's changes, the window is the one of
// OCaml's buffer, and reads are as large as OCaml's.
//
// Reading never blocks. When a host's stdin has nothing yet, a function here says kWouldBlock; the
// primitive returns channel_raise(c, status), which suspends the thread, and is called again from
// its start later. So a primitive looks before it takes: it fills the buffer, which grows for that,
// until all that it needs is unread in it, and only then consumes. Writing never suspends.
// A seekable channel (a file) never says kWouldBlock, and can be consumed piece by piece.
//
// A closed channel keeps its struct until the last custom block that names it dies: fd is -1, an
// input buffer is empty, and an output buffer is full, so that the fast paths need no test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/value/value.h"

namespace bactrian {

inline constexpr std::size_t kChannelBufferSize = 65536;

struct Channel {
  std::int32_t fd = -1;
  std::int32_t error = 0;  // Of the last kError.
  bool output = false;
  bool unbuffered = false;
  bool seekable = false;
  std::uint32_t owners = 0;  // Custom blocks.
  std::int64_t offset = 0;   // -1 and up where the descriptor cannot tell its position.
  char* buffer = nullptr;
  std::size_t window = 0;  // 0 in an output channel, as begin is.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t capacity = 0;
  char* name = nullptr;  // For the warning that it was not closed.
  Channel* next = nullptr;
  Channel* prev = nullptr;
};

inline Channel& Channel_val(Value v) { return *ptr_of<Channel>(Field(v, 1)); }

// A new channel on fd, in the list of all, without owner. Null when there is no memory.
Channel* channel_open(std::int32_t fd, bool output);
// Makes an OCaml value that owns the channel.
Value caml_alloc_channel(Channel& c);
// 0 or an error number. Does not flush.
std::int32_t channel_close(Channel& c);
// The end of a channel without owners: the descriptor, if still open, stays open.
void channel_free(Channel& c);

// ---- Input ------------------------------------------------------------------------------------

enum class ReadStatus : std::uint8_t {
  kOk,
  kEnd,         // The end of the file came first.
  kWouldBlock,  // Nothing yet: suspend.
  kError,       // c.error says which.
};

inline const char* channel_unread(const Channel& c) { return c.buffer + c.begin; }
inline std::size_t channel_unread_size(const Channel& c) { return c.end - c.begin; }
inline void channel_consume(Channel& c, std::size_t n) { c.begin += n; }

// Makes at least one byte unread, by one read at most. At the end of the file the buffer is
// emptied, so that seeking back reads again, unless the caller wants to keep it.
enum class AtEnd : std::uint8_t { kDropWindow, kKeepWindow };
ReadStatus channel_refill(Channel& c, AtEnd at_end = AtEnd::kDropWindow);
// Reads once behind the unread bytes, in a buffer of the usual size. False: it is full.
bool channel_read_behind(Channel& c, ReadStatus& status);
// Makes at least n bytes unread, in one piece, growing the buffer as bytes arrive. What arrived
// stays unread whatever the status.
ReadStatus channel_fill_at_least(Channel& c, std::size_t n);
// kEnd: End_of_file. kWouldBlock: suspends. kError: Sys_error. For `return channel_raise(...)`.
[[nodiscard]] Value channel_raise(Channel& c, ReadStatus status);

// ---- Output -----------------------------------------------------------------------------------
// Each returns 0 or an error number, for `return caml_sys_io_error(error, kNoValue)`.

// Buffers the bytes, writing the buffer out whenever it is full.
[[nodiscard]] std::int32_t channel_put_block(Channel& c, const char* bytes, std::size_t len);
[[nodiscard]] std::int32_t channel_put_char(Channel& c, char ch);
[[nodiscard]] std::int32_t channel_flush(Channel& c);
// What an output primitive does last.
[[nodiscard]] inline std::int32_t channel_flush_if_unbuffered(Channel& c) {
  return c.unbuffered ? channel_flush(c) : 0;
}

// Before an end that does not run the program's at_exit. Errors are passed over.
void flush_all_channels();
Channel* all_channels();  // The newest first, through `next`.

// ---- Position ---------------------------------------------------------------------------------
// The seeks return 0 or an error number.

inline std::int64_t channel_pos_in(const Channel& c) {
  return c.offset - static_cast<std::int64_t>(c.end - c.begin);
}
inline std::int64_t channel_pos_out(const Channel& c) {
  return c.offset + static_cast<std::int64_t>(c.end);
}
[[nodiscard]] std::int32_t channel_seek_in(Channel& c, std::int64_t position);
[[nodiscard]] std::int32_t channel_seek_out(Channel& c, std::int64_t position);
// Moves the descriptor; the buffer is the caller's affair.
[[nodiscard]] std::int32_t channel_seek_descriptor(Channel& c, std::int64_t position);
// The file's length, or a negative error number.
std::int64_t channel_size(const Channel& c);

}  // namespace bactrian
