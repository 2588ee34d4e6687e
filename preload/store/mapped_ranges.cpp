// SPDX-License-Identifier: MIT
#include "preload/store/mapped_ranges.h"

#include <algorithm>
#include <cstring>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uint32_t kPageEntries = pages::kPageBytes / sizeof(MappedRange);

bool is_reserved(const MappedRange& range) noexcept {
    return range.stack == StackId::none;
}

}  // namespace

MappedRanges::Place MappedRanges::next(Place place) const noexcept {
    return place.at + 1 < pages_[place.page].count ? Place{place.page, place.at + 1}
                                                   : Place{place.page + 1, 0};
}

MappedRanges::Place MappedRanges::first_ending_after(std::uintptr_t address) const noexcept {
    const Page* const page =
        std::upper_bound(pages_, pages_ + page_count_, address,
                         [](std::uintptr_t wanted, const Page& at) { return wanted < at.first; });
    const std::size_t index = page == pages_ ? 0 : static_cast<std::size_t>(page - pages_) - 1;
    if (index >= page_count_) {
        return {page_count_, 0};
    }
    const MappedRange* const entries = pages_[index].entries;
    const MappedRange* const found = std::upper_bound(
        entries, entries + pages_[index].count, address,
        [](std::uintptr_t wanted, const MappedRange& at) { return wanted < at.end; });
    const auto at = static_cast<std::uint32_t>(found - entries);
    return at < pages_[index].count ? Place{index, at} : Place{index + 1, 0};
}

MappedRanges::State MappedRanges::state_at(std::uintptr_t address) const noexcept {
    const SpinGuard guard(lock_);
    const Place place = first_ending_after(address);
    if (is_end(place) || pages_[place.page].entries[place.at].start > address) {
        return State::unknown;
    }
    return is_reserved(pages_[place.page].entries[place.at]) ? State::reserved : State::memory;
}

bool MappedRanges::has_reserved(std::uintptr_t start, std::uintptr_t end) const noexcept {
    const SpinGuard guard(lock_);
    for (Place place = first_ending_after(start); !is_end(place); place = next(place)) {
        const MappedRange& range = pages_[place.page].entries[place.at];
        if (range.start >= end) {
            break;
        }
        if (is_reserved(range)) {
            return true;
        }
    }
    return false;
}

bool MappedRanges::put(std::uintptr_t start, std::uintptr_t end, StackId stack,
                       std::uint64_t& removed) noexcept {
    const SpinGuard guard(lock_);
    const bool is_whole = cut(start, end, kAnyAge, removed);
    return insert({start, end, clock_.load(std::memory_order_relaxed), stack, epoch_}) && is_whole;
}

bool MappedRanges::remove(std::uintptr_t start, std::uintptr_t end, std::uint64_t moment,
                          std::uint64_t& removed) noexcept {
    const SpinGuard guard(lock_);
    return cut(start, end, moment, removed);
}

bool MappedRanges::change(std::uintptr_t start, std::uintptr_t end, StackId stack,
                          std::uint64_t& changed) noexcept {
    const SpinGuard guard(lock_);
    bool is_whole = true;
    while (start < end) {
        const Place place = first_ending_after(start);
        if (is_end(place) || pages_[place.page].entries[place.at].start >= end) {
            break;
        }
        const MappedRange range = pages_[place.page].entries[place.at];
        const MappedRange piece{std::max(start, range.start), std::min(end, range.end), range.age,
                                stack, epoch_};
        if (is_reserved(range) != is_reserved(piece)) {
            std::uint64_t removed = 0;
            is_whole = cut(piece.start, piece.end, kAnyAge, removed) && is_whole;
            is_whole = insert(piece) && is_whole;
            changed += piece.end - piece.start;
        }
        start = piece.end;
    }
    return is_whole;
}

bool MappedRanges::cut(std::uintptr_t start, std::uintptr_t end, std::uint64_t moment,
                       std::uint64_t& removed) noexcept {
    for (Place place = first_ending_after(start); !is_end(place);) {
        MappedRange& range = pages_[place.page].entries[place.at];
        if (range.start >= end) {
            break;
        }
        if (range.age >= moment) {
            place = next(place);
            continue;
        }
        if (!is_reserved(range)) {
            removed += std::min(range.end, end) - std::max(range.start, start);
        }
        const MappedRange rest{end, range.end, range.age, range.stack, range.epoch};
        if (range.start < start) {
            range.end = start;
            if (rest.start < rest.end) {
                return insert(rest);
            }
            place = next(place);
        } else if (rest.start < rest.end) {
            range.start = end;
            if (place.at == 0) {
                pages_[place.page].first = end;
            }
            break;
        } else {
            place = erase(place);
        }
    }
    return true;
}

