// SPDX-License-Identifier: MIT
//
// The words of one command as data. The parser, the help, the manual pages, the completions and the
// config file are all made from this table; nothing is said of an option anywhere else.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace tracemalloc::analyze {

struct Option {
    enum class Kind {
        flag,    ///< takes no value
        value,   ///< takes one; the last one given counts
        list,    ///< takes one, and may be given again
        operand  ///< a word without dashes
    };

    Kind kind = Kind::flag;
    std::string name;         ///< "--limit"; of an operand "DUMP"
    std::string placeholder;  ///< "N"; empty for flags and operands
    std::string text;         ///< what --help says, in lines that fit beside the names
    std::function<void(const std::string&)> use;  ///< once a value; throws UsageError
    bool is_required = false;                     ///< operands only
    bool is_repeatable = false;                   ///< operands only: takes all that are left
    bool is_setting = false;                      ///< may stand in a config file
    std::vector<std::string> choices = {};        ///< the values, where these are few and known
};

class OptionTable {
public:
    using Use = std::function<void(const std::string&)>;

    /// Each returns the new row, which is valid until the next call.
    Option& flag(std::string name, std::string text, std::function<void()> use);
    Option& value(std::string name, std::string placeholder, std::string text, Use use);
    Option& list(std::string name, std::string placeholder, std::string text, Use use);
    /// Required, and taken once, unless its row is changed.
    Option& operand(std::string name, std::string text, Use use);
    Option& operand(std::string name, std::string text, std::string& target);

    /// Called when all values are known, in the order of the calls; throws UsageError.
    void check(std::function<void()> check) { checks_.push_back(std::move(check)); }

    /// The words of a program that the command starts: those behind `--`. In a command without
    /// operands of its own the first word that is no option begins them, too.
    void program(std::vector<std::string>& words) { program_ = &words; }

    /// Lets a config file hold these options, which were added before.
    void settings(std::initializer_list<const char*> names);
    /// Adds --config: the command's settings may come from a file.
    void config();

    const std::vector<Option>& options() const noexcept { return options_; }
    const std::vector<std::function<void()>>& checks() const noexcept { return checks_; }
    std::vector<std::string>* program() const noexcept { return program_; }
    /// What --config named, else empty; null when the command reads no config file.
    const std::string* config_path() const noexcept { return config_path_.get(); }
    bool has_operands() const noexcept;
    /// Null when there is none of this name.
    const Option* find(const std::string& name) const noexcept;

private:
    std::vector<Option> options_;
    std::vector<std::function<void()>> checks_;
    std::vector<std::string>* program_ = nullptr;
    std::shared_ptr<std::string> config_path_;
};

}  // namespace tracemalloc::analyze
