// SPDX-License-Identifier: MIT
#include "preload/process_choice.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

Options only(const char* globs) {
    Options options;
    options.only << globs;
    return options;
}

/// What a forked child finds; the code under test is in this executable, so that is its library.
template <typename Question>
bool in_child(Question question) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(question() ? 1 : 0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

}  // namespace

TEST_CASE("all processes are chosen, or those of a name") {
    CHECK(process_choice::is_chosen(Options()));
    CHECK(process_choice::is_chosen(only("preload_tests")));
    CHECK(process_choice::is_chosen(only("other:preload_*")));
    CHECK_FALSE(process_choice::is_chosen(only("other:preload")));
}

TEST_CASE("a process whose parent has the library is started by ours") {
    CHECK_FALSE(process_choice::is_started_by_ours());
    CHECK(in_child(process_choice::is_started_by_ours));
    Options alone;
    alone.follow = false;
    CHECK(process_choice::is_chosen(alone));
    CHECK_FALSE(in_child([&] { return process_choice::is_chosen(alone); }));
    CHECK(in_child([&] { return process_choice::is_chosen(only("preload_tests")); }));
    alone.only << "other";
    CHECK_FALSE(process_choice::is_chosen(alone));
}

}  // namespace tracemalloc::preload
