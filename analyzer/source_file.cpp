// SPDX-License-Identifier: MIT
#include "analyzer/source_file.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

/// No compiler takes a larger one; what claims to be is no source.
constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20;

std::optional<SourceText> read_source(const std::string& path, std::string& problem) {
    std::error_code error;
    if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kMostBytes) {
        problem = error ? error.message() : "not a source file";
        return std::nullopt;
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        problem = std::strerror(errno);
        return std::nullopt;
    }
    SourceText source;
    source.path = path;
    for (std::string line; std::getline(file, line);) {
        source.lines.push_back(line);
    }
    return source;
}

}  // namespace

std::optional<SourceText> find_source(const std::string& filename, const std::string& sysroot,
                                      std::string& problem) {
    if (!sysroot.empty()) {
        if (auto source = read_source(sysroot + "/" + filename, problem)) {
            return source;
        }
    }
    return read_source(filename, problem);
}

std::optional<std::int64_t> change_time(const std::string& path) {
    std::error_code error;
    const fs::file_time_type changed = fs::last_write_time(path, error);
    if (error) {
        return std::nullopt;
    }
    const auto since_1970 = std::chrono::file_clock::to_sys(changed).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

}  // namespace tracemalloc::analyze
