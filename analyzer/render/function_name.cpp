// SPDX-License-Identifier: MIT
#include "analyzer/render/function_name.h"

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kAnonymous = "(anonymous namespace)";
constexpr std::string_view kOperator = "operator";

bool is_word(char byte) {
    return byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/// Length of "operator" with the signs of its name (`operator<<`, `operator()`), which are no
/// brackets; 0 when the text does not begin with such a name.
std::size_t operator_length(std::string_view text, bool after_word) {
    if (after_word || text.substr(0, kOperator.size()) != kOperator) {
        return 0;
    }
    std::size_t at = kOperator.size();
    if (text.substr(at, 2) == "()") {
        return at + 2;
    }
    while (at < text.size() && std::string_view("<>=-!").find(text[at]) != std::string_view::npos) {
        ++at;
    }
    return at;
}

/// Each outermost pair of the brackets, with what is inside, becomes `instead`.
std::string fold_brackets(std::string_view name, char open, char close, std::string_view instead) {
    std::string out;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < name.size();) {
        const std::string_view rest = name.substr(at);
        std::size_t step = operator_length(rest, at > 0 && is_word(name[at - 1]));
        if (step == 0 && rest.substr(0, kAnonymous.size()) == kAnonymous) {
            step = kAnonymous.size();
        }
        if (step == 0 && rest[0] == open) {
            ++depth;
        } else if (step == 0 && rest[0] == close && depth > 0) {
            if (--depth == 0) {
                out.append(instead);
            }
        } else if (depth == 0) {
            out.append(rest.substr(0, step == 0 ? 1 : step));
        }
        at += step == 0 ? 1 : step;
    }
    return depth == 0 ? out : std::string(name);  // unbalanced: not a C++ name after all
}

}  // namespace

std::string shorten_function(std::string_view name, std::size_t width) {
    if (display_width(name) <= width) {
        return std::string(name);
    }
    std::string brief = fold_brackets(name, '(', ')', "");
    if (display_width(brief) > width) {
        brief = fold_brackets(brief, '<', '>', "<…>");
    }
    return shorten_start(brief, width);
}

}  // namespace tracemalloc::analyze
