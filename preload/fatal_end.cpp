// SPDX-License-Identifier: MIT
#include "preload/fatal_end.h"

#include "common/dump_format.h"
#include "preload/hook/next_functions.h"
#include "preload/lifecycle.h"
#include "preload/platform/attention.h"
#include "preload/platform/system_call.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload::fatal_end {

namespace {

dump::CrashFacts facts_of(int number, const siginfo_t& info) noexcept {
    dump::CrashFacts facts{};
    facts.signal = static_cast<std::uint32_t>(number);
    facts.code = info.si_code;
    facts.thread = static_cast<std::uint32_t>(system_call(SYS_gettid));
    const bool is_fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
                          number == SIGILL || number == SIGTRAP;
    if (is_fault && info.si_code > 0 && info.si_code != SI_KERNEL) {
        facts.flags = dump::kHasAddress;
        facts.address = reinterpret_cast<std::uint64_t>(info.si_addr);
    } else if (info.si_code == SI_USER || info.si_code == SI_TKILL || info.si_code == SI_QUEUE) {
        facts.flags = dump::kHasSender;
        facts.sender = static_cast<std::uint32_t>(info.si_pid);
    }
    return facts;
}

/// The signal is blocked until the handler returns: it takes its default action then, where the
/// first one hit. A second try of the instruction would not do: another thread may have mended what
/// it stumbled over, and a breakpoint is not hit twice.
void end_by(int number, siginfo_t* info) noexcept {
    struct sigaction standard {};
    g_next.sigaction(number, &standard, nullptr);
    const long process = system_call(SYS_getpid);
    const long thread = system_call(SYS_gettid);
    if (failed(system_call(SYS_rt_tgsigqueueinfo, process, thread, number, info))) {
        system_call(SYS_tgkill, process, thread, number);
    }
}

}  // namespace

void on_signal(int number, siginfo_t* info, void*) noexcept {
    if (lifecycle::is_recorded_process() && !recording_is_stopped()) {
        g_snapshots.take_crash_snapshot(facts_of(number, *info));
    }
    end_by(number, info);
}

}  // namespace tracemalloc::preload::fatal_end
