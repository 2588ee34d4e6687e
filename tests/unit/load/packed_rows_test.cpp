// SPDX-License-Identifier: MIT
#include "analyzer/load/packed_rows.h"

#include "analyzer/load/block_addresses.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

using dump::SectionKind;

namespace {

std::string error_with(SectionKind kind, const SectionBytes& section) {
    DumpSections sections = make_sample().sections();
    sections[static_cast<std::uint32_t>(kind)] = section;
    return error_of(assemble(sections));
}

/// The sample has four addresses; `blocks` is emptied, for they would refer to stacks.
std::string stacks_error(std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
    DumpSections sections = make_sample().sections();
    sections[static_cast<std::uint32_t>(SectionKind::blocks)] = {};
    sections[static_cast<std::uint32_t>(SectionKind::stacks)] = packed_rows(count, numbers);
    return error_of(assemble(sections));
}

std::string blocks_error(std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
    return error_with(SectionKind::blocks, packed_rows(count, numbers));
}

/// Each of the sample's eleven blocks: stack and size.
using OneBlock = std::pair<std::uint64_t, std::uint64_t>;
const std::vector<OneBlock> kSampleBlocks = {{0, 0},    {2, 1000}, {0, 16}, {2, 1000},
                                             {1, 8},    {0, 0},    {0, 0},  {2, 1000},
                                             {2, 1000}, {2, 1000}, {0, 16}};

SectionBytes addressed(const std::vector<OneBlock>& blocks, std::uint64_t step = 0x1000) {
    std::vector<std::uint64_t> numbers;
    for (const auto& [stack, size] : blocks) {
        numbers.insert(numbers.end(), {step, stack, size});
    }
    return packed_rows(blocks.size(), numbers);
}

std::string addresses_error(const std::vector<OneBlock>& blocks, std::uint64_t step = 0x1000) {
    return error_with(SectionKind::block_addresses, addressed(blocks, step));
}

}  // namespace

