// SPDX-License-Identifier: Apache-2.0
// Channel primitives under a collection at every allocation: results, exceptions, suspending and
// going on, and when a channel's memory ends.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "runtime/interp/threads.h"
#include "runtime/prims/bigarray.h"
#include "runtime/prims/channel.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {

Value caml_ml_open_descriptor_in(Value);
Value caml_ml_open_descriptor_out(Value);
Value caml_ml_close_channel(Value);
Value caml_ml_out_channels_list(Value);
Value caml_ml_set_channel_name(Value, Value);
Value caml_ml_input_char(Value);
Value caml_ml_input_int(Value);
Value caml_ml_input(Value, Value, Value, Value);
Value caml_ml_input_scan_line(Value);
Value caml_ml_output_bytes(Value, Value, Value, Value);
Value caml_ml_output_int(Value, Value);
Value caml_ml_flush(Value);
Value caml_ml_pos_out_64(Value);
Value caml_ml_enable_runtime_warnings(Value);

namespace {

class ChannelPrimsTest : public PrimsTest {
 protected:
  void SetUp() override {
    PrimsTest::SetUp();
    dom().current_thread = &thread_;
    ASSERT_EQ(0, pipe2(pipe_, O_NONBLOCK));
    char pattern[] = "/tmp/bactrian-channel-XXXXXX";
    file_ = mkstemp(pattern);
    unlink(pattern);
  }
  void TearDown() override {
    caml_full_major();
    caml_full_major();
    EXPECT_EQ(nullptr, all_channels()) << "a channel survived its owners";
    for (int fd : {pipe_[0], pipe_[1], file_}) close(fd);
    dom().current_thread = nullptr;
    PrimsTest::TearDown();
  }
  void send(std::string_view bytes) const {
    ASSERT_EQ(static_cast<ssize_t>(bytes.size()), write(pipe_[1], bytes.data(), bytes.size()));
  }
  // A primitive's result is kNoValue because the thread waits for the pipe. Wakes it.
  testing::AssertionResult suspended(Value result) {
    if (result != kNoValue) return testing::AssertionFailure() << "did not suspend";
    if (dom().exn_bucket != kNoValue) return testing::AssertionFailure() << "raised";
    if (thread_.state != ThreadState::kWaiting || thread_.wait.kind != Wait::Kind::kReadable ||
        thread_.wait.id != static_cast<std::uintptr_t>(pipe_[0]))
      return testing::AssertionFailure() << "waits for something else";
    thread_ = Thread{};
    return testing::AssertionSuccess();
  }
  Value reader() const { return caml_ml_open_descriptor_in(Val_int(pipe_[0])); }
  Value writer() const { return caml_ml_open_descriptor_out(Val_int(file_)); }

