// SPDX-License-Identifier: MIT
#include "analyzer/manual/roff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tracemalloc::analyze::manual {

namespace {

/// One character of UTF-8 as a number; moves `at` behind it.
unsigned next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t index) {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
    };
    const unsigned lead = byte(at);
    const unsigned more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    unsigned value = more == 0 ? lead : lead & (0x3FU >> more);
    for (unsigned i = 1; i <= more; ++i) {
        value = value << 6 | (byte(at + i) & 0x3FU);
    }
    at += more + 1;
    return value;
}

std::string escaped(unsigned character) {
    switch (character) {
        case '\\':
            return "\\e";
        case '-':
            return "\\-";
        case '\'':
            return "\\(aq";
        case '`':
            return "\\(ga";
        case '^':
            return "\\(ha";
        case '~':
            return "\\(ti";
        default:
            return character < 0x80 ? std::string(1, static_cast<char>(character))
                                    : fmt::format("\\[u{:04X}]", character);
    }
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

/// A source line longer than this is broken where a space is; the reader fills it anyway.
constexpr std::size_t kLineLength = 78;

std::string folded(std::string_view text) {
    std::string result;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        if (column > 0 && column + 1 + space > kLineLength) {
            result += '\n';
            column = 0;
        } else if (column > 0) {
            result += ' ';
            ++column;
        }
        // A dot or a quote at the start of a line would be an instruction.
        if (column == 0 && (text.front() == '.' || text.front() == '\'')) {
            result += "\\&";
        }
        result += text.substr(0, space);
        column += space;
        text.remove_prefix(std::min(space + 1, text.size()));
    }
    return result;
}

/// `[text](target)` → `text`.
std::string link_texts(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find('[');
        const std::size_t middle = text.find("](", std::min(open, text.size()));
        const std::size_t close = text.find(')', std::min(middle, text.size()));
        if (close == std::string_view::npos) {
            break;
        }
        result += text.substr(0, open);
        result += text.substr(open + 1, middle - open - 1);
        text.remove_prefix(close + 1);
    }
    return result += text;
}

}  // namespace

std::string plain(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        result += escaped(next_character(text, at));
    }
    return result;
}

std::string bold(std::string_view text) {
    return "\\fB" + plain(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + plain(text) + "\\fR";
}

std::string from_markdown(std::string_view markdown) {
    const std::string without_links = link_texts(markdown);
    std::string_view text = without_links;
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find('`');
        const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
        if (close == std::string_view::npos) {
            return result + plain(text);
        }
        result += plain(text.substr(0, open)) + bold(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    return result;
}

Roff::Roff(std::string_view name, int section, std::string_view date, std::string_view source,
           std::string_view book) {
    line(fmt::format(".TH {} {} \"{}\" \"{}\" \"{}\"", plain(upper(name)), section, date, source,
                     book));
}

void Roff::line(std::string_view text) {
    page_ += text;
    page_ += '\n';
}

/// A heading stands apart by itself.
void Roff::separate() {
    const std::size_t last = page_.rfind('\n', page_.size() - 2) + 1;
    if (page_.compare(last, 2, ".S") != 0) {
        line(".PP");
    }
}

void Roff::section(std::string_view title) {
    line(".SH " + plain(upper(title)));
}

void Roff::subsection(std::string_view title) {
    line(".SS " + plain(title));
}

void Roff::paragraph(std::string_view markup) {
    separate();
    line(folded(markup));
}

void Roff::block(const std::vector<std::string>& lines) {
    separate();
    line(".nf");
    line(".RS 4");
    for (const std::string& text : lines) {
        const std::string shown = plain(text);
        line(shown.rfind('.', 0) == 0 ? "\\&" + shown : shown);
    }
    line(".RE");
    line(".fi");
}

void Roff::item(std::string_view term_markup, std::string_view text_markup) {
    line(".TP");
    line(term_markup);
    line(folded(text_markup));
}

}  // namespace tracemalloc::analyze::manual
