# SPDX-License-Identifier: MIT
# tm_flags: language, warnings and sanitizers, linked PRIVATE by every target of ours.
add_library(tm_flags INTERFACE)
target_compile_features(tm_flags INTERFACE cxx_std_20)
target_include_directories(tm_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tm_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Wformat=2
    -Wimplicit-fallthrough $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor>
    $<$<BOOL:${TM_WERROR}>:-Werror>)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# tm_sanitize: everything that may run under a sanitizer. Not the preload library: interposing
# malloc twice in one process is what a sanitizer does itself.
add_library(tm_sanitize INTERFACE)
if(TM_SANITIZE)
    list(JOIN TM_SANITIZE "," tm_sanitizers)
    target_compile_options(tm_sanitize INTERFACE
        -fsanitize=${tm_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tm_sanitize INTERFACE -fsanitize=${tm_sanitizers})
endif()
if(TM_BUILD_FUZZERS)
    # A fuzzer sees the coverage of what it calls only if that is instrumented too.
    target_compile_options(tm_sanitize INTERFACE -fsanitize=fuzzer-no-link)
endif()
