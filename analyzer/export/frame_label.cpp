// SPDX-License-Identifier: MIT
#include "analyzer/export/frame_label.h"

#include <fmt/format.h>

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

std::string_view file_of(std::string_view path) noexcept {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string frame_label(const Frame& frame) {
    if (frame.function.is_known() && !frame.function.text().empty()) {
        return printable(frame.function.text());
    }
    if (frame.filename.is_known()) {
        return printable(fmt::format("{}:{}", file_of(frame.filename.text()), frame.lineno));
    }
    const std::string_view module = file_of(frame.module.text());
    return printable(fmt::format("{}+{:#x}", module.empty() ? "?" : module, frame.offset));
}

}  // namespace tracemalloc::analyze
