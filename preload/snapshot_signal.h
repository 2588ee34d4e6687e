// SPDX-License-Identifier: MIT
//
// The signal that asks for a snapshot, shared with the program. As long as the program leaves it at
// its default the tracer's handler stands there, unseen: sigaction() tells the program what it set
// itself. When the program installs a handler or ignores the signal, that stays in charge, and one
// line says how to choose another signal.
#pragma once

#include <csignal>

namespace tracemalloc::preload {

class SnapshotSignal {
public:
    /// 0: no signal. Leaves a signal alone that is not at its default already.
    void install(int number) noexcept;

    [[nodiscard]] bool is(int number) const noexcept { return number_ != 0 && number == number_; }

    /// sigaction() by the program for this signal.
    int on_program_action(const struct sigaction* action, struct sigaction* old) noexcept;

private:
    bool take_over() noexcept;
    void yield() noexcept;

    int number_ = 0;
    bool has_said_ = false;
    struct sigaction program_action_ = {};  ///< what the program believes is installed
};

extern SnapshotSignal g_snapshot_signal;

}  // namespace tracemalloc::preload
