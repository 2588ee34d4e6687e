// SPDX-License-Identifier: MIT
#include "preload/platform/options.h"

#include <unistd.h>

#include <climits>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/preload/stderr_capture.h"
#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

struct Parsed {
    bool is_valid = false;
    Options options;
    std::string message;
};

Parsed parse(const std::vector<std::string>& environment) {
    std::vector<const char*> pointers;
    for (const std::string& entry : environment) {
        pointers.push_back(entry.c_str());
    }
    pointers.push_back(nullptr);
    const test::StderrCapture capture;
    Parsed parsed;
    parsed.is_valid = parse_options(pointers.data(), parsed.options);
    parsed.message = capture.text();
    return parsed;
}

/// The options of an environment with nothing wrong in it.
Options options_of(const std::vector<std::string>& environment) {
    const Parsed parsed = parse(environment);
    INFO(environment.back());
    CHECK(parsed.is_valid);
    CHECK(parsed.message.empty());
    return parsed.options;
}

std::string working_directory() {
    return std::filesystem::current_path().string();
}

void check_rejected(const std::string& name, const std::string& allowed,
                    const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        const Parsed parsed = parse({name + "=" + value});
        CHECK_FALSE(parsed.is_valid);
        CHECK(parsed.message == "tracemalloc: " + name + "='" + value +
                                    "' is not valid (allowed: " + allowed +
                                    "); the program runs untraced\n");
    }
}

}  // namespace

TEST_CASE("an environment without our variables gives the defaults") {
    const Options options =
        options_of({"PATH=/bin", "TRACEMALLOC=7", "XTRACEMALLOC_NFRAME=0", "TRACEMALLOC_NFRAME"});
    CHECK(options.nframe == 32);
    CHECK(options.output.view() == working_directory() + "/tracemalloc.%e.%p.%n.bin");
    CHECK(options.signal == SIGUSR1);
    CHECK(options.exit_snapshot);
    CHECK(options.start);
    CHECK(options.only.view().empty());
    CHECK(options.follow);
    CHECK(options.check_every == 0);
    CHECK(options.session.view().empty());
    Options untouched;
    CHECK(parse_options(nullptr, untouched));
}

TEST_CASE("TRACEMALLOC_NFRAME is a whole number from 1 to 512") {
    CHECK(options_of({"TRACEMALLOC_NFRAME=1"}).nframe == 1);
    CHECK(options_of({"TRACEMALLOC_NFRAME=512"}).nframe == 512);
    CHECK(options_of({"TRACEMALLOC_NFRAME=007"}).nframe == 7);
    check_rejected("TRACEMALLOC_NFRAME", "1 to 512",
                   {"", "0", "513", "-1", "+1", "abc", "1.5", "0x10", " 1", "1 ", "1=1",
                    "99999999999999999999", "18446744073709551617"});
}

TEST_CASE("TRACEMALLOC_SIGNAL is a name, a number or none") {
    CHECK(options_of({"TRACEMALLOC_SIGNAL=none"}).signal == 0);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=USR2"}).signal == SIGUSR2);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=SIGUSR2"}).signal == SIGUSR2);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=12"}).signal == SIGUSR2);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=PROF"}).signal == SIGPROF);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=34"}).signal == 34);
    CHECK(options_of({"TRACEMALLOC_SIGNAL=64"}).signal == 64);
    check_rejected("TRACEMALLOC_SIGNAL", "a signal such as USR1, USR2 or 34 to 64, or none",
                   {"", "0", "-1", "9", "KILL", "SIGKILL", "STOP", "SEGV", "11", "CHLD", "32", "33",
                    "65", "usr1", "SIG", "SIGnone", "USR1 ", "RTMIN"});
}

TEST_CASE("a signal has the name it is chosen by") {
    CHECK(signal_name(SIGUSR1) == "USR1");
    CHECK(signal_name(SIGCONT) == "CONT");
    CHECK(signal_name(0).empty());
    CHECK(signal_name(SIGKILL).empty());
    for (int signal = 1; signal <= 64; ++signal) {
        if (!signal_name(signal).empty()) {
            const std::string name(signal_name(signal));
            CHECK(options_of({"TRACEMALLOC_SIGNAL=" + name}).signal == signal);
        }
    }
}

TEST_CASE("the switches are 0 or 1") {
    CHECK_FALSE(options_of({"TRACEMALLOC_EXIT=0"}).exit_snapshot);
    CHECK(options_of({"TRACEMALLOC_EXIT=1"}).exit_snapshot);
    CHECK_FALSE(options_of({"TRACEMALLOC_START=0"}).start);
    CHECK(options_of({"TRACEMALLOC_START=1"}).start);
    check_rejected("TRACEMALLOC_EXIT", "0 or 1", {"", "2", "yes", "true", "01", "0 "});
    check_rejected("TRACEMALLOC_START", "0 or 1", {"", "2", "no", "-1"});
    CHECK_FALSE(options_of({"TRACEMALLOC_BLOCKS=0"}).block_addresses);
    CHECK(options_of({"TRACEMALLOC_BLOCKS=1"}).block_addresses);
    check_rejected("TRACEMALLOC_BLOCKS", "0 or 1", {"", "2"});
    CHECK_FALSE(options_of({"TRACEMALLOC_EXIT=1"}).leaks);
    CHECK(options_of({"TRACEMALLOC_LEAKS=1"}).leaks);
    check_rejected("TRACEMALLOC_LEAKS", "0 or 1", {"", "2"});
    CHECK_FALSE(options_of({"TRACEMALLOC_EXIT=1"}).mappings);
    CHECK(options_of({"TRACEMALLOC_MMAP=1"}).mappings);
    check_rejected("TRACEMALLOC_MMAP", "0 or 1", {"", "2"});
    CHECK_FALSE(options_of({"TRACEMALLOC_START=1"}).traffic);
    CHECK(options_of({"TRACEMALLOC_TRAFFIC=1"}).traffic);
    check_rejected("TRACEMALLOC_TRAFFIC", "0 or 1", {"", "yes"});
    CHECK(options_of({"TRACEMALLOC_SAMPLE=auto", "TRACEMALLOC_TRAFFIC=1"}).traffic);
    CHECK_FALSE(options_of({"TRACEMALLOC_FOLLOW=0"}).follow);
    CHECK(options_of({"TRACEMALLOC_FOLLOW=1"}).follow);
    check_rejected("TRACEMALLOC_FOLLOW", "0 or 1", {"", "2", "-1"});
}

