// SPDX-License-Identifier: MIT
#include "analyzer/attribution/simple_name.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <initializer_list>

namespace tracemalloc::analyze {

namespace {

bool is_word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// Behind the bracket that closes the one at `at`, or the end of the text. Inside parentheses < and
/// > are operators, as in `foo<(1>2)>`.
std::size_t skip_group(std::string_view text, std::size_t at) noexcept {
    const char open = text[at];
    const char close = open == '<' ? '>' : open == '(' ? ')' : open == '[' ? ']' : '}';
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == open) {
            ++depth;
        } else if (c == close && --depth == 0) {
            return at + 1;
        } else if (open == '<' && c == '(') {
            at = skip_group(text, at);
            continue;
        }
        ++at;
    }
    return text.size();
}

class NameScanner {
public:
    explicit NameScanner(std::string_view text) : text_(text) {}

    std::string scan() {
        while (at_ < text_.size() && step()) {
        }
        return std::move(name_);
    }

private:
    [[nodiscard]] bool starts(std::string_view word) const noexcept {
        return text_.substr(at_).starts_with(word);
    }

    /// Takes one piece of the name. False where the name ends.
    bool step() {
        switch (text_[at_]) {
            case '<':
            case '[':
                at_ = skip_group(text_, at_);
                return true;
            case '{':
                take_unnamed();
                return true;
            case '(':
                return take_parentheses();
            case ' ':
                // What stood here was a return type, or "non-virtual thunk to"; not `operator<<
                // <int>`.
                if (!starts(" [") && !starts(" <")) {
                    name_.clear();
                }
                ++at_;
                return true;
            default:
                take_word();
                return true;
        }
    }

    /// `{lambda(int)#1}` → `{lambda}`.
    void take_unnamed() {
        const std::size_t end = skip_group(text_, at_);
        while (at_ < end && text_[at_] != '(' && text_[at_] != '#' && text_[at_] != '}') {
            name_ += text_[at_++];
        }
        name_ += '}';
        at_ = end;
    }

    bool take_parentheses() {
        constexpr std::string_view kAnonymous = "(anonymous namespace)";
        if (starts(kAnonymous)) {
            name_ += kAnonymous;
            at_ += kAnonymous.size();
            return true;
        }
        const bool is_type = name_ == "decltype" || (name_.empty() && at_ > 0);
        at_ = skip_group(text_, at_);
        // Parameters end the name, unless it goes on with something local to that function.
        for (const std::string_view qualifier : {" const", " volatile", " &&", " &"}) {
            if (starts(qualifier)) {
                at_ += qualifier.size();
            }
        }
        return is_type || starts("::") || starts("[abi:");
    }

    void take_word() {
        if (!is_word(text_[at_])) {
            name_ += text_[at_++];
            return;
        }
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_word(text_[at_])) {
            ++at_;
        }
        const std::string_view word = text_.substr(begin, at_ - begin);
        name_ += word;
        if (word == "operator") {
            take_operator();
        }
    }

    /// Symbols of an operator are not brackets of a group; a conversion operator keeps its type.
    void take_operator() {
        for (const std::string_view symbol :
             {" new[]", " new", " delete[]", " delete", "()", "[]", "<=>", "<<=", "<<", "<=", "<",
              "->*", "->", ">>=", ">>", ">=", ">"}) {
            if (starts(symbol)) {
                name_ += symbol;
                at_ += symbol.size();
                return;
            }
        }
        while (at_ < text_.size() && text_[at_] != '(') {
            if (text_[at_] == '<') {
                at_ = skip_group(text_, at_);
            } else {
                name_ += text_[at_++];
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string name_;
};

std::string_view without_clone_suffix(std::string_view name) noexcept {
    for (const std::string_view suffix :
         {".part.", ".constprop.", ".isra.", ".cold", ".lto_priv.", ".localalias", ".llvm."}) {
        name = name.substr(0, std::min(name.find(suffix), name.size()));
    }
    return name;
}

}  // namespace

std::string simple_name(std::string_view demangled) {
    const std::string_view name = without_clone_suffix(demangled);
    const bool is_plain = std::all_of(name.begin(), name.end(), is_word);
    return is_plain ? std::string(name) : NameScanner(name).scan();
}

}  // namespace tracemalloc::analyze
