// SPDX-License-Identifier: Apache-2.0
// The host border over POSIX: results, negative error numbers, and the calls that copy out a
// length.
#include "runtime/host/host.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "runtime/host/errors.h"

namespace bactrian {
namespace {

class HostTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/bactrian-host-XXXXXX";
    dir_ = mkdtemp(pattern);
  }
  void TearDown() override { ASSERT_EQ(0, std::system(("rm -rf " + dir_).c_str())); }

  std::string path(std::string_view name) const { return dir_ + "/" + std::string(name); }
  static std::int32_t open_file(const std::string& p, std::int32_t flags) {
    return host_open(p.data(), p.size(), flags, 0644);
  }
  std::string dir_;
};

TEST_F(HostTest, ErrorsHaveTheTextsOfTheCLibrary) {
#define HOST_ERROR(name, number, text)  \
  EXPECT_STREQ(strerror(number), text); \
  EXPECT_STREQ(text, host_error_text(number));
#include "runtime/host/errors.def"
#undef HOST_ERROR
  EXPECT_STREQ("Unknown error 4095", host_error_text(4095));
}

TEST_F(HostTest, WritesSeeksReadsTruncates) {
  std::string p = path("f");
  std::int32_t fd = open_file(p, kOpenRead | kOpenWrite | kOpenCreate | kOpenExclusive);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(-kEEXIST, open_file(p, kOpenWrite | kOpenCreate | kOpenExclusive));
  EXPECT_EQ(10, host_write(fd, "0123456789", 10));
  EXPECT_EQ(10.0, host_seek(fd, 0, 1));
  EXPECT_EQ(6.0, host_seek(fd, -4, 2));
  char buffer[8];
  EXPECT_EQ(4, host_read(fd, buffer, sizeof buffer));
  EXPECT_EQ(0, std::memcmp(buffer, "6789", 4));
  EXPECT_EQ(0, host_read(fd, buffer, sizeof buffer));
  EXPECT_EQ(-kEINVAL, host_seek(fd, -1, 0));
  EXPECT_EQ(0, host_truncate(fd, 3));
  HostStat st;
  EXPECT_EQ(0, host_fstat(fd, &st));
  EXPECT_EQ(3.0, st.size);
  EXPECT_EQ(0, host_isatty(fd));
  EXPECT_LT(host_terminal_rows(fd), 0);
  EXPECT_EQ(0, host_close(fd));
  EXPECT_EQ(-kEBADF, host_close(fd));
  EXPECT_EQ(-kEBADF, host_read(fd, buffer, 1));
}

TEST_F(HostTest, AppendsAtTheEndWhereverThePositionIs) {
  std::string p = path("f");
  std::int32_t fd = open_file(p, kOpenWrite | kOpenCreate);
  host_write(fd, "ab", 2);
  host_close(fd);
  fd = open_file(p, kOpenWrite | kOpenAppend);
  EXPECT_EQ(0.0, host_seek(fd, 0, 0));
  EXPECT_EQ(1, host_write(fd, "c", 1));
  EXPECT_EQ(3.0, host_seek(fd, 0, 1));
  host_close(fd);
}

TEST_F(HostTest, ReadsOnlyWhatItWasOpenedFor) {
  std::string p = path("f");
  std::int32_t fd = open_file(p, kOpenWrite | kOpenCreate);
  char c;
  EXPECT_EQ(-kEBADF, host_read(fd, &c, 1));
  host_close(fd);
  fd = open_file(p, kOpenRead);
  EXPECT_EQ(-kEBADF, host_write(fd, "x", 1));
  host_close(fd);
  EXPECT_EQ(-kENOENT, open_file(path("none"), kOpenRead));
  EXPECT_EQ(-kEISDIR, open_file(dir_, kOpenWrite));
}

