// SPDX-License-Identifier: MIT
#include "analyzer/attribution/wrapper_rules.h"

#include <algorithm>
#include <stdexcept>

#include "analyzer/attribution/simple_name.h"

namespace tracemalloc::analyze {

namespace {

std::string_view last_part(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

void PatternSet::add(std::string_view pattern) {
    if (pattern.find_first_of("*?[") == std::string_view::npos) {
        plain_.emplace(pattern);
    } else {
        globs_.emplace_back(pattern);
    }
}

bool PatternSet::matches(std::string_view text) const {
    return plain_.contains(std::string(text)) ||
           std::any_of(globs_.begin(), globs_.end(),
                       [&](const GlobPattern& glob) { return glob.matches(text); });
}

WrapperRules::WrapperRules(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!add_line(text.substr(0, end))) {
            throw std::invalid_argument("line " + std::to_string(number) +
                                        " of the wrapper rules is not KIND PATTERN");
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool WrapperRules::add_line(std::string_view line) {
    if (line.empty() || line.front() == '#') {
        return true;
    }
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space + 1 == line.size() || line.back() == ' ') {
        return false;
    }
    const std::string_view kind = line.substr(0, space);
    const std::string_view pattern = line.substr(space + 1);
    PatternSet* const set = kind == "function" ? &functions_
                            : kind == "symbol" ? &symbols_
                            : kind == "file"   ? &files_
                            : kind == "module" ? &modules_
                                               : nullptr;
    if (set != nullptr) {
        set->add(pattern);
    }
    return set != nullptr;
}

FrameRole WrapperRules::role_of(const Frame& frame) const {
    if (frame.filename.is_known() && files_.matches(frame.filename.text())) {
        return FrameRole::wrapper;
    }
    if (frame.function.is_known()) {
        const std::string_view full = frame.function.text();
        const std::string name = simple_name(full);
        if (functions_.matches(name) || added_.matches(name) || added_.matches(full) ||
            (!frame.filename.is_known() && symbols_.matches(name))) {
            return FrameRole::wrapper;
        }
    }
    return frame.module.is_known() && modules_.matches(last_part(frame.module.text()))
               ? FrameRole::library
               : FrameRole::program;
}

}  // namespace tracemalloc::analyze
