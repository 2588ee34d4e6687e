// SPDX-License-Identifier: MIT
//
// The data block is compared as text: nothing but the renderers may know the JSON library.
#include "analyzer/render/page/flame_page.h"

#include <tuple>

#include "analyzer/render/page/page.h"
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

CallNode node_of(CallKind kind, std::uint32_t parent, std::uint32_t end, CallSum own) {
    CallNode node;
    node.kind = kind;
    node.parent = parent;
    node.end = end;
    node.own = own;
    return node;
}

/// all → f (set aside) and a folded rest.
FoldedTree sample_tree(FrameId frame) {
    FoldedTree folded;
    folded.tree.nodes = {node_of(CallKind::root, 0, 4, {}),
                         node_of(CallKind::cut, 0, 3, {{1, 1}, {2, 1}, 1}),
                         node_of(CallKind::frame, 1, 3, {{30, 2}, {40, 3}, 1}),
                         node_of(CallKind::folded, 0, 4, {{5, 5}, {6, 6}, 4})};
    folded.tree.nodes[2].frame = frame;
    folded.tree.nodes[2].set_aside = true;
    folded.branches = 2;
    folded.sum = folded.tree.nodes[3].own;
    return folded;
}

}  // namespace

TEST_CASE("a tree is columns of its own sums") {
    FrameTable table;
    const FrameId frame = table.intern(sample::frame(table, "/src/a.c", 7, "f(int)"));
    const FoldedTree tree = sample_tree(frame);
    const Snapshot snapshot;
    FlamePage page{{&snapshot}, tree, tree, {}};
    const std::string data = flame_data(page, table);
    CHECK(contains(data, R"("callers":{"depth":[0,1,2,1],"frame":[-1,-2,1,-3],)"
                         R"("size":[0,1,30,5],"count":[0,1,2,5],"stacks":[4],"folded":)"));
    CHECK(contains(data, R"~("texts":["","f(int)","/src/a.c","/opt/program"])~"));
    CHECK(contains(data, R"("frames":{"function":[1],"file":[2],"line":[7],"module":[3],)"
                         R"("offset":[0],"flags":[0]})"));
    CHECK(contains(data, R"("branches":2)"));
    CHECK_FALSE(contains(data, "\"old_size\":["));
}

TEST_CASE("a comparison has the old sums too") {
    FrameTable table;
    const FrameId frame = table.intern(sample::frame(table, "/src/a.c", 7, "f"));
    const FoldedTree tree = sample_tree(frame);
    const Snapshot before, after;
    FlamePage page{{&before, &after}, tree, tree, {}};
    CHECK(contains(flame_data(page, table), R"("old_size":[0,2,40,6],"old_count":[0,1,3,6])"));
}

TEST_CASE("of a sampled snapshot it has variances, which add up like the sums") {
    FrameTable table;
    FoldedTree tree = sample_tree(table.intern(sample::frame(table, "/src/a.c", 7, "f")));
    tree.tree.nodes[2].own.now.variance = {900.4, 2.6};
    Snapshot sampled;
    sampled.traces = {{.mean_bytes = 512}};
    sampled.info.sampling = Sampling{512, false};
    const std::string data = flame_data({{&sampled}, tree, tree, {}}, table);
    CHECK(contains(data,
                   R"("size_variance":[0.0,0.0,900.0,0.0],"count_variance":[0.0,0.0,3.0,0.0])"));
    const Snapshot exact;
    CHECK_FALSE(contains(flame_data({{&exact}, tree, tree, {}}, table), "_variance"));
}

TEST_CASE("an inlined frame and one of the system carry their flags, a bare one its offset") {
    FrameTable table;
    Frame inlined = sample::frame(table, "/usr/include/c++/12/bits/stl_vector.h", 7, "f");
    inlined.inlined = true;
    Frame bare = sample::frame(table, "", 0, "");
    bare.offset = 4096;
    for (const auto& [frame, flags, offset] :
         {std::tuple{inlined, "3", "0"}, std::tuple{bare, "0", "4096"}}) {
        const FoldedTree tree = sample_tree(table.intern(frame));
        const Snapshot snapshot;
        const std::string data = flame_data({{&snapshot}, tree, tree, {}}, table);
        CHECK(contains(data, std::string(R"("offset":[)") + offset + R"(],"flags":[)" + flags));
    }
}

TEST_CASE("no name leaves the data block") {
    FrameTable table;
    Frame frame =
        sample::frame(table, "/src/\"quoted\".c", 7, "</script><!--<script>\x1b\xff\u202e");
    const FoldedTree tree = sample_tree(table.intern(frame));
    Snapshot snapshot;
    snapshot.info.exe = "</script>";
    snapshot.info.command_line = {"<img src=x onerror=alert(1)>", "a\nb"};
    const std::string page = flame_page({{&snapshot}, tree, tree, {}}, table);
    const std::string begin = "<script type=\"application/json\" id=\"data\">";
    const std::size_t at = page.find(begin);
    REQUIRE(at != std::string::npos);
    const std::string data =
        page.substr(at + begin.size(), page.find("</script>", at) - at - begin.size());
    CHECK_FALSE(contains(data, "<"));
    CHECK_FALSE(contains(data, "\x1b"));
    CHECK_FALSE(contains(data, "\xff"));
    CHECK(contains(data, R"(\u003c/script>\u003c!--\u003cscript>\\x1b\\xff)"));
    CHECK(contains(data, R"("/src/\"quoted\".c")"));
}

TEST_CASE("a page holds its parts, each in its place, and loads nothing") {
    const std::string page = make_page({"<p>body</p>", "script();", "{\"a\": \"@BODY@ @DATA@\"}"});
    CHECK(contains(page, "<p>body</p>"));
    CHECK(contains(page, "{\"a\": \"@BODY@ @DATA@\"}"));
    CHECK(contains(page, "default-src 'none'"));
    for (const char* word :
         {"src=", "href=", "http:", "https:", "@import", "url(", "@SCRIPT@", "@STYLE@"}) {
        INFO(word);
        CHECK_FALSE(contains(page, word));
    }
}
