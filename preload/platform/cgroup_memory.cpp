// SPDX-License-Identifier: MIT
#include "preload/platform/cgroup_memory.h"

#include <string_view>

#include "preload/platform/small_file.h"

namespace tracemalloc::preload {

namespace {

/// The path behind "0::", the line of version 2. Empty where there is none.
std::string_view unified_path(std::string_view lines) noexcept {
    constexpr std::string_view kUnified = "0::";
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        std::string_view line(lines.data(), end == std::string_view::npos ? lines.size() : end);
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        if (line.starts_with(kUnified)) {
            line.remove_prefix(kUnified.size());
            return line;
        }
    }
    return {};
}

}  // namespace

bool CgroupMemory::find(const char* membership, const char* root) noexcept {
    char text[2 * PATH_MAX];
    const std::string_view path =
        unified_path({text, read_small_file(membership, text, sizeof text)});
    file_.clear();
    file_ << root << path << "/memory.current";
    return !path.empty() && !file_.is_cut() && current_bytes() != 0;
}

std::uint64_t CgroupMemory::current_bytes() const noexcept {
    char text[32];
    std::uint64_t bytes = 0;
    for (const char digit :
         std::string_view(text, read_small_file(file_.c_str(), text, sizeof text))) {
        if (digit < '0' || digit > '9') {
            break;
        }
        bytes = bytes * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return bytes;
}

}  // namespace tracemalloc::preload
