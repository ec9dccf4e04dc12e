// SPDX-License-Identifier: Apache-2.0
// Roots: JavaScript's side of OCaml values that are neither numbers nor handles. Each has a number,
// by which JavaScript holds it in an object (or, a closure, in a function) of its own; when that
// has been collected there, the root is released. A value that crosses again finds its number, so
// that JavaScript sees the same object: old values by their address, in a map on the JavaScript
// side; those registered lately by looking through them, because they move.
//
// A cycle through both heaps (a closure that holds the DOM node whose handler it is) is not
// collected while both ends live: neither collector sees the other's references.
#pragma once

#include "jsapi/border.h"

namespace bactrian {

enum class RootKind { kBlock, kClosure, kString, kInt64, kCustom, kBigarray };

void start_roots();
Value root_value(int id);
// A new root. Does not collect.
int add_root(Value v);
// The one that JavaScript knows v by.
int root_for(Value v);
void release_root(int id);

}  // namespace bactrian
