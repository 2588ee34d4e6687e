// SPDX-License-Identifier: MIT
#include "analyzer/cli/output_pattern.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

/// A name between two slashes: as it is written, and as a pattern for fnmatch.
struct Component {
    std::string literal;
    std::string wild;
    bool is_wild = false;
};

Component translate(std::string_view text) {
    Component component;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_letter = text[at] == '%' && at + 1 < text.size() && text[++at] != '%';
        component.literal += text[at];
        component.wild += is_letter ? "*" : std::string("\\") + text[at];
        component.is_wild = component.is_wild || is_letter;
    }
    return component;
}

/// A name that is taken is never written over: the recording library appends ".2" and so on.
bool is_match(const Component& component, const std::string& name, bool is_file) {
    if (::fnmatch(component.wild.c_str(), name.c_str(), 0) == 0) {
        return true;
    }
    const std::size_t dot = name.rfind('.');
    return is_file && dot != std::string::npos && dot + 1 < name.size() &&
           name.find_first_not_of("0123456789", dot + 1) == std::string::npos &&
           ::fnmatch(component.wild.c_str(), name.substr(0, dot).c_str(), 0) == 0;
}

/// What the component matches in each of the folders.
std::vector<fs::path> step(const std::vector<fs::path>& folders, const Component& component,
                           bool is_file) {
    std::vector<fs::path> found;
    for (const fs::path& folder : folders) {
        if (!component.is_wild && !is_file) {
            found.push_back(folder / component.literal);
            continue;
        }
        std::error_code error;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            if (is_match(component, entry->path().filename().string(), is_file)) {
                found.push_back(entry->path());
            }
        }
    }
    return found;
}

}  // namespace

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
    std::vector<fs::path> found = {pattern.substr(0, 1) == "/" ? "/" : "."};
    while (!pattern.empty()) {
        const std::size_t slash = std::min(pattern.find('/'), pattern.size());
        const Component component = translate(pattern.substr(0, slash));
        pattern.remove_prefix(std::min(slash + 1, pattern.size()));
        if (!component.literal.empty()) {
            found = step(found, component, pattern.empty());
        }
    }
    std::vector<std::string> files;
    for (const fs::path& path : found) {
        files.push_back(path.string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace tracemalloc::analyze
