/* Only so that ocamlc links programs with these externals: they are never called. */
long bactrian_js_await(long promise) { return promise; }
long page_greeting(long name) { return name; }
long page_sum(long a, long b) { return a + b; }
long page_fail(long unit) { return unit; }
long page_joined(long texts) { return texts; }
long page_beside(long text, long others) { return text; }
long page_text(long text) { return text; }
long page_poke(long bytes) { return bytes; }
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
long caml_assume_no_perform(long a) { return a; }
long caml_bytes_of_array(long a) { return a; }
long caml_custom_identifier(long a) { return a; }
long caml_js_error_of_exception(long a) { return a; }
long caml_js_export_var(long a) { return a; }
long caml_js_html_entities(long a) { return a; }
long caml_jsoo_flags_effects(long a) { return a; }
long caml_jsoo_flags_use_js_string(long a) { return a; }
long caml_jsoo_promise_unwrap(long a) { return a; }
long caml_jsoo_promise_wrap(long a) { return a; }
long caml_ml_channel_redirect(long a) { return a; }
long caml_ml_channel_restore(long a) { return a; }
long caml_throw_js_exception(long a) { return a; }
long caml_xmlhttprequest_create(long a) { return a; }
long debugger(long a) { return a; }
long bactrian_js_live(long a) { return a; }
long none(long a) { return a; }
#define STUB(name) long name(long a) { return a; }
STUB(page_a1) STUB(page_a2) STUB(page_a3) STUB(page_a4) STUB(page_a5) STUB(page_a6) STUB(page_a9)
STUB(page_swap) STUB(page_describe) STUB(page_record) STUB(page_reverse) STUB(page_length) STUB(page_identity) STUB(page_made)
STUB(page_number_of) STUB(page_wait) STUB(page_wait_fail) STUB(page_refuse) STUB(page_unknown)
STUB(page_n0) STUB(page_n1) STUB(page_n2) STUB(page_n3) STUB(page_n4) STUB(page_n5) STUB(page_n6) STUB(page_n7)
STUB(page_n8) STUB(page_n9) STUB(page_n10) STUB(page_n11) STUB(page_n12) STUB(page_n13) STUB(page_n14) STUB(page_n15)
STUB(page_n16) STUB(page_n17) STUB(page_n18) STUB(page_n19) STUB(page_n20) STUB(page_n21) STUB(page_n22) STUB(page_n23)
STUB(page_n24) STUB(page_n25) STUB(page_n26) STUB(page_n27) STUB(page_n28) STUB(page_n29)
STUB(caml_gr_sleep) STUB(caml_gr_calls) STUB(caml_gr_key) STUB(caml_gr_late)
