// SPDX-License-Identifier: MIT
//
// What the golden files do not reach: snapshots that no dump of theirs holds.
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string stats_text(const Snapshot& snapshot, const FrameTable& table,
                       const Statistics& statistics, const ReportOptions& options = {}) {
    return sample::printed(table, options,
                           [&](Report& report) { report.statistics(snapshot, statistics); });
}

}  // namespace

TEST_CASE("an empty snapshot says so") {
    FrameTable table;
    const std::string text = stats_text({}, table, {});
    CHECK(contains(text, "0 B in 0 blocks live"));
    CHECK(contains(text, "No block is live.\n"));
    ReportOptions filtered;
    filtered.filtered = true;
    CHECK(contains(stats_text({}, table, {}, filtered), "No block is let through by the filters."));
}

TEST_CASE("a title written over the arguments is not followed by the empty ones") {
    FrameTable table;
    Snapshot snapshot;
    snapshot.info.command_line = {"server *:1", "", "", ""};
    CHECK(contains(stats_text(snapshot, table, {}), "process   'server *:1' (pid"));
    snapshot.info.command_line = {"grep", "", "file", ""};
    CHECK(contains(stats_text(snapshot, table, {}), "process   grep '' file (pid"));
}

TEST_CASE("whatever was missed is shown") {
    FrameTable table;
    Snapshot snapshot;
    snapshot.info.nframe = 4;
    snapshot.info.cut_tracebacks = 1234;
    snapshot.info.unfinished_tracebacks = 1;
    snapshot.info.losses = {{"allocations that fell \x1b off", 1000}};
    snapshot.info.consistent = false;
    snapshot.info.forked_child = true;
    const std::string text = stats_text(snapshot, table, {});
    CHECK(contains(text, "up to 4 frames each; cut at that limit: 1,234\n"));
    CHECK(contains(text, "missed    1 traceback could not be followed to the outermost frame\n"));
    CHECK(contains(text, "missed    1,000 allocations that fell \\x1b off\n"));
    CHECK(contains(text, "the threads were not held still"));
    CHECK(contains(text, "blocks that the parent allocated"));
}

TEST_CASE("a cut stack says at which limit, an unfinished one that it is") {
    FrameTable table;
    Snapshot snapshot;
    snapshot.info.nframe = 2;
    Frame inlined = frame(table, "/a.c", 1, "inner");
    inlined.inlined = true;
    const Frame outer = frame(table, "/a.c", 2, "outer");
    sample::add(snapshot, table, {inlined, outer}, 20, 1).total_nframe.reset();
    sample::add(snapshot, table, {outer, outer}, 10, 1).total_nframe.reset();
    const std::string text =
        sample::printed(table, {}, [&](Report& report) { report.traces(snapshot); });
    const std::size_t second = text.find("#2");
    REQUIRE(second != std::string::npos);
    CHECK(contains(text.substr(0, second), "… unfinished: the unwinder could not go on\n"));
    CHECK(contains(text.substr(second), "… cut here: deeper than nframe, 2\n"));
}

TEST_CASE("numbers are never cut, however narrow the terminal") {
    FrameTable table;
    Statistics statistics;
    Frame key;
    key.filename = table.name("/very/long/path/to/some/file.c");
    key.lineno = 1234567;
    statistics.rows = {{{table.intern(key)}, std::uint64_t{1} << 50, 9'876'543'210}};
    statistics.total = {std::uint64_t{1} << 50, 9'876'543'210};
    ReportOptions options;
    options.width = 40;
    const std::string text = stats_text({}, table, statistics, options);
    CHECK(contains(text, "1024 TiB"));
    CHECK(contains(text, "9,876,543,210"));
    CHECK(contains(text, "file.c:1234567"));
}
