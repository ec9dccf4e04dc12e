/* Only so that ocamlc links programs with these externals: they are never called. */
long bactrian_js_await(long promise) { return promise; }
long page_greeting(long name) { return name; }
long page_sum(long a, long b) { return a + b; }
long page_fail(long unit) { return unit; }
