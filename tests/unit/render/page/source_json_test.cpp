// SPDX-License-Identifier: MIT
#include "analyzer/render/page/flame_page.h"
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

PageSource sample_source(FrameTable& table, std::size_t lines) {
    PageSource source;
    source.annotation.use.filename = table.name("/src/a.c");
    source.annotation.use.lines = {
        {0, {1, 1}, {1, 1}}, {2, {10, 1}, {30, 3}}, {20, {0, 0}, {5, 2}}};
    source.annotation.source = SourceText{"/src/a.c", {}};
    for (std::size_t number = 1; number <= lines; ++number) {
        source.annotation.source->lines.push_back("\tline " + std::to_string(number) + "<\x1b");
    }
    return source;
}

std::string data_of(const FrameTable& table, const std::vector<PageSource>& sources,
                    bool compared) {
    FoldedTree tree;
    tree.tree.nodes.resize(1);
    tree.tree.nodes[0].kind = CallKind::root;
    const Snapshot snapshot;
    std::vector<const Snapshot*> snapshots(compared ? 2 : 1, &snapshot);
    return flame_data({snapshots, tree, tree, sources}, table);
}

}  // namespace

TEST_CASE("a page has the lines that hold blocks and those around them") {
    FrameTable table;
    const std::vector<PageSource> sources = {sample_source(table, 40)};
    const std::string data = data_of(table, sources, false);
    CHECK(contains(data, R"("file":"/src/a.c","remarks":[])"));
    CHECK(contains(data, R"("lines":[[0,1,1,1,1],[2,10,1,30,3],[20,0,0,5,2]])"));
    CHECK(contains(data, R"("text":[[1,["    line 1<\\x1b",)"));
    CHECK(contains(data, R"("    line 7<\\x1b"]],[15,["    line 15<)"));
    CHECK(contains(data, R"("    line 25<\\x1b"]]])"));
    CHECK_FALSE(contains(data, "line 8<"));
    CHECK_FALSE(contains(data, "line 26<"));
}

TEST_CASE("a comparison has the old figures of a line beside the new ones") {
    FrameTable table;
    std::vector<PageSource> sources = {sample_source(table, 40)};
    sources[0].old.lines = {{2, {7, 1}, {8, 2}}, {30, {9, 9}, {9, 9}}};
    const std::string data = data_of(table, sources, true);
    CHECK(contains(data, "[2,10,1,30,3,7,1,8,2]"));
    CHECK(contains(data, "[30,0,0,0,0,9,9,9,9]"));
    CHECK(contains(data, "line 35<"));
}

TEST_CASE("figures without text, and text that is shorter than the figures") {
    FrameTable table;
    std::vector<PageSource> sources = {sample_source(table, 5)};
    CHECK(contains(data_of(table, sources, false), R"("    line 5<\\x1b"]]])"));
    sources[0].annotation.source.reset();
    sources[0].annotation.remarks = {"gone"};
    CHECK(contains(data_of(table, sources, false), R"("remarks":["gone"],"lines":[[0,)"));
    CHECK(contains(data_of(table, sources, false), R"("text":[])"));
}

TEST_CASE("source text has a limit, and the page says where it was reached") {
    FrameTable table;
    PageSource source = sample_source(table, 9000);
    source.annotation.use.lines.clear();
    for (std::uint32_t number = 1; number <= 9000; ++number) {
        source.annotation.use.lines.push_back({number, {1, 1}, {1, 1}});
        source.annotation.source->lines[number - 1] = std::string(1000, 'x');
    }
    const std::string data = data_of(table, {source}, false);
    CHECK(contains(data, "the rest of the text was left out to keep this page small"));
    CHECK(data.size() < 1'200'000);
}
