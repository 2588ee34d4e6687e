// SPDX-License-Identifier: MIT
//
// A manual page in the man(7) language, written piece by piece. Text is escaped here and nowhere
// else; what is written comes out as it went in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracemalloc::analyze::manual {

class Roff {
public:
    /// `name` with the section behind it: "tmtool" 1.
    Roff(std::string_view name, int section, std::string_view date, std::string_view source,
         std::string_view book);

    void section(std::string_view title);
    void subsection(std::string_view title);
    /// Text that is filled; `markup` holds what bold() and italic() returned.
    void paragraph(std::string_view markup);
    /// Lines as they are.
    void block(const std::vector<std::string>& lines);
    /// A term and what it means.
    void item(std::string_view term_markup, std::string_view text_markup);

    const std::string& page() const noexcept { return page_; }

private:
    void line(std::string_view text);
    void separate();

    std::string page_;
};

std::string plain(std::string_view text);
std::string bold(std::string_view text);
std::string italic(std::string_view text);
/// Markdown's `code` becomes bold, of a link its text stays; the rest is plain.
std::string from_markdown(std::string_view markdown);

}  // namespace tracemalloc::analyze::manual
