// SPDX-License-Identifier: MIT
#include "analyzer/attribution/attribute.h"

#include <algorithm>
#include <optional>
#include <span>

namespace tracemalloc::analyze {

namespace {

/// The role of each frame, asked of the rules once.
class Roles {
public:
    Roles(const FrameTable& table, const WrapperRules& rules)
        : table_(table), rules_(rules), known_(table.size()) {}

    FrameRole operator()(FrameId id) {
        std::optional<FrameRole>& role = known_[static_cast<std::size_t>(id)];
        if (!role) {
            role = rules_.role_of(table_[id]);
        }
        return *role;
    }

private:
    const FrameTable& table_;
    const WrapperRules& rules_;
    std::vector<std::optional<FrameRole>> known_;
};

template <typename IsSkipped>
std::size_t count_leading(std::span<const FrameId> frames, IsSkipped is_skipped) {
    const auto end = std::find_if_not(frames.begin(), frames.end(), is_skipped);
    return static_cast<std::size_t>(end - frames.begin());
}

/// Code that returns the result of its call speaks of the block only while that result is the
/// block: from the allocator's own caller on.
std::size_t count_handing_on(std::span<const FrameId> frames, const FrameTable& table) {
    return count_leading(frames, [&](FrameId id) { return table[id].hands_on; });
}

std::size_t count_set_aside(std::span<const FrameId> frames, const FrameTable& table,
                            Roles& roles) {
    const std::size_t handing_on = count_handing_on(frames, table);
    const std::span<const FrameId> rest = frames.subspan(handing_on);
    const std::size_t leading =
        count_leading(rest, [&](FrameId id) { return roles(id) != FrameRole::program; });
    if (leading < rest.size()) {
        return handing_on + leading;
    }
    const std::size_t wrappers =
        count_leading(rest, [&](FrameId id) { return roles(id) == FrameRole::wrapper; });
    return std::min(handing_on + wrappers, frames.empty() ? 0 : frames.size() - 1);
}

}  // namespace

void attribute(std::vector<Traceback>& tracebacks, const FrameTable& table,
               const WrapperRules& rules) {
    Roles roles(table, rules);
    for (Traceback& traceback : tracebacks) {
        traceback.set_aside = count_set_aside(traceback.frames, table, roles);
    }
}

}  // namespace tracemalloc::analyze
