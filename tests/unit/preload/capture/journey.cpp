// SPDX-License-Identifier: MIT
#include "tests/unit/preload/capture/journey.h"

namespace tracemalloc::test {

void Journey::go_on(unsigned depth) {
    const std::uint32_t descents = depth == 0 ? 0 : random(8) == 0 ? 2 : 1;
    for (std::uint32_t at = 0; at < descents; ++at) {
        if (random(4) == 0) {
            stop_();
        }
        shapes_[random(static_cast<std::uint32_t>(shapes_.size()))](*this, depth - 1);
    }
    if (interruption && random(16) == 0) {
        interruption();
    }
    for (std::uint32_t stops = 1 + random(3); stops > 0; --stops) {
        stop_();
    }
}

std::vector<Shape> compiled_shapes() {
    std::vector<Shape> all = unoptimised_shapes();
    for (const auto& more : {optimised_shapes(), frame_pointer_shapes()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

}  // namespace tracemalloc::test
