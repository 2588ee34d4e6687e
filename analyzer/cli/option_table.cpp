// SPDX-License-Identifier: MIT
#include "analyzer/cli/option_table.h"

#include <algorithm>
#include <utility>

namespace tracemalloc::analyze {

Option& OptionTable::flag(std::string name, std::string text, std::function<void()> use) {
    return options_.emplace_back(Option{Option::Kind::flag, std::move(name), "", std::move(text),
                                        [use = std::move(use)](const std::string&) { use(); }});
}

Option& OptionTable::value(std::string name, std::string placeholder, std::string text, Use use) {
    return options_.emplace_back(Option{Option::Kind::value, std::move(name),
                                        std::move(placeholder), std::move(text), std::move(use)});
}

Option& OptionTable::list(std::string name, std::string placeholder, std::string text, Use use) {
    return options_.emplace_back(Option{Option::Kind::list, std::move(name), std::move(placeholder),
                                        std::move(text), std::move(use)});
}

Option& OptionTable::operand(std::string name, std::string text, Use use) {
    return options_.emplace_back(
        Option{Option::Kind::operand, std::move(name), "", std::move(text), std::move(use), true});
}

Option& OptionTable::operand(std::string name, std::string text, std::string& target) {
    return operand(std::move(name), std::move(text),
                   [&target](const std::string& word) { target = word; });
}

void OptionTable::settings(std::initializer_list<const char*> names) {
    for (Option& option : options_) {
        option.is_setting |= std::find(names.begin(), names.end(), option.name) != names.end();
    }
}

void OptionTable::config() {
    config_path_ = std::make_shared<std::string>();
    value("--config", "FILE",
          "settings, one `option = value` a line\n(default ~/.config/tmtool.toml, if there is one)",
          [path = config_path_](const std::string& text) { *path = text; });
}

bool OptionTable::has_operands() const noexcept {
    return std::any_of(options_.begin(), options_.end(),
                       [](const Option& option) { return option.kind == Option::Kind::operand; });
}

const Option* OptionTable::find(const std::string& name) const noexcept {
    const auto found = std::find_if(options_.begin(), options_.end(),
                                    [&](const Option& option) { return option.name == name; });
    return found == options_.end() ? nullptr : &*found;
}

}  // namespace tracemalloc::analyze
