// SPDX-License-Identifier: MIT
#include "analyzer/render/page/page.h"

#include <array>
#include <utility>

namespace tracemalloc::analyze {

namespace {

/// JSON in which no HTML begins: "<" stands only inside of its strings, where it can be escaped.
std::string harmless(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    for (const char byte : json) {
        if (byte == '<') {
            text += "\\u003c";
        } else {
            text += byte;
        }
    }
    return text;
}

}  // namespace

std::string make_page(const PageContent& content) {
    const std::string data = harmless(content.data);
    const std::array<std::pair<std::string_view, std::string_view>, 5> parts = {{
        {"@STYLE@", page_text::style()},
        {"@BODY@", content.body},
        {"@DATA@", data},
        {"@SHARED_SCRIPT@", page_text::shared_script()},
        {"@SCRIPT@", content.script},
    }};
    std::string page;
    std::string_view rest = page_text::shell();
    for (const auto& [mark, text] : parts) {  // in the order in which the shell has them
        const std::size_t at = rest.find(mark);
        page.append(rest.substr(0, at)).append(text);
        rest.remove_prefix(at + mark.size());
    }
    return page.append(rest);
}

}  // namespace tracemalloc::analyze
