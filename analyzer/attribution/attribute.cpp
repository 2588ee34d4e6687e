// SPDX-License-Identifier: MIT
#include "analyzer/attribution/attribute.h"

#include <algorithm>
#include <optional>

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
std::size_t count_leading(const std::vector<FrameId>& frames, IsSkipped is_skipped) {
    const auto end = std::find_if_not(frames.begin(), frames.end(), is_skipped);
    return static_cast<std::size_t>(end - frames.begin());
}

std::size_t count_set_aside(const std::vector<FrameId>& frames, Roles& roles) {
    const std::size_t leading =
        count_leading(frames, [&](FrameId id) { return roles(id) != FrameRole::program; });
    if (leading < frames.size()) {
        return leading;
    }
    const std::size_t wrappers =
        count_leading(frames, [&](FrameId id) { return roles(id) == FrameRole::wrapper; });
    return std::min(wrappers, frames.empty() ? 0 : frames.size() - 1);
}

}  // namespace

void attribute(std::vector<Traceback>& tracebacks, const FrameTable& table,
               const WrapperRules& rules) {
    Roles roles(table, rules);
    for (Traceback& traceback : tracebacks) {
        traceback.set_aside = count_set_aside(traceback.frames, roles);
    }
}

}  // namespace tracemalloc::analyze
