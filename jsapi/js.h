// SPDX-License-Identifier: Apache-2.0
// What the JavaScript side (jsapi/*.ts) gives this module. Only i32 and f64 cross; a JavaScript
// value crosses as a *word* (border.h).
#pragma once

#include <cstddef>
#include <cstdint>

#define JS_CALL(name) __attribute__((import_module("js"), import_name(#name)))

namespace bactrian {

using word_t = std::int32_t;

// Each of these gives a word, kThrown when JavaScript threw. Arguments are words[0 .. count - 1].
word_t js_get(word_t object, word_t key) JS_CALL(get);
word_t js_set(word_t object, word_t key) JS_CALL(set);  // To words[2].
word_t js_call(word_t function, word_t self, int count) JS_CALL(call);
word_t js_method(word_t object, word_t name, int count) JS_CALL(method);
word_t js_new(word_t constructor, int count) JS_CALL(construct);
// One of the operations in prims.def, by its index there.
word_t js_operation(int index) JS_CALL(operation);
// kWaits: for a promise, whose end will be told by bactrian_host_done, with the number in cells[1];
// then with is_over, by the same thread.
word_t js_external(int index, int count, int thread, bool is_over) JS_CALL(external);

// A slot for the string of these bytes: UTF-8, or a character for each byte.
std::int32_t js_string(const char* bytes, std::size_t length, int utf8) JS_CALL(string);
// Writes the text into `bytes`, or, where that is too small, into memory that it allocates and
// whose address is then in words[0], otherwise 0. The length; -1: no memory.
std::int32_t js_text(word_t value, char* bytes, std::size_t capacity, int utf8) JS_CALL(text);

word_t js_array(int count) JS_CALL(array);                // A new one, of the first words.
void js_append(word_t array, int count) JS_CALL(append);  // More of them.
std::int32_t js_length(word_t array) JS_CALL(length);     // -1: not an array.
void js_read(word_t array, int from, int count) JS_CALL(read);

// A function that calls root `id`, as the mode says (callbacks.ts).
word_t js_callback(int id, int mode, int arity) JS_CALL(callback);
// A call that waited has ended: with that word.
void js_call_ended(int call, word_t result) JS_CALL(call_ended);
// Less than, equal, greater: -1, 0, 1; 2: neither.
int js_compare(word_t a, word_t b) JS_CALL(compare);
// The same for strings of the same text; another's is its slot.
int js_hash(word_t v) JS_CALL(hash);

// Of a function, how many arguments a call from OCaml gives it: 1 to 10. 0: no function.
int js_arity(std::int32_t slot) JS_CALL(arity);
void js_release(std::int32_t slot) JS_CALL(release);
// Roots (roots.h).
void js_new_root(int id, int kind) JS_CALL(new_root);
int js_find_root(std::uint32_t address) JS_CALL(find_root);
void js_settle_root(int id, std::uint32_t address) JS_CALL(settle_root);
void js_forget_root(int id, std::uint32_t address) JS_CALL(forget_root);

// The value of a settled promise, or of what is none; kThrown: rejected; kExit: its end will be
// told by bactrian_host_done, with the number in cells[1].
word_t js_await(word_t promise) JS_CALL(await);

}  // namespace bactrian
