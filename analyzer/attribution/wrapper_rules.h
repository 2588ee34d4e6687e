// SPDX-License-Identifier: MIT
//
// Which frames only pass an allocation on: the table in wrappers.txt, which says what a rule is and
// why each one is there, and patterns added on the command line. Functions are matched by their
// simple name (simple_name.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/model/frame.h"
#include "analyzer/query/glob_match.h"

namespace tracemalloc::analyze {

/// The text of wrappers.txt.
std::string_view builtin_rules_text() noexcept;

/// Patterns of one kind; those without wildcards are found by hash.
class PatternSet {
public:
    void add(std::string_view pattern);
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    std::unordered_set<std::string> plain_;
    std::vector<GlobPattern> globs_;
};

/// `library`: a module rule alone speaks for it.
enum class FrameRole : std::uint8_t { program, library, wrapper };

class WrapperRules {
public:
    /// Throws std::invalid_argument with the number of the first line that is not a rule.
    explicit WrapperRules(std::string_view text = builtin_rules_text());

    /// A `--wrapper` pattern. It may also be given for a full name as reports show it.
    void add_function(std::string_view pattern) { added_.add(pattern); }

    [[nodiscard]] FrameRole role_of(const Frame& frame) const;

private:
    bool add_line(std::string_view line);

    PatternSet functions_;
    PatternSet symbols_;
    PatternSet files_;
    PatternSet modules_;
    PatternSet added_;
};

}  // namespace tracemalloc::analyze
