// SPDX-License-Identifier: MIT
#include "analyzer/source_lines.h"

#include "analyzer/source_file.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kBlanks = " \t\r\f\v";

std::string stripped(const std::string& line) {
    const std::size_t first = line.find_first_not_of(kBlanks);
    return first == std::string::npos
               ? std::string()
               : line.substr(first, line.find_last_not_of(kBlanks) + 1 - first);
}

}  // namespace

const std::optional<SourceText>& SourceLines::text_of(const Name& filename) {
    const auto [entry, is_new] = files_.try_emplace(filename.id());
    if (is_new) {
        std::string problem;
        entry->second = find_source(std::string(filename.text()), sysroot_, problem);
        const auto changed = entry->second ? change_time(entry->second->path) : std::nullopt;
        if (changed && *changed > taken_unix_ns_) {
            ++changed_files_;
            entry->second.reset();
        }
    }
    return entry->second;
}

std::string SourceLines::at(const Frame& frame) {
    if (!frame.filename.is_known() || frame.lineno == 0) {
        return {};
    }
    const std::optional<SourceText>& text = text_of(frame.filename);
    return text && frame.lineno <= text->lines.size() ? stripped(text->lines[frame.lineno - 1])
                                                      : std::string();
}

}  // namespace tracemalloc::analyze