  Thread thread_;
  int pipe_[2];
  int file_ = -1;
};

TEST_F(ChannelPrimsTest, ReadsGoOnWhereTheySuspended) {
  Root ic(reader());
  EXPECT_TRUE(suspended(caml_ml_input_char(ic)));
  send("ab");
  EXPECT_EQ(Val_int('a'), caml_ml_input_char(ic));
  EXPECT_TRUE(suspended(caml_ml_input_int(ic)));
  send("\xff\xff\xfe");
  EXPECT_EQ(Val_long(0x62fffffe), caml_ml_input_int(ic));
  send("xy");
  EXPECT_TRUE(suspended(caml_ml_input_scan_line(ic)));
  send("z\nrest");
  EXPECT_EQ(Val_int(4), caml_ml_input_scan_line(ic));
  Root buffer(string("........"));
  EXPECT_EQ(Val_int(5), caml_ml_input(ic, buffer, Val_int(1), Val_int(5)));
  EXPECT_EQ(".xyz\nr..", text(buffer));
  EXPECT_EQ(Val_int(3), caml_ml_input(ic, buffer, Val_int(0), Val_int(8)));
  EXPECT_TRUE(suspended(caml_ml_input(ic, buffer, Val_int(0), Val_int(8))));
  EXPECT_EQ(Val_int(0), caml_ml_input(ic, buffer, Val_int(0), Val_int(0)));
}

TEST_F(ChannelPrimsTest, TheEnd) {
  Root ic(reader());
  send("abc");
  close(pipe_[1]);
  pipe_[1] = -1;
  EXPECT_EQ(Val_int(-3), caml_ml_input_scan_line(ic));
  EXPECT_TRUE(raised(caml_ml_input_int(ic), PredefExn::End_of_file));
  EXPECT_TRUE(raised(caml_ml_input_char(ic), PredefExn::End_of_file));
  EXPECT_EQ(Val_int(0), caml_ml_input_scan_line(ic));
}

TEST_F(ChannelPrimsTest, NegativeIntsKeepTheirSign) {
  Root oc(writer());
  EXPECT_EQ(Val_unit, caml_ml_output_int(oc, Val_long(-5)));
  EXPECT_EQ(4, Int64_val(caml_ml_pos_out_64(oc)));
  EXPECT_EQ(Val_unit, caml_ml_flush(oc));
  lseek(file_, 0, SEEK_SET);
  Root ic(caml_ml_open_descriptor_in(Val_int(file_)));
  EXPECT_EQ(Val_long(-5), caml_ml_input_int(ic));
}

TEST_F(ChannelPrimsTest, ClosedChannelsSayBadFileDescriptor) {
  Root ic(caml_ml_open_descriptor_in(Val_int(dup(pipe_[0]))));
  EXPECT_EQ(Val_unit, caml_ml_close_channel(ic));
  EXPECT_EQ(Val_unit, caml_ml_close_channel(ic));
  EXPECT_TRUE(raised(caml_ml_input_char(ic), PredefExn::Sys_error, "Bad file descriptor"));
  Root oc(caml_ml_open_descriptor_out(Val_int(dup(file_))));
  EXPECT_EQ(Val_unit, caml_ml_close_channel(oc));
  Root bytes(string("x"));
  EXPECT_TRUE(raised(caml_ml_output_bytes(oc, bytes, Val_int(0), Val_int(1)), PredefExn::Sys_error,
                     "Bad file descriptor"));
  EXPECT_EQ(Val_unit, caml_ml_flush(oc));
}

TEST_F(ChannelPrimsTest, UnwrittenBytesKeepAChannelUntilItIsFlushed) {
  {
    Root oc(writer());
    Root bytes(string("late"));
    EXPECT_EQ(Val_unit, caml_ml_output_bytes(oc, bytes, Val_int(0), Val_int(4)));
  }
  caml_full_major();
  caml_full_major();
  ASSERT_NE(nullptr, all_channels());
  EXPECT_EQ(0u, all_channels()->owners);
  Root list(caml_ml_out_channels_list(Val_unit));
  ASSERT_NE(Val_emptylist, list.get());
  EXPECT_EQ(Val_emptylist, Field(list, 1));
  EXPECT_EQ(Val_unit, caml_ml_flush(Field(list, 0)));
  char buffer[4];
  EXPECT_EQ(4, pread(file_, buffer, 4, 0));
}

TEST_F(ChannelPrimsTest, TheListHasOpenOutputChannelsOnlyTheNewestFirst) {
  Root a(writer());
  Root b(reader());
  Root c(caml_ml_open_descriptor_out(Val_int(dup(file_))));
  Root d(writer());
  EXPECT_EQ(Val_unit, caml_ml_close_channel(c));
  Root list(caml_ml_out_channels_list(Val_unit));
  EXPECT_EQ(&Channel_val(d), &Channel_val(Field(list, 0)));
  EXPECT_EQ(&Channel_val(a), &Channel_val(Field(Field(list, 1), 0)));
  EXPECT_EQ(Val_emptylist, Field(Field(list, 1), 1));
  EXPECT_EQ(2u, Channel_val(a).owners);
}

TEST_F(ChannelPrimsTest, WarnsOfChannelsThatWereNotClosed) {
  caml_ml_enable_runtime_warnings(Val_true);
  testing::internal::CaptureStderr();
  {
    Root ic(reader());
    Root name(string("some/file"));
    caml_ml_set_channel_name(ic, name);
  }
  caml_full_major();
  caml_full_major();
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.npos, said.find("[ocaml] channel opened on file 'some/file' dies without being "
                                 "closed\n"));
}

}  // namespace
}  // namespace bactrian
