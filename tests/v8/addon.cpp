// SPDX-License-Identifier: Apache-2.0
// The suite as a Node addon: run(arguments, operations) → exit code, called by tests/v8/run.mjs
// inside npm's Node.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/v8/operations.h"

namespace {

// run(["--gtest_filter=…", …], as register_operations takes it)
void run(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::vector<std::string> words = {"v8_tests"};
  auto given = info[0].As<v8::Array>();
  for (std::uint32_t i = 0; i < given->Length(); i++) {
    v8::String::Utf8Value word(isolate, given->Get(context, i).ToLocalChecked());
    words.emplace_back(*word);
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(words.size());
  testing::InitGoogleTest(&argc, argv.data());
  bactrian::v8test::register_operations(context, info[1].As<v8::Object>());
  info.GetReturnValue().Set(RUN_ALL_TESTS());
}

}  // namespace

// Found by its name. (NODE_MODULE_INIT() would also register it from a constructor, with a cast
// that clang warns of.)
extern "C" NODE_MODULE_EXPORT void NODE_MODULE_INITIALIZER(v8::Local<v8::Object> exports,
                                                           v8::Local<v8::Value>,
                                                           v8::Local<v8::Context> context, void*) {
  auto function = v8::Function::New(context, run).ToLocalChecked();
  auto* isolate = v8::Isolate::GetCurrent();
  exports->Set(context, v8::String::NewFromUtf8Literal(isolate, "run"), function).Check();
}
