// SPDX-License-Identifier: MIT
//
// One HTML file with everything in it: style, data and script. It loads nothing and forbids itself
// to, opens from a file, and writes text of a dump only as text.
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

struct PageContent {
    std::string_view body;    ///< HTML of ours
    std::string_view script;  ///< behind the part that all pages share
    std::string data;         ///< JSON, for the script
};

std::string make_page(const PageContent& content);

/// The files of this folder, compiled in.
namespace page_text {
std::string_view shell() noexcept;
std::string_view style() noexcept;
std::string_view shared_script() noexcept;
std::string_view flame_body() noexcept;
std::string_view flame_script() noexcept;
std::string_view timeline_body() noexcept;
std::string_view timeline_script() noexcept;
}  // namespace page_text

}  // namespace tracemalloc::analyze
