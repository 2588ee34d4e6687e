// SPDX-License-Identifier: MIT
//
// Meaning → colour, in one place. Without colour the text itself carries the same meaning.
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

enum class Tone {
    plain,
    title,
    strong,
    function,
    faint,  ///< frames set aside, remarks
    growth,
    shrink,
    warning,
};

class Palette {
public:
    explicit Palette(bool colour) noexcept : colour_(colour) {}

    [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;

private:
    bool colour_;
};

}  // namespace tracemalloc::analyze
