// SPDX-License-Identifier: MIT
//
// Writes the seeds of the dump reader's corpus into the folder named on the command line.
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/dump_builder.h"
#include "tests/unit/load/sample_dump.h"

namespace {

void write(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
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

    auto sections = tracemalloc::test::make_sample().sections();
    sections[4000] = {{1, 2, 3}, 1};
    write(folder / "later_section", tracemalloc::test::assemble(sections));
}