bool MappedRanges::insert(const MappedRange& range) noexcept {
    if (page_count_ == 0 && !add_page(0)) {
        return false;
    }
    const auto is_below = [](std::uintptr_t start, const auto& at) { return start < at.first; };
    const Page* const above =
        std::upper_bound(pages_ + 1, pages_ + page_count_, range.start, is_below);
    auto index = static_cast<std::size_t>(above - pages_) - 1;
    if (pages_[index].count == kPageEntries) {
        if (!split(index)) {
            return false;
        }
        index += range.start < pages_[index + 1].first ? 0 : 1;
    }
    Page& page = pages_[index];
    MappedRange* const at = std::lower_bound(
        page.entries, page.entries + page.count, range.start,
        [](const MappedRange& entry, std::uintptr_t start) { return entry.start < start; });
    std::memmove(at + 1, at,
                 static_cast<std::size_t>(page.entries + page.count - at) * sizeof(MappedRange));
    *at = range;
    ++page.count;
    page.first = page.entries[0].start;
    return true;
}

/// Where the next range is now.
MappedRanges::Place MappedRanges::erase(Place place) noexcept {
    Page& page = pages_[place.page];
    MappedRange* const at = page.entries + place.at;
    std::memmove(at, at + 1, (page.count - place.at - 1) * sizeof(MappedRange));
    if (--page.count == 0) {
        MappedRange* const entries = page.entries;
        std::memmove(&page, &page + 1, (page_count_ - place.page - 1) * sizeof(Page));
        --page_count_;
        pages::unmap(entries, pages::kPageBytes);
        return {place.page, 0};
    }
    page.first = page.entries[0].start;
    return place.at < page.count ? place : Place{place.page + 1, 0};
}

/// The upper half of a full page becomes the next page.
bool MappedRanges::split(std::size_t page) noexcept {
    constexpr std::uint32_t kHalf = kPageEntries / 2;
    if (!add_page(page + 1)) {
        return false;
    }
    std::memcpy(pages_[page + 1].entries, pages_[page].entries + kHalf,
                kHalf * sizeof(MappedRange));
    pages_[page + 1].first = pages_[page + 1].entries[0].start;
    pages_[page + 1].count = kHalf;
    pages_[page].count = kHalf;
    return true;
}

/// An empty page at this place of the directory.
bool MappedRanges::add_page(std::size_t page) noexcept {
    if (page_count_ == page_room_ && !grow_directory()) {
        return false;
    }
    auto* const entries = static_cast<MappedRange*>(pages::map(pages::kPageBytes));
    if (entries == nullptr) {
        return false;
    }
    std::memmove(pages_ + page + 1, pages_ + page, (page_count_ - page) * sizeof(Page));
    pages_[page] = {0, entries, 0};
    ++page_count_;
    return true;
}

bool MappedRanges::grow_directory() noexcept {
    const std::size_t bytes = page_room_ == 0 ? pages::kPageBytes : page_room_ * sizeof(Page) * 2;
    auto* const grown = static_cast<Page*>(pages::map(bytes));
    if (grown == nullptr) {
        return false;
    }
    Page* const outgrown = pages_;
    const std::size_t outgrown_bytes = pages::round_up(page_room_ * sizeof(Page));
    if (outgrown != nullptr) {
        std::memcpy(grown, outgrown, page_count_ * sizeof(Page));
    }
    pages_ = grown;
    page_room_ = bytes / sizeof(Page);
    if (outgrown != nullptr) {
        pages::unmap(outgrown, outgrown_bytes);
    }
    return true;
}

void MappedRanges::renumber_epochs(const EpochTable::Numbers& merged) noexcept {
    const SpinGuard guard(lock_);
    for (std::size_t page = 0; page < page_count_; ++page) {
        for (std::uint32_t at = 0; at < pages_[page].count; ++at) {
            EpochId& epoch = pages_[page].entries[at].epoch;
            epoch = merged[epoch];
        }
    }
}

void MappedRanges::clear() noexcept {
    const SpinGuard guard(lock_);
    for (std::size_t page = 0; page < page_count_; ++page) {
        pages::unmap(pages_[page].entries, pages::kPageBytes);
    }
    page_count_ = 0;
}

}  // namespace tracemalloc::preload
