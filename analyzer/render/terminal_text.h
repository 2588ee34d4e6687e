// SPDX-License-Identifier: MIT
//
// Text of a dump made fit for a terminal. Names in a dump come from the traced program, so they may
// hold anything: control bytes and broken UTF-8 are written as \xNN and never reach the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracemalloc::analyze {

std::string printable(std::string_view text);

/// Terminal columns that printable text takes. Wide characters count two when the locale knows
/// them.
std::size_t display_width(std::string_view text);

/// Keeps the end, which is the telling part of a qualified name: "…rest".
std::string shorten_start(std::string_view text, std::size_t width);
/// Keeps the start: "rest…".
std::string shorten_end(std::string_view text, std::size_t width);
/// Leaves folders out in the middle: "/usr/…/bits/alloc.h". The file's own name is never cut, so
/// the result may be wider than asked.
std::string shorten_path(std::string_view path, std::size_t width);

}  // namespace tracemalloc::analyze
