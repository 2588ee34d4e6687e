// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/source_paths.h"

#include <algorithm>
#include <filesystem>

namespace tracemalloc::analyze {

namespace {

bool has_prefix(std::string_view path, std::string_view prefix) {
    if (prefix.empty() || path.substr(0, prefix.size()) != prefix) {
        return false;
    }
    return path.size() == prefix.size() || prefix.back() == '/' || path[prefix.size()] == '/';
}

}  // namespace

SourcePaths::SourcePaths(Map map) : map_(std::move(map)) {
    std::stable_sort(map_.begin(), map_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

std::string SourcePaths::resolve(std::string_view compilation_directory,
                                 std::string_view file) const {
    std::filesystem::path path(file);
    if (path.is_relative()) {
        path = std::filesystem::path(compilation_directory) / path;
    }
    return map(path.lexically_normal().string());
}

std::string SourcePaths::map(std::string path) const {
    for (const auto& [from, to] : map_) {
        if (has_prefix(path, from)) {
            return to + path.substr(from.size());
        }
    }
    return path;
}

}  // namespace tracemalloc::analyze
