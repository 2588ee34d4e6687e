// SPDX-License-Identifier: MIT
#include "preload/platform/diagnostics.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/preload/stderr_capture.h"

namespace tracemalloc::preload {

TEST_CASE("a message is one line with the tracer's name") {
    const test::StderrCapture capture;
    diagnostics::say("cannot do this");
    CHECK(capture.text() == "tracemalloc: cannot do this\n");
}

TEST_CASE("a descriptor 2 that became another file gets nothing") {
    const test::StderrCapture capture;
    std::FILE* const users = std::tmpfile();
    REQUIRE(users != nullptr);
    const int before = ::dup(2);
    REQUIRE(::dup2(::fileno(users), 2) == 2);
    diagnostics::say("into the user's data?");
    CHECK(::lseek(::fileno(users), 0, SEEK_END) == 0);
    ::close(2);
    diagnostics::say("into nothing?");
    REQUIRE(::dup2(before, 2) == 2);
    ::close(before);
    std::fclose(users);
    CHECK(capture.text().empty());
    diagnostics::say("back");
    CHECK(capture.text() == "tracemalloc: back\n");
}

}  // namespace tracemalloc::preload
