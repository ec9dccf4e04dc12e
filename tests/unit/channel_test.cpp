// SPDX-License-Identifier: Apache-2.0
// Channels below their OCaml values: buffering, growing, positions, and above all that a reader
// which finds nothing yet loses no byte. A non-blocking pipe stands for a page's stdin.
#include "runtime/prims/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/host/errors.h"
#include "runtime/host/host.h"

namespace bactrian {
namespace {

std::string unread(const Channel& c) {
  return std::string(channel_unread(c), channel_unread_size(c));
}

class ChannelTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(0, pipe2(pipe_, O_NONBLOCK));
    char pattern[] = "/tmp/bactrian-channel-XXXXXX";
    file_ = mkstemp(pattern);
    unlink(pattern);
  }
  void TearDown() override {
    while (all_channels() != nullptr) {
      channel_close(*all_channels());
      channel_free(*all_channels());
    }
    for (int fd : {pipe_[0], pipe_[1], file_}) close(fd);
  }
  void send(std::string_view bytes) const {
    ASSERT_EQ(static_cast<ssize_t>(bytes.size()), write(pipe_[1], bytes.data(), bytes.size()));
  }
  std::string content() const {
    HostStat st;
    EXPECT_EQ(0, host_fstat(file_, &st));
    std::string s(static_cast<std::size_t>(st.size), '\0');
    EXPECT_EQ(static_cast<ssize_t>(s.size()), pread(file_, s.data(), s.size(), 0));
    return s;
  }
  Channel& reader() const { return *channel_open(dup(pipe_[0]), false); }
  Channel& writer() const { return *channel_open(dup(file_), true); }

  int pipe_[2];
  int file_ = -1;
};

TEST_F(ChannelTest, WaitsWithoutLosingBytes) {
  Channel& c = reader();
  EXPECT_FALSE(c.seekable);
  EXPECT_EQ(ReadStatus::kWouldBlock, channel_refill(c));
  send("abc");
  EXPECT_EQ(ReadStatus::kWouldBlock, channel_fill_at_least(c, 5));
  EXPECT_EQ("abc", unread(c));
  send("def");
  EXPECT_EQ(ReadStatus::kOk, channel_fill_at_least(c, 5));
  EXPECT_EQ("abcdef", unread(c));
  channel_consume(c, 5);
  EXPECT_EQ(ReadStatus::kOk, channel_refill(c));
  EXPECT_EQ("f", unread(c));
}

TEST_F(ChannelTest, EndsAfterTheLastBytes) {
  Channel& c = reader();
  send("xy");
  close(pipe_[1]);
  pipe_[1] = -1;
  EXPECT_EQ(ReadStatus::kEnd, channel_fill_at_least(c, 3));
  EXPECT_EQ("xy", unread(c));
  channel_consume(c, 2);
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(c));
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(c));
}

