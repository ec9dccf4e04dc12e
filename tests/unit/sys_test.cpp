// SPDX-License-Identifier: Apache-2.0
// Sys's primitives under a collection at every allocation: files, the program's arguments and
// environment, and the texts of errors.
#include "runtime/prims/sys.h"

#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>

#include "runtime/interp/exit.h"
#include "runtime/interp/threads.h"
#include "tests/unit/prims_fixture.h"

namespace bactrian {

Value caml_sys_open(Value, Value, Value);
Value caml_sys_close(Value);
Value caml_sys_file_exists(Value);
Value caml_sys_is_directory(Value);
Value caml_sys_is_regular_file(Value);
Value caml_sys_remove(Value);
Value caml_sys_rename(Value, Value);
Value caml_sys_mkdir(Value, Value);
Value caml_sys_rmdir(Value);
Value caml_sys_chdir(Value);
Value caml_sys_getcwd(Value);
Value caml_sys_read_directory(Value);
Value caml_sys_getenv(Value);
Value caml_sys_argv(Value);
Value caml_sys_get_argv(Value);
Value caml_sys_modify_argv(Value);
Value caml_sys_executable_name(Value);
Value caml_sys_exit(Value);
Value caml_sys_system_command(Value);
Value caml_sys_random_seed(Value);
Value caml_sys_const_max_wosize(Value);
Value caml_runtime_parameters(Value);
Value caml_unix_sleep(Value);
Value caml_unix_gettimeofday(Value);
Value caml_unix_time(Value);

namespace {

class SysTest : public PrimsTest {
 protected:
  void SetUp() override {
    PrimsTest::SetUp();
    char pattern[] = "/tmp/bactrian-sys-XXXXXX";
    dir_ = mkdtemp(pattern);
  }
  void TearDown() override {
    ASSERT_EQ(0, std::system(("rm -rf " + dir_).c_str()));
    PrimsTest::TearDown();
  }
  Value path(std::string_view name) const { return string(dir_ + "/" + std::string(name)); }
  // With [Open_wronly; Open_creat; Open_excl].
  Value create(std::string_view name) const {
    Root p(path(name));
    Root flags(Val_emptylist);
    for (int flag : {5, 3, 1}) flags = caml_alloc_cons(Val_int(flag), flags);
    return caml_sys_open(p, flags, Val_int(0644));
  }
  std::string full(std::string_view name, const char* error) const {
    return dir_ + "/" + std::string(name) + ": " + error;
  }
  std::string dir_;
};

TEST_F(SysTest, FilesComeAndGo) {
  Value fd = create("a");
  ASSERT_TRUE(Is_long(fd));
  EXPECT_EQ(Val_unit, caml_sys_close(fd));
  EXPECT_TRUE(raised(create("a"), PredefExn::Sys_error, full("a", "File exists")));
  EXPECT_EQ(Val_true, caml_sys_file_exists(path("a")));
  EXPECT_EQ(Val_true, caml_sys_is_regular_file(path("a")));
  EXPECT_EQ(Val_false, caml_sys_is_directory(path("a")));
  Root from(path("a"));
  Root to(path("b"));
  EXPECT_EQ(Val_unit, caml_sys_rename(from, to));
  EXPECT_TRUE(raised(caml_sys_rename(from, to), PredefExn::Sys_error, "No such file or directory"));
  EXPECT_EQ(Val_unit, caml_sys_remove(path("b")));
  EXPECT_TRUE(raised(caml_sys_remove(path("b")), PredefExn::Sys_error,
                     full("b", "No such file or directory")));
}

TEST_F(SysTest, APathWithNulNamesNothing) {
  std::string name("a\0b", 3);
  EXPECT_EQ(Val_false, caml_sys_file_exists(path(name)));
  EXPECT_TRUE(raised(caml_sys_mkdir(path(name), Val_int(0755)), PredefExn::Sys_error,
                     full(name, "No such file or directory")));
}

TEST_F(SysTest, DirectoriesAreListed) {
  EXPECT_EQ(Val_unit, caml_sys_mkdir(path("d"), Val_int(0755)));
  EXPECT_EQ(0u, Wosize_val(caml_sys_read_directory(path("d"))));
  std::set<std::string> names;
  for (int i = 0; i < 300; i++) {
    names.insert("name" + std::to_string(i));
    caml_sys_close(create("d/name" + std::to_string(i)));
  }
  Root list(caml_sys_read_directory(path("d")));
  std::set<std::string> found;
  for (mlsize_t i = 0; i < Wosize_val(list); i++) found.insert(text(Field(list, i)));
  EXPECT_EQ(names, found);
  EXPECT_TRUE(
      raised(caml_sys_rmdir(path("d")), PredefExn::Sys_error, full("d", "Directory not empty")));
  EXPECT_TRUE(raised(caml_sys_read_directory(path("e")), PredefExn::Sys_error,
                     full("e", "No such file or directory")));
}

TEST_F(SysTest, TheCurrentDirectoryChanges) {
  Root old(caml_sys_getcwd(Val_unit));
  EXPECT_EQ(Val_unit, caml_sys_chdir(string(dir_)));
  EXPECT_EQ(dir_, text(caml_sys_getcwd(Val_unit)));
  EXPECT_EQ(Val_unit, caml_sys_chdir(old));
}

TEST_F(SysTest, ArgumentsAndEnvironment) {
  const char* argv[] = {"program", "", "two"};
  ASSERT_TRUE(set_program_arguments("/bin/program", argv));
  EXPECT_EQ("/bin/program", text(caml_sys_executable_name(Val_unit)));
  EXPECT_EQ(3u, Wosize_val(caml_sys_argv(Val_unit)));
  Root pair(caml_sys_get_argv(Val_unit));
  EXPECT_EQ("two", text(Field(Field(pair, 1), 2)));
  EXPECT_EQ(Val_unit, caml_sys_modify_argv(caml_alloc(1, 0)));
  caml_full_major();
  EXPECT_EQ(1u, Wosize_val(caml_sys_argv(Val_unit)));

  setenv("BACTRIAN_SYS_TEST", "value", 1);
  EXPECT_EQ("value", text(caml_sys_getenv(string("BACTRIAN_SYS_TEST"))));
  EXPECT_TRUE(raised(caml_sys_getenv(string("BACTRIAN_SYS_TEST_")), PredefExn::Not_found));
}

TEST_F(SysTest, Commands) {
  EXPECT_EQ(Val_int(3), caml_sys_system_command(string("exit 3")));
  EXPECT_TRUE(raised(caml_sys_system_command(string({"a\0", 2})), PredefExn::Sys_error,
                     std::string("a\0: Invalid argument", 20)));
}

TEST_F(SysTest, ExitIsAskedFor) {
  EXPECT_EQ(kNoValue, caml_sys_exit(Val_int(7)));
  EXPECT_TRUE(exit_requested());
  EXPECT_EQ(7, exit_code());
  clear_exit_request();
}

TEST_F(SysTest, ParametersAreThoseOfOptions) {
  options() = Options{};
  EXPECT_EQ("b=0,c=0,e=16,l=134217728,M=44,m=100,n=70000,o=120,p=0,s=262144,t=0,v=0,V=0,W=0",
            text(caml_runtime_parameters(Val_unit)));
  EXPECT_EQ(Val_long((intnat{1} << 54) - 1), caml_sys_const_max_wosize(Val_unit));
  EXPECT_EQ(12u, Wosize_val(caml_sys_random_seed(Val_unit)));
}

TEST_F(SysTest, SleepWaitsForATime) {
  Thread thread;
  dom().current_thread = &thread;
  EXPECT_EQ(Val_unit, caml_unix_sleep(caml_copy_double(-1)));
  Root seconds(caml_copy_double(1000));
  EXPECT_EQ(kNoValue, caml_unix_sleep(seconds));
  EXPECT_EQ(Wait::Kind::kDeadline, thread.wait.kind);
  EXPECT_NEAR(Double_val(caml_unix_gettimeofday(Val_unit)) + 1000, thread.wait.seconds, 10);
  thread.wait_over = true;
  EXPECT_EQ(Val_unit, caml_unix_sleep(seconds));
  dom().current_thread = nullptr;
  double now = Double_val(caml_unix_time(Val_unit));
  EXPECT_EQ(now, static_cast<double>(static_cast<std::int64_t>(now)));
}

}  // namespace
}  // namespace bactrian
