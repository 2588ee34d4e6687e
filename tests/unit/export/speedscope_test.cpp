// SPDX-License-Identifier: MIT
#include "analyzer/export/speedscope.h"

#include "tests/support/catch.h"
#include "tests/unit/export/sample_heap.h"

using namespace tracemalloc::analyze;

TEST_CASE("two profiles over the same stacks and frames") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    ExportOptions options;
    options.tool = "tmtool";
    CHECK(sample::exported(ExportFormat::speedscope, {table, {&snapshot}}, options) ==
          R"({"$schema":"https://www.speedscope.app/file-format-schema.json",
"exporter":"tmtool","name":"d.bin","activeProfileIndex":0,
"shared":{"frames":[
{"name":"main","file":"/src/main.c","line":9},
{"name":"grow<int>","file":"/src/a;b.c","line":5}
]},"profiles":[
{"type":"sampled","name":"live bytes","unit":"bytes","startValue":0,"endValue":307,"samples":[
[0,1],
[0,1]
],"weights":[
300,
7
]},
{"type":"sampled","name":"live blocks","unit":"none","startValue":0,"endValue":4,"samples":[
[0,1],
[0,1]
],"weights":[
3,
1
]}]}
)");
}
