// SPDX-License-Identifier: Apache-2.0
// prims.def → what the runtime gets: a primitive for each line.
#include "jsapi/table.h"

#include <iterator>
#include <vector>

#include "jsapi/externals.h"
#include "jsapi/numbers.h"
#include "jsapi/prims.h"
#include "jsapi/prims/files.h"

namespace bactrian {

namespace {

template <Operation op, int arity>
struct OperationPrim;

constexpr const char* kShapes[] = {
#define PRIM(name, arity, versions)
#define ALIAS(name, target, arity, versions)
#define OPERATION(name, arity, shape, versions) shape,
#define INTERNAL(name)
#include "jsapi/prims.def"
#undef PRIM
#undef ALIAS
#undef OPERATION
#undef INTERNAL
};

template <Operation op>
struct OperationPrim<op, 1> {
  static Value call(Value a) { return run_operation(op, kShapes[op], &a); }
};
template <Operation op>
struct OperationPrim<op, 2> {
  static Value call(Value a, Value b) {
    Value args[] = {a, b};
    return run_operation(op, kShapes[op], args);
  }
};

using Function = void (*)();

constexpr std::uint8_t kFlags = kReplaced | kAll | kCallback;
constexpr std::uint8_t kWaiting = kFlags | kSuspend;

const Primitive own[] = {
#define PRIM(name, arity, versions) {#name, arity, kFlags, reinterpret_cast<Function>(&name)},
#define ALIAS(name, target, arity, versions) \
  {#name, arity, kFlags, reinterpret_cast<Function>(&target)},
#define OPERATION(name, arity, shape, versions) \
  {#name, arity, kFlags, reinterpret_cast<Function>(&OperationPrim<kOp_##name, arity>::call)},
#define INTERNAL(name)
#include "jsapi/prims.def"
#undef PRIM
#undef ALIAS
#undef OPERATION
#undef INTERNAL
};

std::vector<Primitive> all;

}  // namespace

void add_all_primitives(int stubs) {
  all.assign(std::begin(own), std::end(own));
  add_number_primitives(all);
  add_file_primitives(all);
  for (Primitive& p : all)
    if (p.function == reinterpret_cast<Function>(&bactrian_js_await)) p.flags = kWaiting;
  add_external_primitives(stubs, all);
  add_primitives(all);
}

bool uses_newer_library() {
  constexpr std::string_view newer = "6";
#define PRIM(name, arity, versions) \
  if (versions == newer && find_prim_index(#name) >= 0) return true;
#define ALIAS(name, target, arity, versions) PRIM(name, arity, versions)
#define OPERATION(name, arity, shape, versions) PRIM(name, arity, versions)
#define INTERNAL(name)
#include "jsapi/prims.def"
#undef PRIM
#undef ALIAS
#undef OPERATION
#undef INTERNAL
  return false;
}

}  // namespace bactrian
