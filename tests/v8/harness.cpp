// SPDX-License-Identifier: Apache-2.0
// What JavaScript can do shortly is done by it: `new WebAssembly.Memory(…)` is one line there and
// thirty here.
#include "tests/v8/harness.h"

#include <cstring>

namespace bactrian::v8test {

namespace {

v8::Local<v8::Context> context() { return isolate()->GetCurrentContext(); }

v8::Local<v8::String> js_string(std::string_view text) {
  return v8::String::NewFromUtf8(isolate(), text.data(), v8::NewStringType::kNormal,
                                 static_cast<int>(text.size()))
      .ToLocalChecked();
}

std::string text_of(v8::Local<v8::Value> value) {
  v8::String::Utf8Value text(isolate(), value);
  return *text == nullptr ? "(no text)"
                          : std::string(*text, static_cast<std::size_t>(text.length()));
}

std::string message_of(const v8::TryCatch& caught) {
  return caught.HasCaught() ? text_of(caught.Exception()) : "no result and no exception";
}

// The value of an expression; a mistake in it is ours.
v8::Local<v8::Value> evaluate(const std::string& expression) {
  v8::TryCatch caught(isolate());
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> value;
  if (v8::Script::Compile(context(), js_string(expression)).ToLocal(&script) &&
      script->Run(context()).ToLocal(&value))
    return value;
  ADD_FAILURE() << expression << ": " << message_of(caught);
  return v8::Undefined(isolate());
}

// Calls the function that an expression makes.
v8::MaybeLocal<v8::Value> call_js(const std::string& function,
                                  std::vector<v8::Local<v8::Value>> arguments) {
  v8::Local<v8::Value> made = evaluate(function);
  if (!made->IsFunction()) return {};
  return made.As<v8::Function>()->Call(context(), v8::Undefined(isolate()),
                                       static_cast<int>(arguments.size()), arguments.data());
}

v8::Local<v8::Value> js_number(const Number& number) {
  if (auto* i32 = std::get_if<std::int32_t>(&number)) return v8::Integer::New(isolate(), *i32);
  if (auto* i64 = std::get_if<std::int64_t>(&number)) return v8::BigInt::New(isolate(), *i64);
  return v8::Number::New(isolate(), std::get<double>(number));
}

// A number that is an i32 is taken for one: what the callee declared cannot be seen from here, and
// as_double() gives the same for both, but for the sign of zero, which IsInt32() knows.
std::optional<Number> number_of(v8::Local<v8::Value> value) {
  if (value->IsBigInt()) return value.As<v8::BigInt>()->Int64Value();
  if (value->IsInt32()) return value.As<v8::Int32>()->Value();
  if (value->IsNumber()) return value.As<v8::Number>()->Value();
  return std::nullopt;
}

v8::Local<v8::Value> converted(const Number& number, ResultType type) {
  switch (type) {
    case ResultType::kNone: return v8::Undefined(isolate());
    case ResultType::kI32:
      return v8::Integer::New(isolate(), static_cast<std::int32_t>(as_int(number)));
    case ResultType::kI64: return v8::BigInt::New(isolate(), as_int(number));
    case ResultType::kF64: return v8::Number::New(isolate(), as_double(number));
  }
  return v8::Undefined(isolate());
}

v8::MaybeLocal<v8::WasmModuleObject> compile(const Bytes& bytes) {
  return v8::WasmModuleObject::Compile(isolate(), {bytes.data(), bytes.size()});
}

}  // namespace

v8::Isolate* isolate() { return v8::Isolate::GetCurrent(); }

std::int64_t as_int(const Number& number) {
  if (auto* i32 = std::get_if<std::int32_t>(&number)) return *i32;
  if (auto* i64 = std::get_if<std::int64_t>(&number)) return *i64;
  return static_cast<std::int64_t>(std::get<double>(number));
}

double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

void V8Test::TearDown() {
  imports_.Reset();
  exports_.clear();
  hosts_.clear();
}

void V8Test::make_world(const WorldSize& size) {
  v8::HandleScope scope(isolate());
  std::string expression =
      "({ m: new WebAssembly.Memory({ initial: " + std::to_string(size.memory_pages) +
      ", maximum: " + std::to_string(size.max_memory_pages) + " }),";
  std::string table =
      "new WebAssembly.Table({ element: 'anyfunc', initial: " + std::to_string(size.table_size) +
      " }),";
  expression += " c: " + table;
  for (int arity = 1; arity <= kArityTables; arity++)
    expression += " t" + std::to_string(arity) + ": " + table;
  v8::Local<v8::Value> made = evaluate(expression + "})");
  ASSERT_TRUE(made->IsObject());
  imports_.Reset(isolate(), made.As<v8::Object>());
  exports_.clear();
}

v8::Local<v8::Object> V8Test::imports() { return imports_.Get(isolate()); }

v8::Local<v8::Value> V8Test::import_named(std::string_view name) {
  return imports()->Get(context(), js_string(name)).ToLocalChecked();
}

void V8Test::call_host(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Host* host =
      static_cast<Host*>(info.Data().As<v8::External>()->Value(v8::kExternalPointerTypeTagDefault));
  Numbers arguments;
  for (int i = 0; i < info.Length(); i++) {
    if (info[i]->IsBigInt())
      arguments.push_back(info[i].As<v8::BigInt>()->Int64Value());
    else
      arguments.push_back(info[i]->NumberValue(context()).FromMaybe(0.0));
  }
  info.GetReturnValue().Set(converted(host->function(arguments), host->result));
}

void V8Test::import_function(const std::string& name, ResultType result, HostFunction function) {
  v8::HandleScope scope(isolate());
  hosts_.push_back({std::move(function), result});
  auto data = v8::External::New(isolate(), &hosts_.back(), v8::kExternalPointerTypeTagDefault);
  auto made = v8::Function::New(context(), call_host, data).ToLocalChecked();
  imports()->Set(context(), js_string(name), made).Check();
}

void V8Test::import_global(const std::string& name, const Number& value, bool is_mutable) {
  v8::HandleScope scope(isolate());
  constexpr const char* kTypes[] = {"i32", "i64", "f64"};
  auto made =
      call_js("((value, type, mutable) => new WebAssembly.Global({ value: type, mutable }, value))",
              {js_number(value), js_string(kTypes[value.index()]),
               v8::Boolean::New(isolate(), is_mutable)});
  imports()->Set(context(), js_string(name), made.ToLocalChecked()).Check();
}

Number V8Test::read_global(const std::string& name) {
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> value;
  if (call_js("((global) => global.value)", {import_named(name)}).ToLocal(&value))
    if (auto number = number_of(value)) return *number;
  ADD_FAILURE() << "no global " << name;
  return std::int64_t{0};
}

std::string V8Test::validate(const Bytes& bytes) {
  v8::HandleScope scope(isolate());
  v8::TryCatch caught(isolate());
  return compile(bytes).IsEmpty() ? message_of(caught) : "";
}

Instance V8Test::instantiate(const Bytes& bytes) {
  v8::HandleScope scope(isolate());
  v8::TryCatch caught(isolate());
  v8::Local<v8::WasmModuleObject> module;
  v8::Local<v8::Value> exports = v8::Object::New(isolate());
  if (!compile(bytes).ToLocal(&module) ||
      !call_js("((module, b) => new WebAssembly.Instance(module, { b }).exports)",
               {module, imports()})
           .ToLocal(&exports))
    ADD_FAILURE() << "instantiate: " << message_of(caught);
  exports_.emplace_back(isolate(), exports.As<v8::Object>());
  return Instance(static_cast<int>(exports_.size()) - 1);
}

v8::Local<v8::Value> V8Test::export_named(Instance instance, std::string_view name) {
  return exports_[static_cast<std::size_t>(instance.index_)]
      .Get(isolate())
      ->Get(context(), js_string(name))
      .ToLocalChecked();
}

Outcome V8Test::apply(v8::Local<v8::Value> function, const Numbers& arguments) {
  if (!function->IsFunction()) return {std::nullopt, "not a function: " + text_of(function)};
  std::vector<v8::Local<v8::Value>> values;
  for (const Number& argument : arguments) values.push_back(js_number(argument));
  v8::TryCatch caught(isolate());
  v8::Local<v8::Value> result;
  if (!function.As<v8::Function>()
           ->Call(context(), v8::Undefined(isolate()), static_cast<int>(values.size()),
                  values.data())
           .ToLocal(&result))
    return {std::nullopt, message_of(caught)};
  return {number_of(result), ""};
}

Outcome V8Test::try_call(Instance instance, std::string_view name, const Numbers& arguments) {
  v8::HandleScope scope(isolate());
  return apply(export_named(instance, name), arguments);
}

std::int64_t V8Test::call(Instance instance, std::string_view name, const Numbers& arguments) {
  Outcome outcome = try_call(instance, name, arguments);
  EXPECT_TRUE(outcome.ok()) << name << ": " << outcome.error;
  return as_int(outcome.result.value_or(std::int64_t{0}));
}

double V8Test::call_double(Instance instance, std::string_view name, const Numbers& arguments) {
  Outcome outcome = try_call(instance, name, arguments);
  EXPECT_TRUE(outcome.ok()) << name << ": " << outcome.error;
  return as_double(outcome.result.value_or(0.0));
}

v8::Local<v8::Value> V8Test::table_slot(std::string_view table, std::uint32_t index) {
  v8::TryCatch caught(isolate());
  v8::Local<v8::Value> slot;
  if (call_js("((table, index) => table.get(index))",
              {import_named(table), v8::Integer::NewFromUnsigned(isolate(), index)})
          .ToLocal(&slot))
    return slot;
  ADD_FAILURE() << table << "[" << index << "]: " << message_of(caught);
  return v8::Undefined(isolate());
}

Outcome V8Test::try_call_table(std::string_view table, std::uint32_t index,
                               const Numbers& arguments) {
  v8::HandleScope scope(isolate());
  return apply(table_slot(table, index), arguments);
}

std::int64_t V8Test::call_table(std::string_view table, std::uint32_t index,
                                const Numbers& arguments) {
  Outcome outcome = try_call_table(table, index, arguments);
  EXPECT_TRUE(outcome.ok()) << table << "[" << index << "]: " << outcome.error;
  return as_int(outcome.result.value_or(std::int64_t{0}));
}

bool V8Test::table_slot_is_null(std::string_view table, std::uint32_t index) {
  v8::HandleScope scope(isolate());
  return table_slot(table, index)->IsNull();
}

void V8Test::set_table_slot(std::string_view table, std::uint32_t index, Instance instance,
                            std::string_view name) {
  v8::HandleScope scope(isolate());
  v8::TryCatch caught(isolate());
  auto done = call_js("((table, index, f) => table.set(index, f))",
                      {import_named(table), v8::Integer::NewFromUnsigned(isolate(), index),
                       export_named(instance, name)});
  EXPECT_FALSE(done.IsEmpty()) << table << "[" << index << "] = " << name << ": "
                               << message_of(caught);
}

std::uint32_t V8Test::table_size(std::string_view table) {
  v8::HandleScope scope(isolate());
  auto length = call_js("((table) => table.length)", {import_named(table)}).ToLocalChecked();
  return length->Uint32Value(context()).FromMaybe(0);
}

void V8Test::grow_table(std::string_view table, std::uint32_t by) {
  v8::HandleScope scope(isolate());
  auto done = call_js("((table, by) => table.grow(by))",
                      {import_named(table), v8::Integer::NewFromUnsigned(isolate(), by)});
  EXPECT_FALSE(done.IsEmpty());
}

// Asked for anew each time: growing the memory replaces its buffer.
std::uint8_t* V8Test::memory_at(std::uint32_t address, std::uint32_t length) {
  v8::HandleScope scope(isolate());
  auto buffer = import_named("m").As<v8::WasmMemoryObject>()->Buffer();
  if (std::size_t{address} + length <= buffer->ByteLength())
    return static_cast<std::uint8_t*>(buffer->Data()) + address;
  ADD_FAILURE() << "address " << address << " is beyond the memory's " << buffer->ByteLength()
                << " bytes";
  return nullptr;
}

namespace {

template <class T>
T load(const std::uint8_t* at) {
  T value{};
  if (at != nullptr) std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(std::uint8_t* at, T value) {
  if (at != nullptr) std::memcpy(at, &value, sizeof value);
}

}  // namespace

std::int64_t V8Test::read_i64(std::uint32_t a) { return load<std::int64_t>(memory_at(a, 8)); }
std::int32_t V8Test::read_i32(std::uint32_t a) { return load<std::int32_t>(memory_at(a, 4)); }
double V8Test::read_double(std::uint32_t a) { return load<double>(memory_at(a, 8)); }
void V8Test::write_i64(std::uint32_t a, std::int64_t value) { store(memory_at(a, 8), value); }
void V8Test::write_i32(std::uint32_t a, std::int32_t value) { store(memory_at(a, 4), value); }
void V8Test::write_double(std::uint32_t a, double value) { store(memory_at(a, 8), value); }

void V8Test::write_bytes(std::uint32_t address, std::string_view bytes) {
  auto* at = memory_at(address, static_cast<std::uint32_t>(bytes.size()));
  if (at != nullptr) std::memcpy(at, bytes.data(), bytes.size());
}

std::string V8Test::read_bytes(std::uint32_t address, std::uint32_t length) {
  auto* at = memory_at(address, length);
  return at == nullptr ? "" : std::string(reinterpret_cast<const char*>(at), length);
}

}  // namespace bactrian::v8test
