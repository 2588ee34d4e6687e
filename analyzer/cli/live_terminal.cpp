// SPDX-License-Identifier: MIT
#include "analyzer/cli/live_terminal.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";

std::atomic<bool> g_entered{false};
std::atomic<int> g_end_signal{0};
std::atomic<bool> g_resized{false};
std::atomic<bool> g_stop{false};
termios g_before{};

/// Safe in a signal handler.
void put(std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t bytes = ::write(STDOUT_FILENO, text.data(), text.size());
        if (bytes > 0) {
            text.remove_prefix(static_cast<std::size_t>(bytes));
        } else if (bytes < 0 && errno != EINTR) {
            return;
        }
    }
}

void restore() noexcept {
    if (g_entered.exchange(false)) {
        put(kLeave);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &g_before);
    }
}

void on_end(int number) {
    g_end_signal.store(number);
}
void on_resize(int) {
    g_resized.store(true);
}
void on_stop(int) {
    g_stop.store(true);
}
/// The handler was removed when it was called, so the signal now has its own effect.
void on_crash(int number) {
    restore();
    ::raise(number);
}

void handle(int number, void (*handler)(int), int flags = 0) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;  // no SA_RESTART: a wait for a key ends
    ::sigaction(number, &action, nullptr);
}

}  // namespace

void catch_end_signals() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        handle(number, on_end);
    }
}

bool LiveTerminal::is_possible() {
    const char* const kind = std::getenv("TERM");
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && kind != nullptr &&
           std::strcmp(kind, "dumb") != 0 && *kind != '\0';
}

LiveTerminal::LiveTerminal() {
    ::tcgetattr(STDIN_FILENO, &g_before);
    catch_end_signals();
    handle(SIGWINCH, on_resize);
    handle(SIGTSTP, on_stop);
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
        handle(number, on_crash, static_cast<int>(SA_RESETHAND | SA_NODEFER));
    }
    enter();
}

LiveTerminal::~LiveTerminal() {
    leave();
    for (const int number : {SIGWINCH, SIGTSTP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
        handle(number, SIG_DFL);
    }
}

void LiveTerminal::enter() {
    termios raw = g_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    g_entered.store(true);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    put(kEnter);
}

void LiveTerminal::leave() noexcept {
    restore();
}

LiveTerminal::Size LiveTerminal::size() const {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 ||
        window.ws_row == 0) {
        return {};
    }
    return {window.ws_col, window.ws_row};
}

void LiveTerminal::show(const std::string& text) {
    std::string frame = "\x1b[H";
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        frame.append(from == 0 ? "" : "\r\n").append(text, from, end - from).append("\x1b[K");
        from = end + 1;
    }
    put(frame + "\x1b[J");
}

/// As a shell expects of Ctrl-Z: the terminal is given back before we stop.
void LiveTerminal::stop() {
    leave();
    ::raise(SIGSTOP);
    ::tcgetattr(STDIN_FILENO, &g_before);
    enter();
}

char LiveTerminal::key(double wait_s) {
    const auto ms = static_cast<int>(std::min(wait_s * 1000, 3600e3));
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&input, 1, std::max(ms, 0));
    if (g_stop.exchange(false)) {
        stop();
    }
    if (g_resized.exchange(false)) {
        return 0;
    }
    if (ready > 0 && (input.revents & (POLLHUP | POLLERR)) != 0) {
        g_end_signal.store(SIGHUP);
        return 0;
    }
    char byte = 0;
    return ready > 0 && ::read(STDIN_FILENO, &byte, 1) == 1 ? byte : '\0';
}

int LiveTerminal::end_signal() {
    return g_end_signal.load();
}

}  // namespace tracemalloc::analyze
