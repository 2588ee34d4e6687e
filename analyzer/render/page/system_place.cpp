// SPDX-License-Identifier: MIT
#include "analyzer/render/page/system_place.h"

#include <algorithm>
#include <array>

namespace tracemalloc::analyze {

namespace {

constexpr std::array<std::string_view, 6> kModuleFolders = {"/lib/",     "/lib64/",     "/lib32/",
                                                            "/usr/lib/", "/usr/lib64/", "[vdso]"};
constexpr std::array<std::string_view, 3> kSourceFolders = {"/usr/include/", "/usr/lib/",
                                                            "/rustc/"};

bool begins_with_any(std::string_view path, const auto& folders) noexcept {
    return std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
        return path.substr(0, folder.size()) == folder;
    });
}

}  // namespace

bool is_system_place(const Frame& frame, std::string_view exe) noexcept {
    const std::string_view source = frame.filename.text();
    if (begins_with_any(source, kSourceFolders) ||
        source.find("/include/c++/") != std::string_view::npos) {
        return true;
    }
    const std::string_view module = frame.module.text();
    if (module == exe || module.empty()) {
        return source.empty() && frame.function.text() == "_start";
    }
    return begins_with_any(module, kModuleFolders);
}

}  // namespace tracemalloc::analyze
