// SPDX-License-Identifier: MIT
//
// Writes the seeds of the dump reader's corpus into the folder named on the command line.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "common/varint.h"
#include "tests/support/dump_builder.h"
#include "tests/unit/load/sample_dump.h"

namespace {

void write(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

using tracemalloc::test::DumpSections;
using tracemalloc::test::SectionBytes;
namespace dump = tracemalloc::dump;

/// A section of LEB128 rows.
SectionBytes packed(std::uint64_t count, std::initializer_list<std::uint64_t> numbers) {
    SectionBytes section;
    for (const std::uint64_t number : numbers) {
        unsigned char bytes[tracemalloc::kMaxVarintBytes];
        section.bytes.insert(section.bytes.end(), bytes, tracemalloc::put_varint(bytes, number));
    }
    section.count = count;
    return section;
}

template <class Record>
SectionBytes records(std::initializer_list<Record> list) {
    const auto* const first = reinterpret_cast<const unsigned char*>(list.begin());
    SectionBytes section;
    section.bytes.assign(first, first + list.size() * sizeof(Record));
    section.count = list.size();
    return section;
}

/// What a dump may hold beside its blocks, by the name of its seed. The rows of make_sample() are
/// (stack 0: sizes 0 and 16), (1: 8) and (2: 1000), with 3, 2, 1 and 5 blocks.
std::map<std::string, DumpSections> optional_sections() {
    const auto kind = [](dump::SectionKind known) { return static_cast<std::uint32_t>(known); };
    std::map<std::string, DumpSections> seeds;
    seeds["block_addresses"][kind(dump::SectionKind::block_addresses)] = packed(
        11, {4096, 0,  0, 32,   0,    0, 32,   0,    0, 32,   0,    16, 32,   0,    16, 32,  1,
             8,    64, 2, 1000, 2048, 2, 1000, 2048, 2, 1000, 2048, 2,  1000, 2048, 2,  1000});
    seeds["births"] = {{kind(dump::SectionKind::epochs),
                        records<dump::Epoch>({{0, dump::kInherited, 1}, {1, 0, 2}})},
                       {kind(dump::SectionKind::births),
                        packed(5, {0, 0, 1, 0, 1, 2, 1, 1, 2, 1, 0, 1, 1, 1, 5})}};
    seeds["block_births"] = seeds["births"];
    seeds["block_births"].insert(seeds["block_addresses"].begin(), seeds["block_addresses"].end());
    seeds["block_births"][kind(dump::SectionKind::block_births)] =
        packed(11, {0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1});
    seeds["sample_rates"] = {{kind(dump::SectionKind::sample_rates),
                              records<dump::StackRate>({{0, 0, 512}, {2, 0, 65536}})},
                             {kind(dump::SectionKind::sampling),
                              records<dump::SamplingInfo>({{512, dump::kAdaptive, 0}})}};
    seeds["leaks"][kind(dump::SectionKind::leaks)] = packed(2, {0, 1, 2, 3, 5, 0});
    return seeds;
}

void write_optional_sections(const std::filesystem::path& folder) {
    tracemalloc::test::DumpBuilder labels = tracemalloc::test::make_sample();
    labels.add_label(0, 7, "cache");
    labels.add_label(1, 0, "request");
    labels.add_label(2, 0xffffffff, "");
    labels.add_crash({11, 1, 0x10, 43, 0, dump::kHasAddress, 0});
    labels.add_source({1, 2, 3, 4, 100, 2, labels.text("/bin/a"), labels.text("host")});
    write(folder / "labels", labels.build());

    labels.add_traffic(0, 9, 48, 2, 16);
    labels.add_calls(1, 12);
    DumpSections everything = labels.sections();
    for (const auto& [name, sections] : optional_sections()) {
        DumpSections one = tracemalloc::test::make_sample().sections();
        one.insert(sections.begin(), sections.end());
        everything.insert(sections.begin(), sections.end());
        write(folder / name, tracemalloc::test::assemble(one));
    }
    write(folder / "everything", tracemalloc::test::assemble(everything));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    using tracemalloc::test::DumpBuilder;
    const std::filesystem::path folder = argv[1];
    write(folder / "sample", tracemalloc::test::make_sample().build());
    write(folder / "nothing", DumpBuilder().build());

    DumpBuilder deep;
    std::vector<std::uint32_t> stack;
    for (std::uint32_t i = 0; i < 512; ++i) {
        stack.push_back(deep.add_address(i % 3));
    }
    for (std::uint32_t i = 0; i < 5; ++i) {
        deep.add_block(deep.add_stack(stack, i % 2), 8, 1);
    }
    write(folder / "deep", deep.build());

    DumpBuilder traffic = tracemalloc::test::make_sample();
    traffic.add_traffic(0, 9, 48, 2, 16);
    traffic.add_traffic(2, 5, 5000);
    traffic.add_calls(1, 12);
    traffic.add_calls(10, 2);
    write(folder / "traffic", traffic.build());

    DumpBuilder samples = tracemalloc::test::make_sample();
    samples.set_sampling(4096);
    samples.add_rate(1, 4096);
    samples.add_traffic(0, 9, 48, 2, 16);
    samples.add_traffic(1, 3, 30, 1, 10);
    samples.add_traffic(1, 2, 4000);
    write(folder / "sampled_traffic", samples.build());

    write_optional_sections(folder);

    auto sections = tracemalloc::test::make_sample().sections();
    sections[4000] = {{1, 2, 3}, 1};
    write(folder / "later_section", tracemalloc::test::assemble(sections));
}
