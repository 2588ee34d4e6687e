// SPDX-License-Identifier: MIT
#include "analyzer/cli/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& text) {
    throw UsageError(fmt::format("{}: {}", path, text));
}

std::string value_text(const std::string& path, const std::string& key, const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return text->get();
    }
    if (const auto* number = node.as_integer()) {
        return std::to_string(number->get());
    }
    if (const auto* flag = node.as_boolean()) {
        return flag->get() ? "true" : "false";
    }
    fail(path, fmt::format("{}: neither text, nor a whole number, nor true or false (line {})", key,
                           node.source().begin.line));
}

std::vector<std::string> values_of(const std::string& path, const std::string& key,
                                   const toml::node& node) {
    std::vector<std::string> values;
    if (const toml::array* list = node.as_array()) {
        for (const toml::node& element : *list) {
            values.push_back(value_text(path, key, element));
        }
    } else {
        values.push_back(value_text(path, key, node));
    }
    return values;
}

void take_table(ConfigFile& config, const std::string& command, const toml::table& table) {
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        if (const toml::table* inner = node.as_table(); inner != nullptr && command.empty()) {
            take_table(config, name, *inner);
        } else {
            config.settings.push_back({command, name, values_of(config.path, name, node)});
        }
    }
}

bool is_setting(const Option& option) {
    return option.is_setting;
}

std::string names_of_settings(const Tables& tables, const std::string& command) {
    std::set<std::string> names;
    for (const auto& [name, table] : tables) {
        for (const Option& option : table->options()) {
            if (is_setting(option) && (command.empty() || name == command)) {
                names.insert(option.name.substr(2));
            }
        }
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

const Option* find_setting(const OptionTable& table, const std::string& key) {
    const Option* option = table.find("--" + key);
    return option != nullptr && is_setting(*option) ? option : nullptr;
}

void use_flag(const Option& option, const Setting& setting) {
    if (setting.values.front() == "true") {
        option.use("");
    } else if (setting.values.front() != "false") {
        throw UsageError(
            fmt::format("{}: '{}' is not true or false", option.name, setting.values.front()));
    }
}

void use_setting(const Option& option, const Setting& setting) {
    if (option.kind != Option::Kind::list && setting.values.size() != 1) {
        throw UsageError(
            fmt::format("{}: one value is allowed, not {}", option.name, setting.values.size()));
    }
    if (option.kind == Option::Kind::flag) {
        use_flag(option, setting);
        return;
    }
    std::for_each(setting.values.begin(), setting.values.end(), option.use);
}

}  // namespace

std::string user_config_path() {
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value != nullptr ? value : "");
    };
    // A relative XDG_CONFIG_HOME is invalid by its own rules.
    std::string folder = variable("XDG_CONFIG_HOME");
    if (folder.empty() || folder.front() != '/') {
        const std::string home = variable("HOME");
        if (home.empty()) {
            return "";
        }
        folder = home + "/.config";
    }
    const std::string path = folder + "/tmtool.toml";
    std::error_code absent;
    return std::filesystem::exists(path, absent) ? path : "";
}

ConfigFile read_config_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::error_code unreadable;
    if (!stream || std::filesystem::is_directory(path, unreadable)) {
        throw UsageError(fmt::format("config file '{}' cannot be read", path));
    }
    ConfigFile config{path, {}};
    try {
        take_table(config, "", toml::parse(stream, std::string_view(path)));
    } catch (const toml::parse_error& error) {
        std::string text(error.description());
        std::replace(text.begin(), text.end(), '\n', ' ');
        fail(path, fmt::format("line {}: {}", error.source().begin.line, text));
    }
    std::stable_partition(config.settings.begin(), config.settings.end(),
                          [](const Setting& setting) { return !setting.command.empty(); });
    return config;
}

void check_settings(const ConfigFile& config, const Tables& tables) {
    for (const Setting& setting : config.settings) {
        if (!setting.command.empty() && tables.count(setting.command) == 0) {
            fail(config.path,
                 fmt::format("[{}] is not a command (see tmtool --help)", setting.command));
        }
        const bool is_known = std::any_of(tables.begin(), tables.end(), [&](const auto& named) {
            return (setting.command.empty() || named.first == setting.command) &&
                   find_setting(*named.second, setting.key) != nullptr;
        });
        if (!is_known) {
            const std::string allowed = names_of_settings(tables, setting.command);
            fail(config.path,
                 fmt::format("'{}' is not a setting{} ({})", setting.key,
                             setting.command.empty() ? "" : " of [" + setting.command + "]",
                             allowed.empty() ? "it has none" : "one of " + allowed));
        }
    }
}

void apply_settings(const ConfigFile& config, const std::string& command, const OptionTable& table,
                    const std::function<bool(const Option&)>& is_given) {
    std::set<const Option*> set;
    for (const Setting& setting : config.settings) {
        const Option* option = find_setting(table, setting.key);
        const bool concerns = setting.command.empty() || setting.command == command;
        if (option == nullptr || !concerns) {
            continue;
        }
        const bool adds_up = option->kind == Option::Kind::list;
        if (!adds_up && (is_given(*option) || !set.insert(option).second)) {
            continue;
        }
        try {
            use_setting(*option, setting);
        } catch (const UsageError& error) {
            const std::string text = error.what();
            fail(config.path, text.rfind("--", 0) == 0 ? text.substr(2) : text);
        }
    }
}

}  // namespace tracemalloc::analyze
