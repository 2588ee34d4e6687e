// SPDX-License-Identifier: MIT
#include "analyzer/cli/live_loop.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "analyzer/cli/message.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/snapshot_request.h"
#include "analyzer/errors.h"
#include "analyzer/render/live_report.h"

namespace tracemalloc::analyze {

namespace {

constexpr double kAnswerTimeout = 30;
constexpr double kShortestInterval = 0.25;
constexpr double kLongestInterval = 86400;
constexpr std::size_t kFinalHeight = 18;
constexpr const char* kKeys =
    "q quit  space pause  m mark  r from the start  s sort  g group  + - interval";

bool must_end() {
    return LiveTerminal::end_signal() != 0;
}

/// A dump goes whether it could be read or not.
class DumpEnd {
public:
    explicit DumpEnd(std::function<void()> dispose) : dispose_(std::move(dispose)) {}
    ~DumpEnd() { dispose_(); }
    DumpEnd(const DumpEnd&) = delete;
    DumpEnd& operator=(const DumpEnd&) = delete;

private:
    std::function<void()> dispose_;
};

}  // namespace

LiveLoop::LiveLoop(const RecordedProcess& process, const TopOptions& options, bool owns_files)
    : process_(process),
      options_(options),
      owns_files_(owns_files),
      watch_(options.read.pipeline),
      group_by_(options.read.report.group_by),
      interval_s_(options.interval_s) {}

void LiveLoop::on_terminal() {
    {
        LiveTerminal terminal;
        terminal.show("taking the first snapshot …");
        while (look() && !must_end() && !is_last()) {
            draw(terminal);
            if (!wait(terminal)) {
                break;
            }
        }
    }
    if (watch_.has_look()) {
        Output output(stdout);
        const ReportOptions report = report_options(options_.read);
        put_live_screen(output, watch_.table(), watch_.snapshot(), view(),
                        {report.width, kFinalHeight, report.colour, report.attributed});
        finish(output);
    }
}

void LiveLoop::in_lines() {
    Output output(stdout);
    while (look() && !must_end()) {
        put_live_line(output, watch_.table(), view());
        finish(output);
        if (is_last()) {
            break;
        }
        const auto whole = static_cast<time_t>(interval_s_);
        const timespec pause{whole,
                             static_cast<long>((interval_s_ - static_cast<double>(whole)) * 1e9)};
        ::nanosleep(&pause, nullptr);  // a signal that asks to end cuts it short
    }
}

void LiveLoop::say_end() const {
    if (!process_.is_alive()) {
        say_note(fmt::format("process {} has ended", process_.pid()));
    }
    for (const std::string& dump : left_) {
        say_note(fmt::format("left in place, it may be somebody else's: {}", dump));
    }
}

/// False when the process has ended.
bool LiveLoop::look() {
    note_.clear();
    try {
        const SnapshotAnswer answer = request_snapshot(process_, kAnswerTimeout, must_end);
        if (!answer.dump.empty()) {
            const DumpEnd end([&] { dispose(answer.dump, answer.alone); });
            watch_.take(answer.dump);
            ++looks_;
        }
    } catch (const Error& error) {
        if (!process_.is_alive()) {
            return false;
        }
        if (!watch_.has_look()) {
            throw;
        }
        note_ = error.what();
    }
    return true;
}

void LiveLoop::dispose(const std::string& dump, bool is_ours) {
    if (is_ours || owns_files_) {
        ::unlink(dump.c_str());
    } else {
        left_.push_back(dump);
    }
}

LiveView LiveLoop::view() {
    LiveView view = watch_.view(group_by_, order_);
    view.paused = paused_;
    view.interval_s = interval_s_;
    view.note = note_;
    return view;
}

void LiveLoop::draw(LiveTerminal& terminal) {
    const LiveTerminal::Size size = terminal.size();
    char* text = nullptr;
    std::size_t bytes = 0;
    std::FILE* const stream = ::open_memstream(&text, &bytes);
    if (stream == nullptr) {
        throw OperationError("out of memory");
    }
    Output output(stream);
    const ReportOptions report = report_options(options_.read);
    put_live_screen(output, watch_.table(), watch_.snapshot(), view(),
                    {size.width, size.height - 1, report.colour, report.attributed});
    output.put(std::string_view(kKeys).substr(0, size.width));
    std::fclose(stream);
    terminal.show(std::string(text, bytes));
    std::free(text);
}

/// Until the next look is due. False when the user quits.
bool LiveLoop::wait(LiveTerminal& terminal) {
    auto due = Clock::now() + std::chrono::duration<double>(interval_s_);
    while (!must_end() && (paused_ || Clock::now() < due)) {
        const std::chrono::duration<double> left = due - Clock::now();
        const char key = terminal.key(paused_ ? interval_s_ : left.count());
        if (key == 'q' || key == 'Q') {
            return false;
        }
        if (key == '+' || key == '-') {
            due = Clock::now() + std::chrono::duration<double>(interval_s_);
        }
        use(key);
        if (must_end() || (!paused_ && Clock::now() >= due)) {
            break;
        }
        draw(terminal);
    }
    return !must_end();
}

void LiveLoop::use(char key) {
    static constexpr GroupBy kGroups[] = {GroupBy::lineno, GroupBy::function, GroupBy::filename,
                                          GroupBy::module};
    switch (key) {
        case ' ':
            paused_ = !paused_;
            break;
        case 'm':
            watch_.mark();
            break;
        case 'r':
            watch_.unmark();
            break;
        case 's':
            order_ = static_cast<LiveOrder>((static_cast<int>(order_) + 1) % 3);
            break;
        case 'g': {
            std::size_t at = 0;
            while (at < std::size(kGroups) && kGroups[at] != group_by_) {
                ++at;
            }
            group_by_ = kGroups[(at + 1) % std::size(kGroups)];
            break;
        }
        case '+':
            interval_s_ = std::min(interval_s_ * 2, kLongestInterval);
            break;
        case '-':
            interval_s_ = std::max(interval_s_ / 2, kShortestInterval);
            break;
        default:
            break;
    }
}

}  // namespace tracemalloc::analyze
