// SPDX-License-Identifier: MIT
//
// A tree in the data block, one entry a node in preorder:
//     depth   of the root: 0
//     frame   2 × frame + 1 where it is set aside; -1 root, -2 cut, -3 folded
//     size, count, old_size, old_count    own sums; the old ones only where two are compared
//     size_variance, count_variance       of the own sums, of one sampled snapshot only
//     stacks  of the folded nodes only, in order; any other node has one if it has blocks of its
//     own
#include "analyzer/render/page/flame_page.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "analyzer/model/sampled_part.h"
#include "analyzer/render/json_snapshot.h"
#include "analyzer/render/json_text.h"
#include "analyzer/render/page/page.h"
#include "analyzer/render/page/system_place.h"
#include "analyzer/render/place.h"
#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

/// Bytes of source text in a page.
constexpr std::size_t kMostSource = 600'000;

enum FrameFlag : unsigned { kInlined = 1, kSystem = 2 };

/// Each text once; text 0 is "unknown".
class TextList {
public:
    std::size_t operator()(Name name) {
        const auto [found, is_new] = numbers_.try_emplace(name.id(), numbers_.size());
        if (is_new) {
            texts_.push_back(printable(name.text()));
        }
        return found->second;
    }
    Json take() { return std::move(texts_); }

private:
    std::unordered_map<const void*, std::size_t> numbers_ = {{nullptr, 0}};
    Json texts_ = Json::array({""});
};

class FrameColumns {
public:
    FrameColumns(const FrameTable& table, std::string_view exe) : table_(table), exe_(exe) {}

    std::size_t operator()(FrameId id) {
        const auto [found, is_new] = numbers_.try_emplace(id, numbers_.size());
        if (is_new) {
            add(table_[id]);
        }
        return found->second;
    }
    void take(Json& json) {
        json["texts"] = texts_.take();
        json["frames"] = {{"function", std::move(functions_)}, {"file", std::move(files_)},
                          {"line", std::move(lines_)},         {"module", std::move(modules_)},
                          {"offset", std::move(offsets_)},     {"flags", std::move(flags_)}};
    }

private:
    void add(const Frame& frame) {
        functions_.push_back(texts_(frame.function));
        files_.push_back(texts_(frame.filename));
        lines_.push_back(frame.lineno);
        modules_.push_back(texts_(frame.module));
        offsets_.push_back(has_offset(frame, GroupBy::traceback) ? frame.offset : 0);
        flags_.push_back((frame.inlined ? kInlined : 0U) |
                         (is_system_place(frame, exe_) ? kSystem : 0U));
    }

    const FrameTable& table_;
    std::string_view exe_;
    TextList texts_;
    std::unordered_map<FrameId, std::size_t> numbers_;
    Json functions_ = Json::array(), files_ = Json::array(), lines_ = Json::array(),
         modules_ = Json::array(), offsets_ = Json::array(), flags_ = Json::array();
};

Json sum_json(const CallSum& sum) {
    return {{"size", sum.now.size},
            {"count", sum.now.count},
            {"old_size", sum.old.size},
            {"old_count", sum.old.count},
            {"stacks", sum.stacks}};
}

std::int64_t frame_number(const CallNode& node, FrameColumns& frames) {
    switch (node.kind) {
        case CallKind::root:
            return -1;
        case CallKind::cut:
            return -2;
        case CallKind::folded:
            return -3;
        case CallKind::frame:
            break;
    }
    return static_cast<std::int64_t>(frames(node.frame)) * 2 + (node.set_aside ? 1 : 0);
}

/// What the estimates of a sampled snapshot are worth; variances add up like the sums they are of.
void put_variances(Json& json, const std::vector<CallNode>& nodes) {
    Json size = Json::array(), count = Json::array();
    for (const CallNode& node : nodes) {
        size.push_back(std::round(node.own.now.variance.size));
        count.push_back(std::round(node.own.now.variance.count));
    }
    json["size_variance"] = std::move(size);
    json["count_variance"] = std::move(count);
}

Json tree_json(const FoldedTree& folded, FrameColumns& frames, bool compared, bool estimated) {
    const std::vector<CallNode>& nodes = folded.tree.nodes;
    std::vector<std::uint32_t> depths(nodes.size());
    Json frame = Json::array(), stacks = Json::array();
    Json size = Json::array(), count = Json::array();
    Json old_size = Json::array(), old_count = Json::array();
    CarriedRounding sizes, counts, old_sizes, old_counts;  // the page adds them up
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const CallNode& node = nodes[at];
        depths[at] = at == 0 ? 0 : depths[node.parent] + 1;
        frame.push_back(frame_number(node, frames));
        size.push_back(sizes(node.own.now.size));
        count.push_back(counts(node.own.now.count));
        if (compared) {
            old_size.push_back(old_sizes(node.own.old.size));
            old_count.push_back(old_counts(node.own.old.count));
        }
        if (node.kind == CallKind::folded) {
            stacks.push_back(node.own.stacks);
        }
    }
    Json json = {{"depth", depths},
                 {"frame", std::move(frame)},
                 {"size", std::move(size)},
                 {"count", std::move(count)},
                 {"stacks", std::move(stacks)}};
    if (compared) {
        json["old_size"] = std::move(old_size);
        json["old_count"] = std::move(old_count);
    }
    if (estimated) {
        put_variances(json, nodes);
    }
    json["folded"] = sum_json(folded.sum);
    json["folded"]["branches"] = folded.branches;
    json["folded"]["largest_share"] = folded.largest_share;
    return json;
}

}  // namespace

std::string flame_data(const FlamePage& page, const FrameTable& table) {
    const bool compared = page.snapshots.size() > 1;
    Json json;
    for (const Snapshot* snapshot : page.snapshots) {
        json["snapshots"].push_back(Json::parse(snapshot_json(*snapshot, table)));
    }
    json["filtered"] = page.filtered;
    json["hide_set_aside"] = page.hide_set_aside;
    FrameColumns frames(table, page.snapshots.back()->info.exe);
    const bool estimated = !compared && sampled_part(*page.snapshots.back()).any();
    json["trees"]["callers"] = tree_json(page.callers_first, frames, compared, estimated);
    json["trees"]["callees"] = tree_json(page.callees_first, frames, compared, estimated);
    frames.take(json);
    json["sources"] = sources_json(page.sources, compared, kMostSource);
    return json_text(json);
}

std::string flame_page(const FlamePage& page, const FrameTable& table) {
    return make_page({page_text::flame_body(), page_text::flame_script(), flame_data(page, table)});
}

}  // namespace tracemalloc::analyze