TEST_F(ChannelTest, GrowsForWhatMustBeInOnePieceAndShrinksBehindIt) {
  std::string big;
  for (int i = 0; i < 300'000; i++) big += static_cast<char>('a' + i % 26);
  Channel& out = writer();
  EXPECT_EQ(0, channel_put_block(out, big.data(), big.size()));
  EXPECT_EQ(0, channel_flush(out));
  Channel& in = *channel_open(dup(file_), false);
  ASSERT_EQ(0, channel_seek_in(in, 10));
  EXPECT_EQ(ReadStatus::kOk, channel_fill_at_least(in, 250'000));
  EXPECT_EQ(10, channel_pos_in(in));
  EXPECT_EQ(big.substr(10, 250'000), unread(in).substr(0, 250'000));
  EXPECT_EQ(ReadStatus::kEnd, channel_fill_at_least(in, SIZE_MAX));
  EXPECT_EQ(big.substr(10), unread(in));
  channel_consume(in, channel_unread_size(in));
  EXPECT_EQ(300'000, channel_pos_in(in));
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(in));
  EXPECT_EQ(kChannelBufferSize, in.capacity);
}

TEST_F(ChannelTest, SeeksInsideTheBufferWithoutTheHost) {
  EXPECT_EQ(10, write(file_, "0123456789", 10));
  lseek(file_, 0, SEEK_SET);
  Channel& c = *channel_open(dup(file_), false);
  EXPECT_EQ(ReadStatus::kOk, channel_refill(c));
  EXPECT_EQ(0, channel_seek_in(c, 7));
  EXPECT_EQ("789", unread(c));
  EXPECT_EQ(0, channel_seek_in(c, 2));
  EXPECT_EQ("23456789", unread(c));
  EXPECT_EQ(10, lseek(file_, 0, SEEK_CUR));
  EXPECT_EQ(0, channel_seek_in(c, 12));
  EXPECT_EQ(12, channel_pos_in(c));
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(c));
  EXPECT_EQ(kEINVAL, channel_seek_in(c, -1));
  EXPECT_EQ(10, channel_size(c));
  EXPECT_EQ(12, channel_pos_in(c));
}

// What a program that seeks back then sees of a change of the file.
TEST_F(ChannelTest, TheEndDropsTheWindowOrKeepsIt) {
  EXPECT_EQ(4, pwrite(file_, "abcd", 4, 0));
  Channel& c = *channel_open(dup(file_), false);
  EXPECT_EQ(ReadStatus::kOk, channel_refill(c));
  channel_consume(c, 4);
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(c, AtEnd::kKeepWindow));
  EXPECT_EQ(4, pwrite(file_, "ABCD", 4, 0));
  EXPECT_EQ(0, channel_seek_in(c, 1));
  EXPECT_EQ("bcd", unread(c));
  channel_consume(c, 3);
  EXPECT_EQ(ReadStatus::kEnd, channel_refill(c));
  EXPECT_EQ(0, channel_seek_in(c, 1));
  EXPECT_EQ(ReadStatus::kOk, channel_refill(c));
  EXPECT_EQ("BCD", unread(c));
}

TEST_F(ChannelTest, WritesAFullBufferAtOnce) {
  Channel& c = writer();
  std::string most(kChannelBufferSize - 1, 'm');
  EXPECT_EQ(0, channel_put_block(c, most.data(), most.size()));
  EXPECT_EQ("", content());
  EXPECT_EQ(0, channel_put_block(c, "n", 1));
  EXPECT_EQ(most + "n", content());
  EXPECT_EQ(0, channel_put_char(c, 'o'));
  EXPECT_EQ(most + "n", content());
  EXPECT_EQ(static_cast<std::int64_t>(kChannelBufferSize) + 1, channel_pos_out(c));
  EXPECT_EQ(0, channel_seek_out(c, 0));
  EXPECT_EQ(most + "no", content());
  EXPECT_EQ(0, channel_put_block(c, "M", 1));
  flush_all_channels();
  EXPECT_EQ('M', content()[0]);
}

TEST_F(ChannelTest, AClosedChannelAlwaysFails) {
  Channel& out = writer();
  EXPECT_EQ(0, channel_close(out));
  EXPECT_EQ(0, channel_close(out));
  for (int i = 0; i < 2; i++) {
    EXPECT_EQ(kEBADF, channel_put_char(out, 'x'));
    EXPECT_EQ(kEBADF, channel_put_block(out, "xy", 2));
    EXPECT_EQ(kEBADF, channel_seek_out(out, 0));
    EXPECT_EQ(-kEBADF, channel_size(out));
  }
  EXPECT_EQ(0, channel_put_block(out, "", 0));
  Channel& in = reader();
  EXPECT_EQ(0, channel_close(in));
  EXPECT_EQ(ReadStatus::kError, channel_refill(in));
  EXPECT_EQ(kEBADF, in.error);
  EXPECT_EQ(ReadStatus::kError, channel_fill_at_least(in, 100));
  EXPECT_EQ(kEBADF, channel_seek_in(in, 3));
}

TEST_F(ChannelTest, DropsWhatCanNeverBeWritten) {
  std::signal(SIGPIPE, SIG_IGN);
  Channel& c = *channel_open(dup(pipe_[1]), true);
  close(pipe_[0]);
  pipe_[0] = -1;
  EXPECT_EQ(0, channel_put_block(c, "abc", 3));
  EXPECT_EQ(kEPIPE, channel_flush(c));
  EXPECT_EQ(0, channel_flush(c));
}

TEST_F(ChannelTest, KeepsWhatCannotBeWrittenNow) {
  Channel& c = *channel_open(dup(pipe_[1]), true);
  std::string filler(1 << 20, 'f');
  EXPECT_EQ(kEAGAIN, channel_put_block(c, filler.data(), filler.size()));
  EXPECT_GT(c.end, 0u);
  EXPECT_EQ(kEAGAIN, channel_flush(c));
}

TEST_F(ChannelTest, TheListHasTheNewestFirst) {
  Channel& a = reader();
  Channel& b = writer();
  Channel& c = reader();
  EXPECT_EQ(&c, all_channels());
  channel_close(b);
  channel_free(b);
  EXPECT_EQ(&a, c.next);
  EXPECT_EQ(nullptr, a.next);
}

}  // namespace
}  // namespace bactrian
