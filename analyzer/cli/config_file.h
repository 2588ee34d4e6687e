// SPDX-License-Identifier: MIT
//
// The user's settings: a TOML file whose keys are long options without their dashes, for all
// commands, or for one in a table of its name. The command line wins; what can be given more than
// once adds up. Every complaint is a UsageError of one line with file and key.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze {

struct Setting {
    std::string command;  ///< empty: every command that knows the key
    std::string key;
    std::vector<std::string> values;
};

struct ConfigFile {
    std::string path;
    std::vector<Setting> settings;  ///< those of one command before those of all
};

/// $XDG_CONFIG_HOME/tmtool.toml, else ~/.config/tmtool.toml; empty when there is no such file.
std::string user_config_path();

ConfigFile read_config_file(const std::string& path);

/// By name of the command.
using Tables = std::map<std::string, const OptionTable*>;

/// Throws for a setting that no command knows, whichever is chosen.
void check_settings(const ConfigFile& config, const Tables& tables);

/// Uses what concerns `command` and was not given on its command line.
void apply_settings(const ConfigFile& config, const std::string& command, const OptionTable& table,
                    const std::function<bool(const Option&)>& is_given);

}  // namespace tracemalloc::analyze
