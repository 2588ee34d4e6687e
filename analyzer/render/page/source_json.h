// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "analyzer/model/annotation.h"

namespace tracemalloc::analyze {

/// One file in the page. In a comparison `old` is what its lines held before; else null.
struct PageSource {
    Annotation annotation;
    FileUse old;
};

/// [{"file", "remarks", "lines": [[number, own size, own count, size, count, and the same of old]],
/// "text": [[first number, [line, …]], …]}]. Text is given for lines that hold blocks and those
/// around them, until `limit` bytes are used; a remark says where it was left out.
nlohmann::ordered_json sources_json(const std::vector<PageSource>& sources, bool compared,
                                    std::size_t limit);

}  // namespace tracemalloc::analyze
