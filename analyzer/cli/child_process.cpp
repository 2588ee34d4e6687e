// SPDX-License-Identifier: MIT
//
// All signals are blocked and fetched one by one, so no handler runs and none is missed.
#include "analyzer/cli/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <initializer_list>

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

/// Signals as they were, for the child and for afterwards.
class HeldSignals {
public:
    HeldSignals() {
        struct sigaction standard {};
        standard.sa_handler = SIG_DFL;
        // Ignored, it would take the child's status away.
        ::sigaction(SIGCHLD, &standard, &child_action_);
        ::sigfillset(&held_);
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
            ::sigdelset(&held_, fault);
        }
        ::sigprocmask(SIG_BLOCK, &held_, &mask_);
    }
    ~HeldSignals() {
        // What came in beside the child's end was for the child.
        const timespec none{};
        while (::sigtimedwait(&held_, nullptr, &none) > 0) {
        }
        restore();
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    void restore() const {
        ::sigaction(SIGCHLD, &child_action_, nullptr);
        ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
    }
    int next(siginfo_t& info) const {
        int signal = 0;
        do {
            signal = ::sigwaitinfo(&held_, &info);
        } while (signal < 0 && errno == EINTR);
        return signal;
    }

private:
    sigset_t held_{};
    sigset_t mask_{};
    struct sigaction child_action_ {};
};

[[noreturn]] void become(const std::string& path, const std::vector<std::string>& arguments,
                         const HeldSignals& signals, int report) {
    std::vector<char*> words;
    for (const std::string& argument : arguments) {
        words.push_back(const_cast<char*>(argument.c_str()));
    }
    words.push_back(nullptr);
    signals.restore();
    ::execv(path.c_str(), words.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
    ::_exit(127);
}

pid_t start(const std::string& path, const std::vector<std::string>& arguments,
            const HeldSignals& signals) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) {
        throw OperationError(fmt::format("no pipe: {}", std::strerror(errno)));
    }
    const pid_t child = ::fork();
    if (child == 0) {
        become(path, arguments, signals, pipe[1]);
    }
    const int fork_error = errno;
    ::close(pipe[1]);
    int error = 0;
    ssize_t bytes = 0;
    do {
        bytes = ::read(pipe[0], &error, sizeof error);  // ends when the child's exec closes it
    } while (bytes < 0 && errno == EINTR);
    ::close(pipe[0]);
    if (child < 0 || bytes == static_cast<ssize_t>(sizeof error)) {
        if (child > 0) {
            ::waitpid(child, nullptr, 0);
        }
        throw OperationError(fmt::format("'{}' cannot be started: {}", path,
                                         std::strerror(child < 0 ? fork_error : error)));
    }
    return child;
}

/// The terminal stopped the job, so the caller's shell must see all of it stopped.
void stop_as(int signal) {
    if (signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU) {
        return;  // someone stopped the program alone
    }
    struct sigaction standard {};
    struct sigaction before {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(signal, &standard, &before);
    sigset_t only{};
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::kill(::getpid(), signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);  // stops here until someone continues the job
    ::sigprocmask(SIG_BLOCK, &only, nullptr);
    ::sigaction(signal, &before, nullptr);
}

/// A signal of the kernel's (the terminal's keys, its size, its end) went to the whole process
/// group, the child included. The child's own signals to its parent are not meant for itself.
bool is_for_child(const siginfo_t& info, pid_t child) {
    return info.si_code <= 0 && info.si_pid != child;
}

void forward(pid_t child, int signal, const siginfo_t& info) {
    if (info.si_code == SI_QUEUE) {
        ::sigqueue(child, signal, info.si_value);
    } else {
        ::kill(child, signal);
    }
}

/// True when the child has ended.
bool reap(pid_t child, int& status) {
    pid_t changed = 0;
    while ((changed = ::waitpid(child, &status, WNOHANG | WUNTRACED)) == child) {
        if (!WIFSTOPPED(status)) {
            return true;
        }
        stop_as(WSTOPSIG(status));
    }
    if (changed < 0 && errno == ECHILD) {
        throw OperationError("the program's end was not reported by the system");
    }
    return false;
}

}  // namespace

ChildEnd run_child(const std::string& path, const std::vector<std::string>& arguments) {
    const HeldSignals signals;
    ChildEnd end;
    end.pid = start(path, arguments, signals);
    int status = 0;
    while (!reap(end.pid, status)) {
        siginfo_t info{};
        const int signal = signals.next(info);
        if (signal > 0 && signal != SIGCHLD && is_for_child(info, end.pid)) {
            forward(end.pid, signal, info);
        }
    }
    end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end.exit_code = end.signal != 0 ? 128 + end.signal : WEXITSTATUS(status);
    return end;
}

}  // namespace tracemalloc::analyze
