// SPDX-License-Identifier: MIT
#include "analyzer/cli/recorded_process.h"

#include <unistd.h>

#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

const std::string kMapping = "7f00-7f01 ---s 00000000 00:01 28 /memfd:tracemalloc:";

}  // namespace

TEST_CASE("a mark tells state, signal, counts and pattern") {
    const auto mark = parse_mark(kMapping + "armed:10:3:1:/a:b/x.%p (deleted)");
    REQUIRE(mark.has_value());
    CHECK(mark->state == RecordingMark::State::armed);
    CHECK(mark->signal == 10);
    CHECK(mark->written == 3);
    CHECK(mark->failed == 1);
    CHECK(mark->pattern == "/a:b/x.%p");
}

TEST_CASE("a mark without a pattern, and one with a newline in it") {
    CHECK(parse_mark(kMapping + "yielded:0:0:0: (deleted)")->pattern.empty());
    CHECK(parse_mark(kMapping + "off:0:0:0")->state == RecordingMark::State::off);
    CHECK(parse_mark(kMapping + "armed:10:0:0:/a\\012b (deleted)")->pattern == "/a\nb");
}

TEST_CASE("what is no mark is none") {
    for (const std::string rest : {"", "on:10:0:0:", "armed", "armed:x:0:0:", "armed:10:0:-1:",
                                   "armed:99999999999:0:0:", "armed::0:0:"}) {
        CHECK_FALSE(parse_mark(kMapping + rest).has_value());
    }
    CHECK_FALSE(parse_mark("7f00-7f01 r--p 00000000 00:01 28 /usr/lib/libc.so.6").has_value());
    CHECK_FALSE(parse_mark("").has_value());
}

TEST_CASE("this process is alive and not recorded") {
    const RecordedProcess self(::getpid());
    CHECK(self.is_alive());
    CHECK_FALSE(self.mark().has_value());
    CHECK(self.pid() == ::getpid());
    CHECK_THROWS_AS(RecordedProcess(2147483647), OperationError);
}
