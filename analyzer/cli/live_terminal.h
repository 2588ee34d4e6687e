// SPDX-License-Identifier: MIT
//
// The terminal while a live view has it: second screen, keys without Enter, no cursor. However the
// process ends (return, exception, signal, crash), the terminal is as it was before; only SIGKILL
// and SIGSTOP from outside cannot be seen. Plain escape sequences of ECMA-48 and xterm: what is
// needed are six of them, fewer than a library has functions to set up.
#pragma once

#include <cstddef>
#include <string>

namespace tracemalloc::analyze {

class LiveTerminal {
public:
    /// Both ends must be terminals. At most one at a time.
    LiveTerminal();
    ~LiveTerminal();
    LiveTerminal(const LiveTerminal&) = delete;
    LiveTerminal& operator=(const LiveTerminal&) = delete;

    static bool is_possible();

    struct Size {
        std::size_t width = 80;
        std::size_t height = 24;
    };
    [[nodiscard]] Size size() const;

    /// Replaces what is shown, without flicker. `text` has no more lines than the height.
    void show(const std::string& text);

    /// One key; 0 when there was none within the time. Returns early, with 0, when the window has
    /// changed or somebody asked us to end.
    char key(double wait_s);
    /// A signal that asks to end has come; its number, else 0.
    static int end_signal();

private:
    static void enter();
    static void leave() noexcept;
    void stop();
};

/// Without a terminal: SIGINT, SIGTERM and SIGHUP end the loop, not the process, so that it can
/// clean up. LiveTerminal does so itself.
void catch_end_signals();

}  // namespace tracemalloc::analyze