TEST_CASE("stacks share the frames of the one before") {
    const std::vector<std::byte> file = make_sample().build();
    const analyze::DumpView view("x.bin", file);
    const analyze::RawSnapshot raw = analyze::read_dump(view);
    const auto stack = [&](std::size_t i) {
        const auto addresses = raw.addresses_of(raw.stacks[i]);
        return std::vector<std::uint32_t>(addresses.begin(), addresses.end());
    };
    REQUIRE(raw.stacks.size() == 3);
    CHECK(stack(0) == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(stack(1) == std::vector<std::uint32_t>{3, 2});
    CHECK(stack(2) == std::vector<std::uint32_t>{0, 2});
    CHECK(raw.stacks[1].cut_by_unwinder);
    CHECK_FALSE(raw.stacks[1].cut_by_limit);
    CHECK(raw.stacks[2].cut_by_limit);
}

TEST_CASE("stacks that break the format are refused") {
    const std::string prefix = "x.bin: stacks section: ";
    CHECK(stacks_error(1, {0, 1, 0, 3}).empty());
    CHECK(stacks_error(1, {0, 0, 0}).empty());
    CHECK(stacks_error(1, {0, 1, 0, 4}) == prefix + "record 0: an address does not exist");
    CHECK(stacks_error(1, {0, 1, 1}) == prefix + "record 0: shares more frames than there are");
    CHECK(stacks_error(2, {0, 2, 0, 1, 2, 0, 1, 2}) ==
          prefix + "record 1: shares more frames than there are");
    CHECK(stacks_error(1, {0, 513, 0}) == prefix + "record 0: deeper than 512 frames");
    CHECK(stacks_error(1, {0, ~0ULL, 0}) == prefix + "record 0: deeper than 512 frames");
    CHECK(stacks_error(1, {0, 3, 0, 1}) == prefix + "record 0: a number is cut off or too large");
    CHECK(stacks_error(1, {0, 1, 0, 3, 0}) == prefix + "bytes follow its last record");
    CHECK(stacks_error(~0ULL, {0, 1, 0, 3}) ==
          prefix + "18446744073709551615 records do not fit its 4 bytes");
}

TEST_CASE("blocks that break the format are refused") {
    const std::string prefix = "x.bin: blocks section: ";
    CHECK(blocks_error(0, {}).empty());
    CHECK(blocks_error(2, {0, 0, 1, 0, 1, 1}).empty());
    CHECK(blocks_error(1, {3, 0, 1}) == prefix + "record 0: its stack does not exist");
    CHECK(blocks_error(2, {2, 0, 1, 1, 0, 1}) == prefix + "record 1: its stack does not exist");
    CHECK(blocks_error(2, {2, 0, 1, ~0ULL, 0, 1}) == prefix + "record 1: its stack does not exist");
    CHECK(blocks_error(2, {0, 8, 1, 0, 0, 1}) == prefix + "record 1: repeats a stack and size");
    CHECK(blocks_error(1, {0, 8, 0}) == prefix + "record 0: stands for no block");
    CHECK(blocks_error(1, {0, 8}) == prefix + "1 records do not fit its 2 bytes");
    CHECK(blocks_error(1, {0, 8, 1, 1}) == prefix + "bytes follow its last record");
}

TEST_CASE("sums fit 63 bits") {
    constexpr std::uint64_t kMost = ~0ULL >> 1;
    const std::string prefix = "x.bin: blocks section: ";
    CHECK(blocks_error(1, {0, kMost, 1}).empty());
    CHECK(blocks_error(1, {0, 0, kMost}).empty());
    CHECK(blocks_error(1, {0, kMost + 1, 1}) == prefix + "record 0: a size does not fit 63 bits");
    CHECK(blocks_error(2, {0, 2, 1, 0, kMost - 1, 1}) ==
          prefix + "record 1: a size does not fit 63 bits");
    CHECK(blocks_error(1, {0, kMost, 2}) ==
          prefix + "record 0: the sum of all sizes does not fit 63 bits");
    CHECK(blocks_error(2, {0, 1, 1, 1, kMost, 1}) ==
          prefix + "record 1: the sum of all sizes does not fit 63 bits");
    CHECK(blocks_error(2, {0, 0, kMost, 1, 0, 1}) ==
          prefix + "record 1: the number of blocks does not fit 63 bits");
}

TEST_CASE("traffic is read by stack, also of stacks without a block") {
    DumpBuilder builder = make_sample();
    builder.add_traffic(0, 9, 48, 2, 16);
    builder.add_traffic(2, 1, 0);
    const std::vector<std::byte> file = builder.build();
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    REQUIRE(raw.traffic);
    REQUIRE(raw.traffic->size() == 2);
    const analyze::Traffic& first = raw.traffic->front();
    CHECK(first.traceback == 0);
    CHECK(first.count == 9);
    CHECK(first.size == 48);
    CHECK(first.temporary_count == 2);
    CHECK(first.temporary_size == 16);
    CHECK(raw.traffic->back().traceback == 2);
    CHECK(raw.traffic->back().count == 1);

    const std::vector<std::byte> without = make_sample().build();
    CHECK_FALSE(analyze::read_dump(analyze::DumpView("x.bin", without)).traffic);
    DumpSections none = make_sample().sections();
    none[static_cast<std::uint32_t>(SectionKind::traffic)] = {};
    const std::vector<std::byte> nothing = assemble(none);
    const auto empty = analyze::read_dump(analyze::DumpView("x.bin", nothing)).traffic;
    CHECK((empty && empty->empty()));
}

namespace {

/// With a rate for stack 1.
DumpBuilder sampled_sample(std::uint64_t mean = 1000) {
    DumpBuilder builder = make_sample();
    builder.set_sampling(mean);
    builder.add_rate(1, mean);
    return builder;
}

}  // namespace

TEST_CASE("a sampled stack has traffic for each size of block, and stands for more") {
    DumpBuilder builder = sampled_sample();
    builder.add_traffic(0, 9, 48);
    builder.add_traffic(1, 3, 30, 1, 10);
    builder.add_traffic(1, 2, 4000);
    const std::vector<std::byte> file = builder.build();
    const auto traffic = analyze::read_dump(analyze::DumpView("x.bin", file)).traffic;
    REQUIRE((traffic && traffic->size() == 3));
    CHECK((*traffic)[0].total() == analyze::Total{48, 9});
    CHECK((*traffic)[1].total() == analyze::estimate(10, 3, 1000));
    CHECK((*traffic)[1].temporary() == analyze::estimate(10, 1, 1000));
    CHECK((*traffic)[2].total() == analyze::estimate(2000, 2, 1000));
    CHECK((*traffic)[2].temporary() == analyze::Total{});
}

TEST_CASE("sampled traffic that breaks a rule") {
    const auto error = [](std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
        DumpSections sections = sampled_sample().sections();
        sections[static_cast<std::uint32_t>(SectionKind::traffic)] = packed_rows(count, numbers);
        const std::string text = error_of(assemble(sections));
        return text.substr(std::min(text.size(), std::string("x.bin: traffic section: ").size()));
    };
    constexpr const char* kUnequal = "not samples of one size, or not sorted by it";
    CHECK(error(2, {1, 3, 30, 0, 0, 0, 3, 33, 0, 0}).empty());
    CHECK(error(1, {1, 3, 31, 0, 0}) == std::string("record 0: ") + kUnequal);
    CHECK(error(1, {1, 3, 30, 1, 9}) == std::string("record 0: ") + kUnequal);
    CHECK(error(2, {1, 3, 30, 0, 0, 0, 1, 10, 0, 0}) == std::string("record 1: ") + kUnequal);
    CHECK(error(2, {1, 3, 30, 0, 0, 0, 1, 9, 0, 0}) == std::string("record 1: ") + kUnequal);
    CHECK(error(2, {0, 3, 30, 0, 0, 0, 1, 11, 0, 0}) == "record 1: repeats a stack");
    CHECK(error(1, {1, std::uint64_t{1} << 54, std::uint64_t{1} << 54, 0, 0}) ==
          "record 0: the estimated sum does not fit 63 bits");
    DumpBuilder rarest = sampled_sample(~0ULL);
    rarest.add_traffic(1, 5, 5);  // 2^64 blocks each, which a whole number would wrap to none
    CHECK(error_of(rarest.build()) ==
          "x.bin: traffic section: record 0: the estimated sum does not fit 63 bits");
}

TEST_CASE("traffic that breaks a rule") {
    constexpr std::uint64_t kMost = ~0ULL >> 1;
    const std::string section = "x.bin: traffic section: ";
    const auto error = [](std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
        return error_with(SectionKind::traffic, packed_rows(count, numbers));
    };
    CHECK(error(2, {0, kMost - 1, kMost, 1, 1, 2, 1, 0, 1, 0}).empty());
    CHECK(error(1, {3, 1, 1, 0, 0}) == section + "record 0: its stack does not exist");
    CHECK(error(2, {2, 1, 1, 0, 0, 1, 1, 1, 0, 0}) ==
          section + "record 1: its stack does not exist");
    CHECK(error(2, {0, 1, 1, 0, 0, ~0ULL, 1, 1, 0, 0}) ==
          section + "record 1: its stack does not exist");
    CHECK(error(2, {1, 1, 1, 0, 0, 0, 1, 1, 0, 0}) == section + "record 1: repeats a stack");
    CHECK(error(1, {0, 0, 1, 0, 0}) == section + "record 0: stands for no allocation");
    CHECK(error(1, {0, kMost + 1, 1, 0, 0}) ==
          section + "record 0: the number of allocations does not fit 63 bits");
    CHECK(error(2, {0, kMost, 0, 0, 0, 1, 1, 0, 0, 0}) ==
          section + "record 1: the number of allocations does not fit 63 bits");
    CHECK(error(2, {0, 1, kMost, 0, 0, 1, 1, 1, 0, 0}) ==
          section + "record 1: the sum of all sizes does not fit 63 bits");
    CHECK(error(1, {0, 2, 8, 3, 8}) == section + "record 0: more is temporary than there is");
    CHECK(error(1, {0, 2, 8, 1, 9}) == section + "record 0: more is temporary than there is");
    CHECK(error(1, {0, 2, 8, 0, 1}) == section + "record 0: temporary bytes without an allocation");
    CHECK(error(1, {0, 1, 1, 0}) == section + "record 0: a number is cut off or too large");
    CHECK(error(1, {0, 1, 1, 0, 0, 0}) == section + "bytes follow its last record");
}

TEST_CASE("unreachable blocks are counted by row of the blocks section") {
    DumpSections sections = make_sample().sections();
    CHECK_FALSE(
        analyze::read_dump(analyze::DumpView("x.bin", assemble(sections))).info.leaks_known);
    sections[static_cast<std::uint32_t>(SectionKind::leaks)] = packed_rows(2, {1, 1, 0, 2, 2, 3});
    const std::vector<std::byte> file = assemble(sections);
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    CHECK(raw.info.leaks_known);
    CHECK(raw.traces[0].unreachable_direct + raw.traces[0].unreachable_indirect == 0);
    CHECK(raw.traces[1].unreachable_direct == 1);
    CHECK(raw.traces[1].unreachable_indirect == 0);
    CHECK(raw.traces[3].unreachable_direct == 2);
    CHECK(raw.traces[3].unreachable_indirect == 3);
    sections[static_cast<std::uint32_t>(SectionKind::leaks)] = {};
    CHECK(analyze::read_dump(analyze::DumpView("x.bin", assemble(sections))).info.leaks_known);
}

TEST_CASE("leaks that break a rule") {
    const std::string section = "x.bin: leaks section: ";
    const auto error = [](std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
        return error_with(SectionKind::leaks, packed_rows(count, numbers));
    };
    const std::string no_row = "its row of the blocks section does not exist";
    CHECK(error(1, {3, 5, 0}).empty());
    CHECK(error(1, {4, 1, 0}) == section + "record 0: " + no_row);
    CHECK(error(2, {1, 1, 0, 3, 1, 0}) == section + "record 1: " + no_row);
    CHECK(error(2, {1, 1, 0, ~0ULL, 1, 0}) == section + "record 1: " + no_row);
    CHECK(error(2, {1, 1, 0, 0, 1, 0}) ==
          section + "record 1: repeats a row of the blocks section");
    CHECK(error(1, {0, 0, 0}) == section + "record 0: stands for no block");
    const std::string too_many = section + "record 0: more blocks are unreachable than there are";
    CHECK(error(1, {0, 4, 0}) == too_many);
    CHECK(error(1, {0, 2, 2}) == too_many);
    CHECK(error(1, {0, 1, ~0ULL}) == too_many);
    CHECK(error(1, {0, 1}) == section + "1 records do not fit its 2 bytes");
    CHECK(error(1, {0, 1, 0, 0}) == section + "bytes follow its last record");
}

TEST_CASE("block addresses are the blocks one by one") {
    DumpSections sections = make_sample().sections();
    sections[static_cast<std::uint32_t>(SectionKind::block_addresses)] = addressed(kSampleBlocks);
    const std::vector<std::byte> file = assemble(sections);
    const analyze::DumpView view("x.bin", file);
    const analyze::RawSnapshot raw = analyze::read_dump(view);
    std::vector<OneBlock> found;
    std::uint64_t last = 0;
    analyze::decode_block_addresses(view, raw, [&](const analyze::RawBlock& block) {
        CHECK(block.address == last + 0x1000);
        last = block.address;
        found.emplace_back(block.stack, block.size);
    });
    CHECK(found == kSampleBlocks);
}

TEST_CASE("block addresses that break a rule") {
    const std::string section = "x.bin: block addresses section: ";
    auto blocks = kSampleBlocks;
    blocks[4].first = 3;
    CHECK(addresses_error(blocks) == section + "record 4: its stack does not exist");
    blocks[4] = {1, 9};
    CHECK(addresses_error(blocks) == section + "record 4: is not among the blocks");
    blocks = kSampleBlocks;
    blocks.emplace_back(1, 8);
    CHECK(addresses_error(blocks) == section + "record 11: is not among the blocks");
    blocks = kSampleBlocks;
    blocks.pop_back();
    CHECK(addresses_error(blocks) == section + "does not hold all blocks");
    CHECK(addresses_error({}) == section + "does not hold all blocks");
    CHECK(addresses_error(kSampleBlocks, std::uint64_t{1} << 62) ==
          section + "record 1: its address does not fit 63 bits");
    CHECK(addresses_error(kSampleBlocks, 0).empty());
    SectionBytes cut = addressed(kSampleBlocks);
    cut.bytes.pop_back();
    CHECK(error_with(SectionKind::block_addresses, cut) ==
          section + "record 10: a number is cut off or too large");
    cut = addressed(kSampleBlocks);
    cut.bytes.push_back(0);
    CHECK(error_with(SectionKind::block_addresses, cut) ==
          section + "bytes follow its last record");
}

}  // namespace tracemalloc::test
