// SPDX-License-Identifier: MIT
#include "analyzer/cli/signal_name.h"

#include <csignal>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("signals have their usual names") {
    CHECK(signal_name(SIGTERM) == "SIGTERM");
    CHECK(signal_name(40) == "signal 40");
}

TEST_CASE("a snapshot signal is one that the recording library takes") {
    for (const char* text :
         {"USR1", "SIGUSR2", "10", "12", "34", "64", "none", "IO", "29", "WINCH"}) {
        CHECK(is_snapshot_signal(text));
    }
    for (const char* text : {"", "KILL", "9", "STOP", "SEGV", "11", "CHLD", "33", "65", "0", "-1",
                             "usr1", "None", "SIG", "USR1 "}) {
        CHECK_FALSE(is_snapshot_signal(text));
    }
}
