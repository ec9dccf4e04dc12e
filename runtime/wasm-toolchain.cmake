# clang-19 to wasm32 with Debian's wasi-libc and libc++. No WASI at run time: the module's imports are
# those of host/host.h only.
set(CMAKE_SYSTEM_NAME Generic)
set(BACTRIAN_WASM ON)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_CXX_FLAGS_INIT "-mbulk-memory -msign-ext -mnontrapping-fptoint -mmultivalue -mtail-call")
