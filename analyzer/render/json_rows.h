// SPDX-License-Identifier: MIT
//
// The last member of a JSON report: a list, one row a line, written as the rows are made.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "analyzer/render/json_text.h"
#include "analyzer/render/output.h"

namespace tracemalloc::analyze {

class JsonRows {
public:
    JsonRows(Output& output, std::string_view name) : output_(output) {
        output_.put(fmt::format(" \"{}\": [", name));
    }
    void row(std::string_view text) {
        output_.put(first_ ? "\n  " : ",\n  ");
        output_.put(text);
        first_ = false;
    }
    /// Ends the whole report. `omitted` is null when every row is there.
    void finish(const nlohmann::ordered_json& omitted = {}) {
        output_.put(first_ ? "]" : "\n ]");
        if (!omitted.is_null()) {
            output_.put(",\n \"omitted\": " + json_text(omitted));
        }
        output_.line("}");
    }

private:
    Output& output_;
    bool first_ = true;
};

}  // namespace tracemalloc::analyze
