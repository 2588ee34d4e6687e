// SPDX-License-Identifier: MIT
#include "analyzer/cli/message.h"

#include <fmt/format.h>

#include <cstdio>

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

/// One write, so that lines of two processes do not mix. Texts name files, which may hold anything.
void say(std::string_view head, std::string_view text) {
    const std::string line = fmt::format("{}{}\n", head, printable(text));
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void say_error(std::string_view text) {
    say("tmtool: error: ", text);
}

void say_warning(std::string_view text) {
    say("tmtool: warning: ", text);
}

void say_note(std::string_view text) {
    say("tmtool: ", text);
}

void say_more(std::string_view text) {
    say("  ", text);
}

}  // namespace tracemalloc::analyze
