/* Only so that ocamlc links programs with these externals: they are never called. */
long bactrian_js_await(long promise) { return promise; }
long page_greeting(long name) { return name; }
long page_sum(long a, long b) { return a + b; }
long page_fail(long unit) { return unit; }
long caml_js_strict_equals(long a) { return a; }
long caml_js_wrap_callback_unsafe(long a) { return a; }
long caml_js_from_int32(long a) { return a; }
long caml_js_to_int32(long a) { return a; }
long caml_js_from_nativeint(long a) { return a; }
long caml_js_to_nativeint(long a) { return a; }
long caml_string_of_uint8_array(long a) { return a; }
long caml_bytes_of_uint8_array(long a) { return a; }
long caml_uint8_array_of_string(long a) { return a; }
long caml_uint8_array_of_bytes(long a) { return a; }
long caml_wrap_exception(long a) { return a; }
long bactrian_js_view(long a) { return a; }
long caml_ba_to_typed_array(long a) { return a; }
long caml_ba_from_typed_array(long a) { return a; }
long none(long a) { return a; }
