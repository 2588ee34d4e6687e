// SPDX-License-Identifier: MIT
#include "analyzer/pipeline.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "analyzer/errors.h"
#include "tests/support/catch.h"
#include "tests/support/dump_builder.h"

namespace tracemalloc::test {

using analyze::FrameTable;
using analyze::PipelineOptions;
using analyze::Snapshot;

namespace {

class DumpFile {
public:
    explicit DumpFile(const DumpBuilder& builder) {
        path_ = std::filesystem::temp_directory_path() / "pipeline_test.XXXXXX";
        ::close(::mkstemp(path_.data()));
        const std::vector<std::byte> bytes = builder.build();
        std::ofstream file(path_, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }
    ~DumpFile() { std::filesystem::remove(path_); }
    DumpFile(const DumpFile&) = delete;
    DumpFile& operator=(const DumpFile&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// Two functions inlined into one address, one with a function only, one that the dump does not
/// know, and a stack without addresses.
DumpBuilder make_dump() {
    DumpBuilder builder;
    const std::uint32_t module = builder.add_module("/nonexistent/app", 0x1000);
    const std::uint32_t inlined = builder.add_address(0x1101, module);
    const std::uint32_t nameless = builder.add_address(0x1201, module);
    const std::uint32_t foreign = builder.add_address(0x999);
    builder.add_frame(inlined, "xmalloc", "/src/xmalloc.c", 3, true);
    builder.add_frame(inlined, "caller", "/src/caller.c", 7);
    builder.add_frame(nameless, "start", "", 0);
    builder.add_block(builder.add_stack({inlined, nameless}), 10, 2);
    builder.add_block(builder.add_stack({foreign, nameless}, dump::kCutByLimit), 100, 1);
    builder.add_block(builder.add_stack({}, dump::kCutByUnwinder), 1000, 1);
    return builder;
}

std::vector<std::string> functions(const Snapshot& snapshot, std::size_t index,
                                   const FrameTable& table) {
    std::vector<std::string> names;
    for (const analyze::FrameId id : snapshot.tracebacks[index].frames) {
        names.emplace_back(table[id].function.text());
    }
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a dump becomes tracebacks with inlined frames in place") {
    const DumpFile file(make_dump());
    FrameTable table;
    const Snapshot snapshot = analyze::load_snapshot(file.path(), table, {});
    REQUIRE(snapshot.tracebacks.size() == 3);
    CHECK(functions(snapshot, 0, table) == Names{"xmalloc", "caller", "start"});
    CHECK(functions(snapshot, 1, table) == Names{"", "start"});
    CHECK(functions(snapshot, 2, table) == Names{""});
    CHECK(snapshot.tracebacks[0].total_nframe == 2);
    CHECK_FALSE(snapshot.tracebacks[1].total_nframe.has_value());
    CHECK_FALSE(snapshot.tracebacks[2].total_nframe.has_value());
    CHECK(snapshot.total() == analyze::Total{1120, 4});

    const analyze::Frame& leaf = table[snapshot.tracebacks[0].frames[0]];
    CHECK(leaf.inlined);
    CHECK(leaf.lineno == 3);
    CHECK(leaf.module.text() == "/nonexistent/app");
    CHECK(leaf.offset == 0);  // told by its file and line, wherever in the code it is
}

TEST_CASE("wrappers are set aside, the added ones too") {
    const DumpFile file(make_dump());
    FrameTable table;
    CHECK(analyze::load_snapshot(file.path(), table, {}).tracebacks[0].set_aside == 1);
    PipelineOptions options;
    options.wrappers = {"call*"};
    CHECK(analyze::load_snapshot(file.path(), table, options).tracebacks[0].set_aside == 2);
}

TEST_CASE("filters see the most recent frame of the view") {
    const DumpFile file(make_dump());
    FrameTable table;
    PipelineOptions options;
    options.filters = {{true, "*/caller.c", {}, false}};
    CHECK(analyze::load_snapshot(file.path(), table, options).traces.size() == 1);
    options.view = analyze::FrameView::raw;
    CHECK(analyze::load_snapshot(file.path(), table, options).traces.empty());
}

TEST_CASE("coverage tells the rung of each address and of the bytes") {
    const DumpFile file(make_dump());
    FrameTable table;
    const auto rungs = analyze::load_snapshot(file.path(), table, {}).coverage.rungs;
    REQUIRE(rungs.size() == 4);
    CHECK((rungs[0].name == "source line" && rungs[0].addresses == 1 && rungs[0].size == 20));
    CHECK((rungs[1].name == "symbol" && rungs[1].addresses == 1 && rungs[1].size == 0));
    CHECK((rungs[2].name == "module offset" && rungs[2].addresses == 0 && rungs[2].size == 0));
    CHECK((rungs[3].name == "unknown" && rungs[3].addresses == 1 && rungs[3].size == 1100));
}

TEST_CASE("the facts can be read alone") {
    const DumpFile file(make_dump());
    const analyze::SnapshotInfo info = analyze::load_info(file.path());
    CHECK(info.dump_path == file.path());
    CHECK(info.cut_tracebacks == 1);
    CHECK(info.unfinished_tracebacks == 1);
    CHECK(info.traced_bytes == 1120);
}

TEST_CASE("a small dump cannot expand without end") {
    // 256 frames for one address, 512 addresses a stack, five bytes for each further stack.
    DumpBuilder builder;
    const std::uint32_t address = builder.add_address(1);
    for (int i = 0; i < 256; ++i) {
        builder.add_frame(address, "f", "", 1, i < 255);
    }
    const std::vector<std::uint32_t> stack(512, address);
    for (int i = 0; i < 100; ++i) {
        builder.add_stack(stack);
    }
    const DumpFile file(builder);
    FrameTable table;
    CHECK_THROWS_WITH(
        analyze::load_snapshot(file.path(), table, {}),
        file.path() + ": stacks section: all stacks together have too many inlined frames");
}

}  // namespace tracemalloc::test
