// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/demangle.h"

// demangle.h declares a basename() of its own where this does not say that there is one.
#define HAVE_DECL_BASENAME 1
#include <libiberty/demangle.h>

#include <csetjmp>
#include <cstring>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

// Heavy templates reach some 20 KiB. The demangler recurses over its input.
constexpr std::size_t kNameLimitBytes = 64 * 1024;
// References in a mangled name double it each time: 200 bytes can stand for gigabytes.
constexpr std::size_t kTextLimitBytes = 256 * 1024;

struct BoundedText {
    std::string text;
    std::jmp_buf too_long;
};

/// The demangler, which is C, is left by a jump: it holds nothing but its stack.
void append(const char* piece, std::size_t bytes, void* to) {
    auto& bounded = *static_cast<BoundedText*>(to);
    if (bytes > kTextLimitBytes - bounded.text.size()) {
        std::longjmp(bounded.too_long, 1);
    }
    bounded.text.append(piece, bytes);
}

}  // namespace

std::string demangle(const char* name) {
    const std::string_view mangled(name, strnlen(name, kNameLimitBytes + 1));
    if (mangled.size() > kNameLimitBytes) {
        return std::string(mangled.substr(0, kNameLimitBytes));
    }
    if (mangled.substr(0, 2) != "_Z") {
        // "name@@VERSION" in a .symtab: the version is no part of the name.
        return std::string(mangled.substr(0, std::max<std::size_t>(mangled.find('@'), 1)));
    }
    const std::string plain(mangled.substr(0, mangled.find('@')));
    BoundedText found;
    if (setjmp(found.too_long) == 0 &&
        cplus_demangle_v3_callback(plain.c_str(), DMGL_PARAMS | DMGL_TYPES, append, &found) != 0) {
        return std::move(found.text);
    }
    return std::string(mangled);
}

}  // namespace tracemalloc::analyze
