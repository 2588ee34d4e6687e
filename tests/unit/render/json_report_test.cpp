// SPDX-License-Identifier: MIT
//
// The text is compared as text: nothing but the renderers may know the JSON library.
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

namespace {

ReportOptions json_options() {
    ReportOptions options;
    options.format = ReportFormat::json;
    return options;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a grouped row has the fields of its key and null for the rest") {
    FrameTable table;
    Frame key;
    key.filename = table.name("/a.c");
    key.lineno = 3;
    Statistics statistics;
    statistics.rows = {{{table.intern(key)}, 30, 2}};
    statistics.total = {30, 2};
    const std::string text = sample::printed(
        table, json_options(), [&](Report& report) { report.statistics({}, statistics); });
    CHECK(contains(text,
                   "{\"traceback\": [{\"function\":null,\"filename\":\"/a.c\",\"lineno\":3,"
                   "\"module\":null,\"offset\":null,\"inlined\":null}], \"size\": 30, "
                   "\"count\": 2}"));
    CHECK(contains(text, "\"group_by\": \"lineno\",\n \"cumulative\": false,"));
    CHECK(contains(text, "\"total\": {\"size\": 30, \"count\": 2},"));
    CHECK_FALSE(contains(text, "omitted"));
}

TEST_CASE("what the limit leaves out is told") {
    FrameTable table;
    Frame key;
    key.filename = table.name("/a.c");
    Statistics statistics;
    for (key.lineno = 1; key.lineno <= 5; ++key.lineno) {
        statistics.rows.push_back({{table.intern(key)}, 10, 2});
    }
    ReportOptions options = json_options();
    options.limit = 2;
    const auto print = [&](const ReportOptions& with) {
        return sample::printed(table, with,
                               [&](Report& report) { report.statistics({}, statistics); });
    };
    CHECK(contains(print(options), "\"omitted\": {\"rows\":3,\"size\":30,\"count\":6}}"));
    options.limit = 0;
    CHECK_FALSE(contains(print(options), "omitted"));
    CHECK(contains(print(options), "\"lineno\":5"));
}

TEST_CASE("frames of a trace have every field; unfit bytes do not break the text") {
    FrameTable table;
    Snapshot snapshot;
    Frame inner = frame(table, "/\xff\"\x01.c", 3, "fill");
    inner.inlined = true;
    inner.offset = 16;
    sample::add(snapshot, table, {inner, frame(table, "", 0, "", "")}, 10, 2);
    sample::add(snapshot, table, {inner}, 1, 1).total_nframe.reset();
    const std::string text =
        sample::printed(table, json_options(), [&](Report& report) { report.traces(snapshot); });
    CHECK(contains(text,
                   "{\"function\":\"fill\",\"filename\":\"/\xef\xbf\xbd\\\"\\u0001.c\","
                   "\"lineno\":3,\"module\":\"/opt/program\",\"offset\":16,\"inlined\":true}"));
    CHECK(contains(text,
                   "{\"function\":null,\"filename\":null,\"lineno\":null,\"module\":\"\","
                   "\"offset\":0,\"inlined\":false}], \"total_nframe\": 2}"));
    CHECK(contains(text, "\"domain\": 0, \"tag\": null, \"size\": 1, \"count\": 1,"));
    CHECK(contains(text, "\"total_nframe\": null}"));
}

TEST_CASE("frames set aside are left out unless asked for") {
    FrameTable table;
    Snapshot snapshot;
    sample::add(snapshot, table, {frame(table, "/w.h", 1, "wrap"), frame(table, "/a.c", 3, "fill")},
                10, 2)
        .set_aside = 1;
    ReportOptions options = json_options();
    const auto print = [&] {
        return sample::printed(table, options, [&](Report& report) { report.traces(snapshot); });
    };
    CHECK_FALSE(contains(print(), "wrap"));
    options.attributed = false;
    CHECK(contains(print(), "wrap"));
}
