// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

// Heavy templates reach some 20 KiB. The demangler recurses over its input.
constexpr std::size_t kNameLimitBytes = 64 * 1024;

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
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(std::string(mangled.substr(0, mangled.find('@'))).c_str(), nullptr,
                            nullptr, &status),
        &std::free);
    return status == 0 && text != nullptr ? std::string(text.get()) : std::string(mangled);
}

}  // namespace tracemalloc::analyze