TEST_CASE("TRACEMALLOC_ONLY is names parted by colons") {
    CHECK(options_of({"TRACEMALLOC_ONLY=redis-server"}).only.view() == "redis-server");
    CHECK(options_of({"TRACEMALLOC_ONLY=a*:[!b]"}).only.view() == "a*:[!b]");
    check_rejected("TRACEMALLOC_ONLY",
                   "names of programs such as redis-server or python3*, parted by :",
                   {"", ":", "a:", ":a", "a::b"});
    CHECK_FALSE(parse({"TRACEMALLOC_ONLY=" + std::string(PATH_MAX, 'x')}).is_valid);
}

TEST_CASE("snapshots that nobody asks for have their variables") {
    CHECK(options_of({"TRACEMALLOC_EXIT=1"}).triggers.interval_ns == 0);
    CHECK(options_of({"TRACEMALLOC_INTERVAL=0.5"}).triggers.interval_ns == 500'000'000);
    CHECK(options_of({"TRACEMALLOC_GROW=rss:12.5"}).triggers.growth.growth == 12'500);
    const AutosaveTrigger autosave = options_of({"TRACEMALLOC_AUTOSAVE=60,50%"}).triggers.autosave;
    CHECK(autosave.period_ns == 60'000'000'000);
    CHECK(autosave.resident_growth == 50'000);
    check_rejected("TRACEMALLOC_INTERVAL", "seconds such as 60 or 0.5, 0.001 to 1000000000",
                   {"", "0", "-1", "1s", "0.0001", "1000000001"});
    check_rejected("TRACEMALLOC_GROW",
                   "a percentage such as 50, rss:50 or cgroup:50, 0.001 to 1000000",
                   {"", "0", "rss", "rss:", "swap:5", "5%%", "1000001"});
    check_rejected("TRACEMALLOC_AUTOSAVE",
                   "seconds such as 60 or 0.5, or seconds and a percentage such as 60,50",
                   {"", "0", "60,", ",50", "60,0", "60,50,1"});
}

TEST_CASE("TRACEMALLOC_CHECK is how often captures are compared") {
    CHECK(options_of({"TRACEMALLOC_CHECK=0"}).check_every == 0);
    CHECK(options_of({"TRACEMALLOC_CHECK=1000000000"}).check_every == 1'000'000'000);
    check_rejected("TRACEMALLOC_CHECK", "0 to 1000000000", {"", "-1", "1000000001", "all"});
}

TEST_CASE("TRACEMALLOC_SESSION is kept as it is, up to its capacity") {
    CHECK(options_of({"TRACEMALLOC_SESSION=a b=c"}).session.view() == "a b=c");
    CHECK(options_of({"TRACEMALLOC_SESSION="}).session.view().empty());
    const std::string longer(100, 's');
    CHECK(options_of({"TRACEMALLOC_SESSION=" + longer}).session.view() == longer.substr(0, 64));
}

TEST_CASE("TRACEMALLOC_OUTPUT is a pattern, made absolute") {
    CHECK(options_of({"TRACEMALLOC_OUTPUT=/d/%p-%e-%n-%r-%h-%t-%%"}).output.view() ==
          "/d/%p-%e-%n-%r-%h-%t-%%");
    CHECK(options_of({"TRACEMALLOC_OUTPUT=x y=z"}).output.view() == working_directory() + "/x y=z");
    check_rejected("TRACEMALLOC_OUTPUT", "a path with %p %e %n %r %h %t or %% in it",
                   {"", "%", "a%", "%q", "%%%", "% p", "/x/%P"});
}

TEST_CASE("percent signs of the working directory are not letters of the pattern") {
    const test::TemporaryFolder folder;
    const std::string before = working_directory();
    const std::string inside = folder / "100%p";
    REQUIRE(std::filesystem::create_directory(inside));
    REQUIRE(::chdir(inside.c_str()) == 0);
    const Options options = options_of({"TRACEMALLOC_OUTPUT=%n"});
    REQUIRE(::chdir(before.c_str()) == 0);
    CHECK(options.output.view() == folder / "100%%p/%n");
}

TEST_CASE("a path is as long as paths may be") {
    const std::string longest = "/" + std::string(PATH_MAX - 2, 'x');
    CHECK(options_of({"TRACEMALLOC_OUTPUT=" + longest}).output.view() == longest);
    CHECK_FALSE(parse({"TRACEMALLOC_OUTPUT=" + longest + "x"}).is_valid);
}

TEST_CASE("the first bad value ends the parsing, the last good one counts") {
    const Parsed parsed = parse({"TRACEMALLOC_EXIT=no", "TRACEMALLOC_NFRAME=0"});
    CHECK(parsed.message ==
          "tracemalloc: TRACEMALLOC_EXIT='no' is not valid (allowed: 0 or 1); the program runs "
          "untraced\n");
    CHECK(options_of({"TRACEMALLOC_NFRAME=3", "TRACEMALLOC_NFRAME=4"}).nframe == 4);
}

}  // namespace tracemalloc::preload
