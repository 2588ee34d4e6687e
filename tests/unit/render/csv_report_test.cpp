// SPDX-License-Identifier: MIT
#include "analyzer/render/csv_report.h"

#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

TEST_CASE("fields are quoted where RFC 4180 wants it") {
    CHECK(csv_field("plain; text") == "plain; text");
    CHECK(csv_field("").empty());
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(csv_field("two\nlines\r") == "\"two\nlines\r\"");
}

TEST_CASE("rows hold exact numbers and the fields of the key") {
    FrameTable table;
    Frame key;
    key.filename = table.name("/a,b.c");
    key.lineno = 3;
    Frame bare;
    bare.module = table.name("/lib/x.so");
    bare.offset = 255;
    Statistics statistics;
    statistics.rows = {{{table.intern(key)}, 123456, 7}, {{table.intern(bare)}, 1, 1}};
    ReportOptions options;
    options.format = ReportFormat::csv;
    const auto print = [&] {
        return sample::printed(table, options,
                               [&](Report& report) { report.statistics({}, statistics); });
    };
    CHECK(print() ==
          "size,count,filename,lineno,function,module,offset\n"
          "123456,7,\"/a,b.c\",3,,,\n"
          "1,1,,,,/lib/x.so,0xff\n");
    options.limit = 1;
    CHECK(print() ==
          "size,count,filename,lineno,function,module,offset\n"
          "123456,7,\"/a,b.c\",3,,,\n");
}

TEST_CASE("a traceback is one field") {
    FrameTable table;
    Snapshot snapshot;
    sample::add(snapshot, table,
                {frame(table, "/a.c", 3, "f<A, B>"), frame(table, "/a.c", 9, "main")}, 10, 2)
        .total_nframe.reset();
    ReportOptions options;
    options.format = ReportFormat::csv;
    CHECK(sample::printed(table, options, [&](Report& report) { report.traces(snapshot); }) ==
          "domain,size,count,total_nframe,traceback\n"
          "0,10,2,,\"/a.c:3 f<A, B> <- /a.c:9 main\"\n");
}
