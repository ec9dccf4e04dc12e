// SPDX-License-Identifier: Apache-2.0
// V8's headers, as npm's Node package brings them, without the warnings that they give here.
#pragma once

#include <node.h>
#include <v8-memory-span.h>
#include <v8-wasm.h>
#include <v8.h>
