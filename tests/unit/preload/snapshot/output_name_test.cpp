// SPDX-License-Identifier: MIT
#include "preload/snapshot/output_name.h"

#include <unistd.h>

#include <climits>
#include <ctime>
#include <filesystem>
#include <string>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

std::string expand(const std::string& pattern, std::uint32_t number = 1,
                   dump::SnapshotReason reason = dump::SnapshotReason::exit) {
    RawFile::Path name;
    expand_output_name(pattern, number, reason, name);
    return std::string(name.view());
}

}  // namespace

TEST_CASE("the letters of an output name stand for what they say") {
    char host[HOST_NAME_MAX + 1] = {};
    REQUIRE(::gethostname(host, sizeof host) == 0);
    CHECK(expand("%p") == std::to_string(::getpid()));
    CHECK(expand("%e") == "preload_tests");
    CHECK(expand("%n", 4294967295) == "4294967295");
    CHECK(expand("%r") == "exit");
    CHECK(expand("%r", 1, dump::SnapshotReason::signal) == "signal");
    CHECK(expand("%h") == host);
    CHECK(expand("%%") == "%");
    const std::time_t before = std::time(nullptr);
    const std::time_t told = std::stoll(expand("%t"));
    CHECK(told >= before);
    CHECK(told <= std::time(nullptr));
}

TEST_CASE("everything around the letters stays") {
    CHECK(expand("/a b/%n.%r%%n-%n.bin", 7) == "/a b/7.exit%n-7.bin");
    CHECK(expand("").empty());
}

TEST_CASE("a name that does not fit is cut and says so") {
    RawFile::Path name;
    expand_output_name(std::string(PATH_MAX, 'x') + "%n", 1, dump::SnapshotReason::exit, name);
    CHECK(name.is_cut());
}

}  // namespace tracemalloc::preload
