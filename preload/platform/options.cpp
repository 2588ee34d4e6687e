// SPDX-License-Identifier: MIT
#include "preload/platform/options.h"

#include <csignal>
#include <iterator>

#include "preload/platform/diagnostics.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

struct SignalName {
    std::string_view name;
    int number;
};

/// Signals that a snapshot may be asked by: those whose default action is to end the process or to
/// be ignored, and that no program raises at itself by accident.
constexpr SignalName kSignals[] = {
    {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"HUP", SIGHUP},       {"INT", SIGINT},
    {"QUIT", SIGQUIT}, {"TERM", SIGTERM}, {"ALRM", SIGALRM},     {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF}, {"IO", SIGIO},     {"WINCH", SIGWINCH},   {"URG", SIGURG},
    {"PWR", SIGPWR},   {"XCPU", SIGXCPU}, {"STKFLT", SIGSTKFLT}, {"CONT", SIGCONT},
};
constexpr int kFirstRealTime = 34;  // what glibc calls SIGRTMIN
constexpr int kLastRealTime = 64;

constexpr std::string_view kDefaultOutput = "tracemalloc.%e.%p.%n.bin";
constexpr std::string_view kOutputLetters = "penrht%";

/// A whole decimal number, nothing around it.
bool parse_number(std::string_view text, std::uint64_t max, std::uint64_t& number) noexcept {
    if (text.empty() || text.size() > 19) {
        return false;
    }
    number = 0;
    for (const char letter : text) {
        if (letter < '0' || letter > '9') {
            return false;
        }
        number = number * 10 + static_cast<std::uint64_t>(letter - '0');
    }
    return number <= max;
}

/// A number of bytes, with or without a binary unit.
bool parse_bytes(std::string_view text, std::uint64_t max, std::uint64_t& bytes) noexcept {
    constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
    unsigned shift = 0;
    for (unsigned unit = 0; unit < std::size(kUnits); ++unit) {
        if (text.ends_with(kUnits[unit])) {
            text.remove_suffix(kUnits[unit].size());
            shift = 10 * (unit + 1);
        }
    }
    if (!parse_number(text, max >> shift, bytes)) {
        return false;
    }
    bytes <<= shift;
    return true;
}

bool parse_sample(std::string_view text, Options& options) noexcept {
    options.sample_bytes = 0;
    options.adapts_sampling = text == "auto";
    return options.adapts_sampling ||
           parse_bytes(text, Options::kMaxSampleBytes, options.sample_bytes);
}

bool parse_signal(std::string_view text, int& signal) noexcept {
    if (text == "none") {
        signal = 0;
        return true;
    }
    if (text.starts_with("SIG")) {
        text.remove_prefix(3);
    }
    std::uint64_t number = 0;
    const bool is_number = parse_number(text, kLastRealTime, number);
    for (const SignalName& entry : kSignals) {
        if (text == entry.name ||
            (is_number && number == static_cast<std::uint64_t>(entry.number))) {
            signal = entry.number;
            return true;
        }
    }
    if (is_number && number >= kFirstRealTime) {
        signal = static_cast<int>(number);
        return true;
    }
    return false;
}

bool parse_switch(std::string_view text, bool& value) noexcept {
    value = text == "1";
    return text == "0" || text == "1";
}

/// Relative patterns mean the directory the program started in, wherever it goes later.
bool parse_output(std::string_view text, TextBuffer<PATH_MAX>& output) noexcept {
    if (text.empty()) {
        return false;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' &&
            (++at == text.size() || kOutputLetters.find(text[at]) == std::string_view::npos)) {
            return false;
        }
    }
    output.clear();
    if (text[0] != '/') {
        char directory[PATH_MAX];
        const long length = system_call(SYS_getcwd, directory, sizeof directory);
        if (!failed(length) && directory[0] == '/') {
            for (const char letter :
                 std::string_view(directory, static_cast<std::size_t>(length - 1))) {
                output.append(letter);
                if (letter == '%') {
                    output.append(letter);
                }
            }
            if (length > 2) {
                output << "/";
            }
        }
    }
    output << text;
    return !output.is_cut();
}

/// One line whatever the value is: its first letters.
bool reject(std::string_view name, std::string_view value, std::string_view allowed) noexcept {
    constexpr std::size_t kMostLetters = 100;
    diagnostics::Line line;
    line << name << "='";
    line << value.substr(0, kMostLetters) << (value.size() > kMostLetters ? "…" : "")
         << "' is not valid (allowed: " << allowed << "); the program runs untraced";
    diagnostics::say(line.view());
    return false;
}

/// A variable whose value is 0 or 1.
template <bool Options::*Member>
bool parse_member(std::string_view text, Options& options) noexcept {
    return parse_switch(text, options.*Member);
}

bool parse_nframe(std::string_view text, Options& options) noexcept {
    std::uint64_t number = 0;
    if (!parse_number(text, Options::kMaxFrames, number) || number == 0) {
        return false;
    }
    options.nframe = static_cast<std::uint32_t>(number);
    return true;
}