TEST_F(HostTest, PathsAreNotZeroTerminated) {
  std::string p = path("name") + "tail";
  std::int32_t fd = host_open(p.data(), p.size() - 4, kOpenWrite | kOpenCreate, 0600);
  ASSERT_GE(fd, 0);
  host_close(fd);
  HostStat st;
  EXPECT_EQ(0, host_stat(p.data(), p.size() - 4, 1, &st));
  EXPECT_EQ(static_cast<double>(FileKind::kRegular), st.kind);
  EXPECT_EQ(double{0600}, st.mode);
  EXPECT_EQ(-kENOENT, host_stat(p.data(), p.size(), 1, &st));
}

TEST_F(HostTest, DirectoriesAreMadeListedAndRemoved) {
  std::string sub = path("sub");
  EXPECT_EQ(0, host_mkdir(sub.data(), sub.size(), 0755));
  EXPECT_EQ(-kEEXIST, host_mkdir(sub.data(), sub.size(), 0755));
  EXPECT_EQ(0, host_readdir(sub.data(), sub.size(), nullptr, 0));
  std::set<std::string> names = {"a", "bb", "c c"};
  for (const auto& name : names) {
    std::string p = sub + "/" + name;
    host_close(open_file(p, kOpenWrite | kOpenCreate));
  }
  EXPECT_EQ(8, host_readdir(sub.data(), sub.size(), nullptr, 0));
  char list[9] = {};
  EXPECT_EQ(8, host_readdir(sub.data(), sub.size(), list, 8));
  std::set<std::string> found;
  for (const char* q = list; q < list + 8; q += std::strlen(q) + 1) found.insert(q);
  EXPECT_EQ(names, found);
  EXPECT_EQ(-kENOTEMPTY, host_rmdir(sub.data(), sub.size()));
  for (const auto& name : names) {
    std::string p = sub + "/" + name;
    EXPECT_EQ(0, host_unlink(p.data(), p.size()));
  }
  EXPECT_EQ(0, host_rmdir(sub.data(), sub.size()));
  EXPECT_EQ(-kENOENT, host_readdir(sub.data(), sub.size(), nullptr, 0));
}

TEST_F(HostTest, LinksAreFollowedOrNot) {
  std::string link = path("link");
  ASSERT_EQ(0, symlink(dir_.c_str(), link.c_str()));
  HostStat st;
  EXPECT_EQ(0, host_stat(link.data(), link.size(), 1, &st));
  EXPECT_EQ(static_cast<double>(FileKind::kDirectory), st.kind);
  EXPECT_EQ(0, host_stat(link.data(), link.size(), 0, &st));
  EXPECT_EQ(static_cast<double>(FileKind::kSymlink), st.kind);
}

TEST_F(HostTest, LengthsComeBackWhateverFits) {
  setenv("BACTRIAN_HOST_TEST", "hello", 1);
  char buffer[8] = {};
  EXPECT_EQ(5, host_getenv("BACTRIAN_HOST_TESTx", 18, nullptr, 0));
  EXPECT_EQ(5, host_getenv("BACTRIAN_HOST_TEST", 18, buffer, 3));
  EXPECT_STREQ("hel", buffer);
  EXPECT_EQ(-1, host_getenv("BACTRIAN_HOST_TEST_NOT_SET", 26, buffer, 3));

  std::string old(static_cast<std::size_t>(host_getcwd(nullptr, 0)), '\0');
  host_getcwd(old.data(), old.size());
  EXPECT_EQ(0, host_chdir(dir_.data(), dir_.size()));
  std::string now(static_cast<std::size_t>(host_getcwd(nullptr, 0)), '\0');
  host_getcwd(now.data(), now.size());
  EXPECT_EQ(dir_, now);
  EXPECT_EQ(0, host_chdir(old.data(), old.size()));
}

TEST_F(HostTest, RunsCommandsAndTellsTheTime) {
  EXPECT_EQ(7, host_system("exit 7", 6));
  EXPECT_EQ(255, host_system("kill -9 $$", 10));
  EXPECT_GT(host_now(), 1.6e9);
  EXPECT_GE(host_cpu_time(), 0.0);
  unsigned char bytes[64] = {};
  host_random(bytes, sizeof bytes);
  EXPECT_GT(std::set<unsigned char>(bytes, bytes + 64).size(), 8u);
}

}  // namespace
}  // namespace bactrian
