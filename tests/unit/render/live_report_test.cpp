// SPDX-License-Identifier: MIT
#include "analyzer/render/live_report.h"

#include <cstdlib>
#include <sstream>

#include "analyzer/render/terminal_text.h"
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

namespace tracemalloc::analyze {

namespace {

/// Lines a.c:1 … a.c:40; line n holds n KiB and has changed by (20 - n) KiB.
struct Watched {
    FrameTable table;
    Snapshot snapshot;
    LiveView view;

    Watched() {
        for (std::uint32_t line = 1; line <= 40; ++line) {
            const Frame frame = sample::frame(table, "/src/a.c", line, "");
            StatisticDiff row;
            row.traceback = {table.intern(frame)};
            row.size = std::uint64_t{1024} * line;
            row.count = 100 - line;
            row.size_diff = 1024 * (20 - static_cast<std::int64_t>(line));
            view.change.rows.push_back(row);
            view.total.size += row.size;
            view.total.count += row.count;
        }
        view.info.exe = "/bin/server";
        view.info.pid = 7;
        view.history = {1, 2, 3};
        view.change.new_total = view.total;
    }
};

template <class Put>
std::vector<std::string> lines_of(Put put) {
    char* text = nullptr;
    std::size_t bytes = 0;
    std::FILE* const stream = ::open_memstream(&text, &bytes);
    Output output(stream);
    put(output);
    std::fclose(stream);
    std::istringstream all(std::string(text, bytes));
    std::free(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(all, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> screen_of(const Watched& watched, std::size_t width, std::size_t height) {
    return lines_of([&](Output& output) {
        put_live_screen(output, watched.table, watched.snapshot, watched.view,
                        {width, height, false, true});
    });
}

}  // namespace

TEST_CASE("a live screen never has more lines or columns than the terminal") {
    const auto width = GENERATE(std::size_t{60}, std::size_t{80}, std::size_t{200});
    const auto height = GENERATE(std::size_t{1}, std::size_t{5}, std::size_t{24}, std::size_t{60});
    const auto lines = screen_of(Watched(), width, height);
    CHECK(lines.size() <= height);
    for (const std::string& line : lines) {
        CHECK(display_width(line) <= width);
    }
}

TEST_CASE("the row with the most of what is sorted by comes first") {
    Watched watched;
    const auto first_row = [&] { return screen_of(watched, 100, 24).at(6); };
    CHECK(first_row().find("/src/a.c:40") != std::string::npos);
    watched.view.order = LiveOrder::growth;
    CHECK(first_row().find("+19") != std::string::npos);
    watched.view.order = LiveOrder::blocks;
    CHECK(first_row().find("/src/a.c:1") != std::string::npos);
}

TEST_CASE("a note takes the place of the state") {
    Watched watched;
    watched.view.note = "process 7 took no snapshot";
    const auto lines = screen_of(watched, 80, 24);
    CHECK(lines.at(4) == "process 7 took no snapshot");
}

TEST_CASE("a line of a log names what holds most and what has grown most") {
    const Watched watched;
    const auto lines =
        lines_of([&](Output& output) { put_live_line(output, watched.table, watched.view); });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("largest: a.c:40 40.0 KiB") != std::string::npos);
    CHECK(lines[0].find("grown: a.c:1 +19.0 KiB") != std::string::npos);
}

}  // namespace tracemalloc::analyze