bool parse_check(std::string_view text, Options& options) noexcept {
    std::uint64_t number = 0;
    if (!parse_number(text, 1'000'000'000, number)) {
        return false;
    }
    options.check_every = static_cast<std::uint32_t>(number);
    return true;
}

bool parse_sample_seed(std::string_view text, Options& options) noexcept {
    return parse_number(text, 1'000'000'000, options.sample_seed);
}

bool parse_only(std::string_view text, Options& options) noexcept {
    options.only.clear();
    options.only << text;
    return !text.empty() && text.front() != ':' && text.back() != ':' &&
           text.find("::") == std::string_view::npos && !options.only.is_cut();
}

bool parse_session(std::string_view text, Options& options) noexcept {
    options.session.clear();
    options.session << text;
    return true;
}

struct Variable {
    std::string_view name;
    bool (*parse)(std::string_view text, Options& options) noexcept;
    std::string_view allowed;
};

constexpr std::string_view kSwitch = "0 or 1";

constexpr Variable kVariables[] = {
    {"TRACEMALLOC_NFRAME", parse_nframe, "1 to 512"},
    {"TRACEMALLOC_OUTPUT",
     [](std::string_view text, Options& options) noexcept {
         return parse_output(text, options.output);
     },
     "a path with %p %e %n %r %h %t or %% in it"},
    {"TRACEMALLOC_SIGNAL",
     [](std::string_view text, Options& options) noexcept {
         return parse_signal(text, options.signal);
     },
     "a signal such as USR1, USR2 or 34 to 64, or none"},
    {"TRACEMALLOC_EXIT", parse_member<&Options::exit_snapshot>, kSwitch},
    {"TRACEMALLOC_CRASH", parse_member<&Options::crash_snapshot>, kSwitch},
    {"TRACEMALLOC_START", parse_member<&Options::start>, kSwitch},
    {"TRACEMALLOC_ONLY", parse_only,
     "names of programs such as redis-server or python3*, parted by :"},
    {"TRACEMALLOC_FOLLOW", parse_member<&Options::follow>, kSwitch},
    {"TRACEMALLOC_PEAK", parse_member<&Options::peak>, kSwitch},
    {"TRACEMALLOC_INTERVAL",
     [](std::string_view text, Options& options) noexcept {
         return snapshot_trigger::parse_seconds(text, options.triggers.interval_ns);
     },
     snapshot_trigger::kAllowedSeconds},
    {"TRACEMALLOC_GROW",
     [](std::string_view text, Options& options) noexcept {
         return snapshot_trigger::parse_growth(text, options.triggers.growth);
     },
     snapshot_trigger::kAllowedGrowth},
    {"TRACEMALLOC_AUTOSAVE",
     [](std::string_view text, Options& options) noexcept {
         return snapshot_trigger::parse_autosave(text, options.triggers.autosave);
     },
     snapshot_trigger::kAllowedAutosave},
    {"TRACEMALLOC_BLOCKS", parse_member<&Options::block_addresses>, kSwitch},
    {"TRACEMALLOC_LEAKS", parse_member<&Options::leaks>, kSwitch},
    {"TRACEMALLOC_MMAP", parse_member<&Options::mappings>, kSwitch},
    {"TRACEMALLOC_TRAFFIC", parse_member<&Options::traffic>, kSwitch},
    {"TRACEMALLOC_SAMPLE", parse_sample,
     "bytes up to 1TiB, such as 512KiB, 0 for every block, or auto"},
    {"TRACEMALLOC_SAMPLE_SEED", parse_sample_seed, "0 to 1000000000"},
    {"TRACEMALLOC_CHECK", parse_check, "0 to 1000000000"},
    {"TRACEMALLOC_CHECK_REPORT", parse_member<&Options::check_report>, kSwitch},
    {"TRACEMALLOC_SESSION", parse_session, "any word"},
};

bool parse_one(std::string_view name, std::string_view value, Options& options) noexcept {
    for (const Variable& variable : kVariables) {
        if (name == variable.name) {
            return variable.parse(value, options) || reject(name, value, variable.allowed);
        }
    }
    return true;
}

}  // namespace

bool parse_options(const char* const* environment, Options& options) noexcept {
    if (!parse_output(kDefaultOutput, options.output)) {
        diagnostics::say("the working directory's path is too long; the program runs untraced");
        return false;
    }
    for (; environment != nullptr && *environment != nullptr; ++environment) {
        const std::string_view entry(*environment);
        const std::size_t equals = entry.find('=');
        if (!entry.starts_with("TRACEMALLOC_") || equals == std::string_view::npos) {
            continue;
        }
        const std::string_view name(entry.data(), equals);
        const std::string_view value(entry.data() + equals + 1, entry.size() - equals - 1);
        if (!parse_one(name, value, options)) {
            return false;
        }
    }
    return true;
}

std::string_view signal_name(int signal) noexcept {
    for (const SignalName& entry : kSignals) {
        if (entry.number == signal) {
            return entry.name;
        }
    }
    return {};
}

}  // namespace tracemalloc::preload
