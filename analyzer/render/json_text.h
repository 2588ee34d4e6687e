// SPDX-License-Identifier: MIT
//
// The one way JSON is written here. Names of a dump may be no UTF-8, which JSON must be: such bytes
// become U+FFFD.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tracemalloc::analyze {

inline std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tracemalloc::analyze
