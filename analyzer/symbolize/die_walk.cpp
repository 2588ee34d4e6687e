// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/die_walk.h"

#include <dwarf.h>

#include <algorithm>
#include <utility>

#include "analyzer/symbolize/die_children.h"
#include "analyzer/symbolize/die_ranges.h"

namespace tracemalloc::analyze {

namespace {

// Nesting of scopes in generated code reaches some dozens.
constexpr int kMaxDepth = 256;

/// shallow: namespaces and functions with a wanted address. deep: everything that can hold a
/// function, because the code of a lambda may be described inside a class or inside the abstract
/// form of the function it is written in.
enum class Reach { shallow, deep };

class DieWalk {
public:
    DieWalk(std::span<const std::uint64_t> addresses, std::uint64_t text_start, CallChains& chains)
        : addresses_(addresses), text_start_(text_start), chains_(chains) {}

    void run(Dwarf_Die unit, Reach reach, std::size_t budget) {
        reach_ = reach;
        budget_ = budget;
        visit_children(unit, CallChains::kNone, 0);
    }

private:
    enum class Hit { no_ranges, none, some };

    void visit_children(Dwarf_Die& parent, std::uint32_t entry, int depth) {
        if (depth >= kMaxDepth) {
            return;
        }
        for_each_child(parent, [&](Dwarf_Die& child) {
            if (budget_ == 0) {
                return false;
            }
            --budget_;
            visit(child, entry, depth);
            return true;
        });
    }

    void visit(Dwarf_Die& die, std::uint32_t entry, int depth) {
        switch (dwarf_tag(&die)) {
            case DW_TAG_subprogram: {
                const std::uint32_t own = claim(die, CallChains::kNone);
                if (own != CallChains::kNone || reach_ == Reach::deep) {
                    visit_children(die, own, depth + 1);
                }
                break;
            }
            case DW_TAG_inlined_subroutine: {
                const std::uint32_t own = claim(die, entry);
                if (own != CallChains::kNone) {
                    visit_children(die, own, depth + 1);
                }
                break;
            }
            case DW_TAG_lexical_block:
            case DW_TAG_try_block:
            case DW_TAG_catch_block:
            case DW_TAG_with_stmt:
                if (reach_ == Reach::deep || find_hits(die) != Hit::none) {
                    visit_children(die, entry, depth + 1);
                }
                break;
            case DW_TAG_namespace:
            case DW_TAG_module:
                visit_children(die, entry, depth + 1);
                break;
            case DW_TAG_class_type:
            case DW_TAG_structure_type:
            case DW_TAG_union_type:
            case DW_TAG_interface_type:
                if (reach_ == Reach::deep) {
                    visit_children(die, CallChains::kNone, depth + 1);
                }
                break;
            default:
                break;
        }
    }

    /// Leaves in hits_ the stretches of addresses_ that lie in the DIE's ranges.
    Hit find_hits(Dwarf_Die& die) {
        hits_.clear();
        const bool has_ranges =
            for_each_range(die, text_start_, budget_, [&](Dwarf_Addr low, Dwarf_Addr high) {
                const auto first = std::lower_bound(addresses_.begin(), addresses_.end(), low);
                if (first != addresses_.end() && *first < high) {
                    const auto last = std::lower_bound(first, addresses_.end(), high);
                    hits_.emplace_back(first - addresses_.begin(), last - addresses_.begin());
                }
            });
        return !has_ranges ? Hit::no_ranges : hits_.empty() ? Hit::none : Hit::some;
    }

    /// Makes the DIE the innermost entry of its addresses that had `parent` as innermost so far,
    /// so chains are right even where forged ranges overlap. kNone: it holds none.
    std::uint32_t claim(Dwarf_Die& die, std::uint32_t parent) {
        if (find_hits(die) != Hit::some) {
            return CallChains::kNone;
        }
        const auto own = static_cast<std::uint32_t>(chains_.entries.size());
        bool claimed = false;
        for (const auto& [first, last] : hits_) {
            for (std::ptrdiff_t at = first; at < last; ++at) {
                std::uint32_t& innermost = chains_.innermost[static_cast<std::size_t>(at)];
                if (innermost == parent) {
                    innermost = own;
                    claimed = true;
                }
            }
        }
        if (!claimed) {
            return CallChains::kNone;
        }
        chains_.entries.push_back({die, parent});
        return own;
    }

    std::span<const std::uint64_t> addresses_;
    std::uint64_t text_start_;
    CallChains& chains_;
    Reach reach_ = Reach::shallow;
    std::size_t budget_ = 0;  ///< DIEs and ranges still to be read
    std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> hits_;
};

/// A DIE takes at least a byte, so a sound unit never exhausts this.
std::size_t bytes_of_unit(Dwarf_Die& unit) {
    Dwarf_Off offset = 0;
    Dwarf_Off next = 0;
    std::size_t header_bytes = 0;
    Dwarf* const dwarf = dwarf_cu_getdwarf(unit.cu);
    offset = dwarf_dieoffset(&unit) - dwarf_cuoffset(&unit);
    if (dwarf_next_unit(dwarf, offset, &next, &header_bytes, nullptr, nullptr, nullptr, nullptr,
                        nullptr, nullptr) != 0 ||
        next <= offset) {
        return 0;
    }
    return next - offset;
}

}  // namespace

CallChains find_call_chains(Dwarf_Die unit, std::span<const std::uint64_t> addresses,
                            std::uint64_t text_start) {
    CallChains chains;
    chains.innermost.assign(addresses.size(), CallChains::kNone);
    const std::size_t budget = bytes_of_unit(unit);
    DieWalk walk(addresses, text_start, chains);
    walk.run(unit, Reach::shallow, budget);
    const auto is_missing = [](std::uint32_t entry) { return entry == CallChains::kNone; };
    if (std::any_of(chains.innermost.begin(), chains.innermost.end(), is_missing)) {
        walk.run(unit, Reach::deep, budget);
    }
    return chains;
}

}  // namespace tracemalloc::analyze
