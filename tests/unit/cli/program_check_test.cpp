// SPDX-License-Identifier: MIT
//
// Real refusals need built programs and are tested in tests/integration/test_cli_run.py.
#include "analyzer/cli/program_check.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

/// A file that holds `content` for the time of a check.
std::optional<std::string> check_content(const std::string& content) {
    std::string path = (std::filesystem::temp_directory_path() / "tm-XXXXXX").string();
    const int descriptor = ::mkstemp(path.data());
    REQUIRE(descriptor >= 0);
    std::ofstream(path, std::ios::binary) << content;
    const auto reason = why_not_recordable(path);
    std::filesystem::remove(path);
    return reason;
}

}  // namespace

TEST_CASE("an ordinary program can be recorded") {
    CHECK_FALSE(why_not_recordable("/bin/sh").has_value());
}

TEST_CASE("a script is as good as its interpreter") {
    CHECK_FALSE(check_content("#!/bin/sh\n").has_value());
    CHECK_FALSE(check_content("#! \t /bin/sh  -x\n").has_value());
    CHECK(check_content("#!/no/such/interpreter\n").has_value());
    CHECK(check_content("#!\n").has_value());
}

TEST_CASE("whatever bytes a file holds, the answer is a sentence") {
    for (const std::string& content : {std::string(), std::string("text"),
                                       std::string("\x7f"
                                                   "ELF"),
                                       std::string("\x7f"
                                                   "ELF\2\1\1") +
                                           std::string(9, '\0'),
                                       std::string("\x7f"
                                                   "ELF\2\1\1") +
                                           std::string(57, '\xff')}) {
        const auto reason = check_content(content);
        REQUIRE(reason.has_value());
        CHECK(reason->find('\n') == std::string::npos);
    }
}
