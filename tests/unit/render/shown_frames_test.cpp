// SPDX-License-Identifier: MIT
#include "analyzer/render/shown_frames.h"

#include <array>
#include <limits>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

struct Shown {
    std::size_t first;
    std::size_t frames;
    std::size_t more_recent;
    std::size_t older;

    friend bool operator==(const Shown&, const Shown&) = default;
};

Shown shown(std::size_t frames, std::int64_t limit) {
    static const std::array<FrameId, 5> kStack{};
    const ShownFrames found = shown_frames(std::span(kStack).first(frames), limit);
    const auto first = found.frames.empty() ? 0 : found.frames.data() - kStack.data();
    return {static_cast<std::size_t>(first), found.frames.size(), found.more_recent, found.older};
}

}  // namespace

TEST_CASE("a limit above 0 keeps the most recent frames, one below 0 the oldest") {
    CHECK(shown(5, 2) == Shown{0, 2, 0, 3});
    CHECK(shown(5, -2) == Shown{3, 2, 3, 0});
    CHECK(shown(5, 5) == Shown{0, 5, 0, 0});
    CHECK(shown(5, -5) == Shown{0, 5, 0, 0});
    CHECK(shown(5, 4) == Shown{0, 4, 0, 1});
    CHECK(shown(5, -4) == Shown{1, 4, 1, 0});
}

TEST_CASE("no limit, and limits that nothing reaches") {
    CHECK(shown(5, 0) == Shown{0, 5, 0, 0});
    CHECK(shown(0, 3) == Shown{0, 0, 0, 0});
    CHECK(shown(0, -3) == Shown{0, 0, 0, 0});
    CHECK(shown(5, std::numeric_limits<std::int64_t>::max()) == Shown{0, 5, 0, 0});
    CHECK(shown(5, std::numeric_limits<std::int64_t>::min()) == Shown{0, 5, 0, 0});
}
