// SPDX-License-Identifier: Apache-2.0
// Channels without their OCaml values: buffers, reading, writing, the list of all channels. See
// channel.h for the picture and for how reading suspends. Host calls happen here only.
#include "runtime/prims/channel.h"

#include <algorithm>
#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/host/errors.h"
#include "runtime/host/host.h"
#include "runtime/interp/fail.h"
#include "runtime/interp/sched.h"

namespace bactrian {

namespace {

Channel* newest_channel = nullptr;

// The buffer of all closed channels. Never written: an output channel's is full.
char closed_buffer[1];

void link_channel(Channel* c) {
  c->next = newest_channel;
  if (newest_channel != nullptr) newest_channel->prev = c;
  newest_channel = c;
}

void unlink_channel(Channel* c) {
  (c->prev != nullptr ? c->prev->next : newest_channel) = c->next;
  if (c->next != nullptr) c->next->prev = c->prev;
}

bool resize_buffer(Channel& c, std::size_t capacity) {
  char* buffer = static_cast<char*>(caml_stat_resize_noexc(c.buffer, capacity));
  if (buffer == nullptr) return false;
  c.buffer = buffer;
  c.capacity = capacity;
  return true;
}

// Writes once. False and c.error when that failed.
bool write_some(Channel& c) {
  std::int32_t n = c.fd < 0 ? -kEBADF : host_write(c.fd, c.buffer, c.end);
  if (n < 0) {
    c.error = -n;
    // What will never be writable is dropped, so that closing or collecting the channel succeeds.
    bool lost = n == -kEBADF || n == -kEPIPE || n == -kECONNRESET;
    if (lost && c.fd >= 0) c.end = 0;
    return false;
  }
  auto written = static_cast<std::size_t>(n);
  c.offset += n;
  c.end -= written;
  if (c.end != 0 && written != 0) std::memmove(c.buffer, c.buffer + written, c.end);
  return true;
}

}  // namespace

// ---- Life -------------------------------------------------------------------------------------

Channel* channel_open(std::int32_t fd, bool output) {
  auto* c = static_cast<Channel*>(caml_stat_alloc_noexc(sizeof(Channel)));
  if (c == nullptr) return nullptr;
  *c = Channel{};
  if (!resize_buffer(*c, kChannelBufferSize)) {
    caml_stat_free(c);
    return nullptr;
  }
  c->fd = fd;
  c->output = output;
  double position = host_seek(fd, 0, 1);
  c->seekable = position >= 0;
  c->offset = c->seekable ? static_cast<std::int64_t>(position) : -1;
  link_channel(c);
  return c;
}

std::int32_t channel_close(Channel& c) {
  if (c.fd < 0) return 0;
  std::int32_t result = host_close(c.fd);
  c.fd = -1;
  caml_stat_free(c.buffer);
  c.buffer = closed_buffer;
  c.capacity = sizeof closed_buffer;
  c.window = c.begin = 0;
  c.end = c.output ? c.capacity : 0;
  return result < 0 ? -result : 0;
}

void channel_free(Channel& c) {
  unlink_channel(&c);
  if (c.fd >= 0) caml_stat_free(c.buffer);
  caml_stat_free(c.name);
  caml_stat_free(&c);
}

Channel* all_channels() { return newest_channel; }

void flush_all_channels() {
  for (Channel* c = newest_channel; c != nullptr; c = c->next)
    if (c->output && c->fd >= 0) static_cast<void>(channel_flush(*c));
}

// ---- Input ------------------------------------------------------------------------------------

namespace {

// One read of at most len bytes to buffer + at, where `end` and `window` will then be.
ReadStatus read_once(Channel& c, std::size_t at, std::size_t len) {
  std::int32_t n = c.fd < 0 ? -kEBADF : host_read(c.fd, c.buffer + at, len);
  if (n == 0) return ReadStatus::kEnd;
  if (n < 0) {
    c.error = -n;
    return n == -kEAGAIN ? ReadStatus::kWouldBlock : ReadStatus::kError;
  }
  c.offset += n;
  c.end = at + static_cast<std::size_t>(n);
  return ReadStatus::kOk;
}

// Moves the bytes from `from` on to the buffer's start.
void discard_before(Channel& c, std::size_t from) {
  if (from == 0) return;
  c.begin -= from;
  c.end -= from;
  c.window = c.window < from ? 0 : c.window - from;
  std::memmove(c.buffer, c.buffer + from, c.end);
}

// Undoes channel_fill_at_least's growing, once what it was for is consumed.
void shrink(Channel& c) {
  if (c.capacity <= kChannelBufferSize || c.begin < c.window) return;
  if (c.end - c.window > kChannelBufferSize) return;
  discard_before(c, c.window);
  resize_buffer(c, kChannelBufferSize);
}

}  // namespace

ReadStatus channel_refill(Channel& c, AtEnd at_end) {
  if (c.begin < c.end) return ReadStatus::kOk;
  if (c.capacity > kChannelBufferSize) shrink(c);
  ReadStatus status = read_once(c, 0, std::min(c.capacity, kChannelBufferSize));
  if (status == ReadStatus::kEnd && at_end == AtEnd::kDropWindow) c.end = 0;
  if (status == ReadStatus::kOk || c.end == 0) c.window = c.begin = 0;
  return status;
}

bool channel_read_behind(Channel& c, ReadStatus& status) {
  shrink(c);
  discard_before(c, c.begin);
  c.window = 0;
  if (c.end == c.capacity) return false;
  status = read_once(c, c.end, c.capacity - c.end);
  return true;
}

ReadStatus channel_fill_at_least(Channel& c, std::size_t n) {
  while (c.end - c.begin < n) {
    if (c.begin == c.end) {
      ReadStatus status = channel_refill(c);
      if (status != ReadStatus::kOk) return status;
      continue;
    }
    std::size_t wanted = c.end - c.begin + kChannelBufferSize;
    if (c.end + kChannelBufferSize > c.capacity) discard_before(c, c.begin);
    // Growing with what has arrived, not to n at once: n may come from damaged data.
    if (c.capacity < wanted && !resize_buffer(c, std::max(wanted, std::min(2 * c.capacity, n)))) {
      c.error = kENOMEM;
      return ReadStatus::kError;
    }
    std::size_t old_end = c.end;
    ReadStatus status = read_once(c, c.end, kChannelBufferSize);
    if (status != ReadStatus::kOk) return status;
    c.window = old_end;
  }
  return ReadStatus::kOk;
}

Value channel_raise(Channel& c, ReadStatus status) {
  switch (status) {
    case ReadStatus::kEnd: return caml_raise_end_of_file();
    case ReadStatus::kWouldBlock: return suspend_until(Wait::readable(c.fd));
    default:
      return c.error == kENOMEM ? caml_raise_out_of_memory() : caml_sys_error(c.error, kNoValue);
  }
}

// ---- Output -----------------------------------------------------------------------------------

std::int32_t channel_put_block(Channel& c, const char* bytes, std::size_t len) {
  while (len > 0) {
    std::size_t n = std::min(len, c.capacity - c.end);
    std::memcpy(c.buffer + c.end, bytes, n);
    c.end += n;
    bytes += n;
    len -= n;
    if (c.end == c.capacity && !write_some(c)) return c.error;
  }
  return 0;
}

std::int32_t channel_put_char(Channel& c, char ch) {
  if (c.end == c.capacity && !write_some(c)) return c.error;
  c.buffer[c.end++] = ch;
  return 0;
}

std::int32_t channel_flush(Channel& c) {
  while (c.end > 0)
    if (!write_some(c)) return c.error;
  return 0;
}

// ---- Position ---------------------------------------------------------------------------------

std::int32_t channel_seek_in(Channel& c, std::int64_t position) {
  auto in_buffer = static_cast<std::int64_t>(c.end - c.window);
  if (position >= c.offset - in_buffer && position <= c.offset) {
    c.begin = c.end - static_cast<std::size_t>(c.offset - position);
    return 0;
  }
  std::int32_t error = channel_seek_descriptor(c, position);
  if (error == 0) c.window = c.begin = c.end = 0;
  return error;
}

std::int32_t channel_seek_out(Channel& c, std::int64_t position) {
  std::int32_t error = channel_flush(c);
  return error != 0 ? error : channel_seek_descriptor(c, position);
}

std::int32_t channel_seek_descriptor(Channel& c, std::int64_t position) {
  double result = c.fd < 0 ? -kEBADF : host_seek(c.fd, static_cast<double>(position), 0);
  if (result < 0) return static_cast<std::int32_t>(-result);
  c.offset = position;
  return 0;
}

std::int64_t channel_size(const Channel& c) {
  if (c.fd < 0) return -kEBADF;
  auto here = static_cast<double>(c.offset);
  if (here < 0) here = host_seek(c.fd, 0, 1);
  if (here < 0) return static_cast<std::int64_t>(here);
  double end = host_seek(c.fd, 0, 2);
  if (end >= 0) {
    double back = host_seek(c.fd, here, 0);
    if (back < 0) end = back;
  }
  return static_cast<std::int64_t>(end);
}

}  // namespace bactrian
