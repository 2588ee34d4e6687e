// SPDX-License-Identifier: MIT
#include "analyzer/cli/output_pattern.h"

#include <glob.h>

#include <algorithm>

namespace tracemalloc::analyze {

bool is_output_pattern(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' &&
            (++at == text.size() || std::string_view("penrht%").find(text[at]) == text.npos)) {
            return false;
        }
    }
    return !text.empty() && text.find('\0') == text.npos;
}

std::string absolute_pattern(std::string_view folder, std::string_view pattern) {
    if (!pattern.empty() && pattern.front() == '/') {
        return std::string(pattern);
    }
    std::string out;
    for (const char byte : folder) {
        out.append(byte == '%' ? 2 : 1, byte);
    }
    return out.append("/").append(pattern);
}

std::string fixed_folder(std::string_view pattern) {
    std::string fixed;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '%' && (at + 1 == pattern.size() || pattern[++at] != '%')) {
            break;
        }
        fixed += pattern[at];
    }
    const std::size_t slash = fixed.rfind('/');
    return slash == 0 ? "/" : slash == std::string::npos ? "." : fixed.substr(0, slash);
}

std::vector<std::string> files_matching(std::string_view pattern) {
    std::string wild;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const bool is_letter =
            pattern[at] == '%' && at + 1 < pattern.size() && pattern[++at] != '%';
        if (is_letter) {
            wild += '*';
        } else {
            wild += '\\';
            wild += pattern[at];
        }
    }
    std::vector<std::string> files;
    // A name that is taken is never written over: the recording library appends ".2" and so on.
    for (const std::string& wanted : {wild, wild + ".[2-9]*", wild + ".1[0-9]*"}) {
        glob_t found{};
        if (::glob(wanted.c_str(), GLOB_NOSORT | GLOB_PERIOD, nullptr, &found) == 0) {
            files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
        }
        ::globfree(&found);
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

}  // namespace tracemalloc::analyze
