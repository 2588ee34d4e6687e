// SPDX-License-Identifier: MIT
//
// Completions for three shells, each a whole script. They offer commands, the options of the
// command that stands on the line, and for values what value_kind.h says.
#pragma once

#include <string>

#include "analyzer/manual/described_command.h"

namespace tracemalloc::analyze::manual {

std::string bash_completion(const std::vector<DescribedCommand>& commands);
std::string zsh_completion(const std::vector<DescribedCommand>& commands);
std::string fish_completion(const std::vector<DescribedCommand>& commands);

}  // namespace tracemalloc::analyze::manual
