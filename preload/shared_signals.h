// SPDX-License-Identifier: MIT
//
// Signals shared with the program: the one that asks for a snapshot, and those whose default action
// ends the process. As long as the program leaves one at its default a handler of ours stands
// there, unseen: sigaction() tells the program what it set itself. A handler of the program's, or
// its wish to ignore the signal, stays in charge; when it goes back to the default, so do we.
//
// What the program sees is derived from the kernel's answer, so SA_RESETHAND, system() and all else
// that changes an action behind our hooks is seen as it is.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdint>

namespace tracemalloc::preload {

class SharedSignals {
public:
    /// Takes those that are at their default now. `snapshot` 0: no signal asks for a snapshot.
    void install(int snapshot, bool catches_ends) noexcept;

    /// In a child that is not recorded: what the program set stands again.
    void withdraw() noexcept;

    /// sigaction() and signal() by the program. `next` is the function it meant.
    int on_program_action(int number, const struct sigaction* action,
                          struct sigaction* old) noexcept;
    sighandler_t on_program_signal(int number, sighandler_t handler,
                                   sighandler_t (*next)(int, sighandler_t)) noexcept;

    /// The program gave a thread an alternate stack. Until then SA_ONSTACK of its handlers is
    /// withheld, so that none runs on a stack that only we know of.
    void on_program_stack() noexcept;
    [[nodiscard]] bool program_has_stack() const noexcept {
        return program_has_stack_.load(std::memory_order_relaxed);
    }

private:
    static constexpr int kLast = 64;
    enum class Use : unsigned char { none, snapshot, end };

    [[nodiscard]] bool is_shared(int number) const noexcept {
        return number > 0 && number <= kLast && uses_[number] != Use::none;
    }
    bool take_over(int number) noexcept;
    void tell_snapshot_state(bool is_ours) noexcept;
    void settle(int number) noexcept;
    [[nodiscard]] struct sigaction as_program_sees(int number,
                                                   const struct sigaction& real) const noexcept;

    Use uses_[kLast + 1] = {};
    bool has_said_ = false;
    int snapshot_ = 0;
    std::atomic<bool> program_has_stack_{false};
    std::atomic<std::uint64_t> without_stack_{0};  ///< bit n-1: SA_ONSTACK was withheld from n
    struct sigaction defaults_[kLast + 1] = {};    ///< as the program set them, while ours stand
};

extern SharedSignals g_signals;

}  // namespace tracemalloc::preload
