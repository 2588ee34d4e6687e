// SPDX-License-Identifier: MIT
#include "analyzer/cli/next_commands.h"

#include <errno.h>

#include "analyzer/render/shell_word.h"

namespace tracemalloc::analyze {

namespace {

/// The file of the largest line that has one: the one to look into.
std::string largest_file(const Overview& overview, const FrameTable& table) {
    constexpr std::size_t kLooked = 3;
    for (std::size_t at = 0; at < overview.lines.rows.size() && at < kLooked; ++at) {
        const Frame& frame = table[overview.lines.rows[at].traceback.front()];
        if (frame.filename.is_known()) {
            return std::string(frame.filename.text());
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> next_commands(const std::string& dump, const Overview& overview,
                                       const FrameTable& table) {
    const std::string self = shell_word(program_invocation_name);
    const std::string word = shell_word(dump);
    std::vector<std::string> commands = {
        self + " tree " + word,
        self + " stats " + word + " --group-by traceback --limit 3",
    };
    const std::string file = largest_file(overview, table);
    if (!file.empty()) {
        commands.push_back(self + " annotate " + word + " " +
                           shell_word(file.substr(file.rfind('/') + 1)));
    }
    return commands;
}

}  // namespace tracemalloc::analyze
