// SPDX-License-Identifier: MIT
#include "analyzer/cli/suppression_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kLeak = "leak:";

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace

void read_suppressions(const std::string& path, Suppressions& suppressions) {
    errno = 0;
    std::ifstream file(path);
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#') {
            continue;
        }
        const std::string place = fmt::format("{}:{}", path, number);
        if (text.substr(0, kLeak.size()) != kLeak || text.size() == kLeak.size()) {
            throw UsageError(fmt::format("{}: '{}' is not leak:PATTERN", place, text));
        }
        suppressions.add(text.substr(kLeak.size()), place);
    }
    if (!file.eof()) {
        throw OperationError(fmt::format("'{}' cannot be read: {}", path,
                                         errno != 0 ? std::strerror(errno) : "input error"));
    }
}

}  // namespace tracemalloc::analyze
