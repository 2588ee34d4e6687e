// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/model/annotation.h"

namespace tracemalloc::analyze {

/// Calls `use(line, text)` for each line with blocks, or for every line of the file too when the
/// annotation is of all; in order. `text` is null where the source has no such line.
template <class Use>
void for_each_line(const Annotation& annotation, Use use) {
    auto next = annotation.use.lines.begin();
    const auto end = annotation.use.lines.end();
    const auto text_of = [&](std::uint32_t number) -> const std::string* {
        const bool is_there =
            annotation.source && number != 0 && number <= annotation.source->lines.size();
        return is_there ? &annotation.source->lines[number - 1] : nullptr;
    };
    if (annotation.all && annotation.source) {
        if (next != end && next->lineno == 0) {
            use(*next++, nullptr);
        }
        for (std::uint32_t number = 1; number <= annotation.source->lines.size(); ++number) {
            LineUse line;
            line.lineno = number;
            use(next != end && next->lineno == number ? *next++ : line, text_of(number));
        }
    }
    for (; next != end; ++next) {
        use(*next, text_of(next->lineno));
    }
}

}  // namespace tracemalloc::analyze
