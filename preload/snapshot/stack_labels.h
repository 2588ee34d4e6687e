// SPDX-License-Identifier: MIT
//
// What the labels of stacks say, as sections of the dump: domains and tags, and the rates that
// blocks were sampled with.
#pragma once

#include <cstdint>

#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/dump_stacks.h"
#include "preload/store/label_table.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

class StackLabels {
public:
    StackLabels(const FrozenView& view, const StackInterner& stacks,
                const LabelTable& labels) noexcept
        : view_(view), stacks_(stacks), labels_(labels) {}

    /// In the strings section.
    void put_tags(DumpFile& file) noexcept {
        count_ = labels_.size();
        tags_start_ = static_cast<std::uint32_t>(file.section_bytes());
        for (std::uint32_t label = 1; label <= count_; ++label) {
            const std::string_view tag = labels_[static_cast<LabelId>(label)].tag();
            file.put(tag.data(), tag.size());
        }
    }

    /// After the tags.
    void write_labels(DumpFile& file) const noexcept {
        if (count_ == 0) {
            return;
        }
        file.begin(dump::SectionKind::labels);
        std::uint64_t count = 0;
        for_each_labelled_stack([&](std::uint32_t index, LabelId id) {
            const Label& label = labels_[id];
            if (label.domain != 0 || label.tag_bytes != 0) {
                file.put_record(dump::StackLabel{index, label.domain, place_of_tag(id)});
                ++count;
            }
        });
        file.end(count);
    }

    void write_rates(DumpFile& file) const noexcept {
        file.begin(dump::SectionKind::sample_rates);
        std::uint64_t count = 0;
        for_each_labelled_stack([&](std::uint32_t index, LabelId id) {
            if (const std::uint64_t mean = labels_[id].sample_mean; mean != 0) {
                file.put_record(dump::StackRate{index, 0, mean});
                ++count;
            }
        });
        file.end(count);
    }

private:
    /// `visit(index, label)` for each stack of the dump that has a label.
    template <typename Visit>
    void for_each_labelled_stack(Visit visit) const noexcept {
        DumpStacks stacks(view_);
        std::uint32_t index = 0;
        for (StackId id; (id = stacks.next()) != StackId::none; ++index) {
            const LabelId label = split_label(stacks_.frames(id)).label;
            if (label != LabelId::none) {
                visit(index, label);
            }
        }
    }

    [[nodiscard]] dump::Text place_of_tag(LabelId wanted) const noexcept {
        std::uint32_t offset = tags_start_;
        for (std::uint32_t label = 1; label < static_cast<std::uint32_t>(wanted); ++label) {
            offset += labels_[static_cast<LabelId>(label)].tag_bytes;
        }
        const std::uint32_t bytes = labels_[wanted].tag_bytes;
        return {bytes != 0 ? offset : dump::kNone, bytes};
    }

    const FrozenView& view_;
    const StackInterner& stacks_;
    const LabelTable& labels_;
    std::uint32_t tags_start_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace tracemalloc::preload
