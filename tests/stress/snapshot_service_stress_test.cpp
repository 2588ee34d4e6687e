// SPDX-License-Identifier: MIT
//
// Everybody wants a snapshot at once, beside threads that record and a thread that forks, until a
// signal ends the process. Whatever is left under a final name is whole; behind the crash dump
// there is neither an autosave nor anything that nobody asked for.
#include "preload/snapshot/snapshot_service.h"

#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "analyzer/load/dump_reader.h"
#include "analyzer/load/mapped_file.h"
#include "preload/platform/hook_scope.h"
#include "tests/stress/crowd.h"
#include "tests/stress/enrolled_thread.h"
#include "tests/stress/model_heap.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/block_table_fixture.h"
#include "tests/unit/preload/store/interned_stack.h"
#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::test {

namespace {

using namespace preload;
using Reason = dump::SnapshotReason;

constexpr std::chrono::milliseconds kDuration{1500};
constexpr std::chrono::milliseconds kUntilCrash{700};

/// A recorded process in miniature, with a service of its own.
struct Process {
    explicit Process(const std::string& folder) : table(make_table(4)) {
        options.output << folder << "/%p.%n.%r.bin";
        const auto many = []() noexcept { return std::uint64_t{1} << 40; };
        const auto nothing = []() noexcept { return AllocatorStatistics{}; };
        REQUIRE(service->prepare(options, {.blocks = table.get(),
                                           .stacks = stacks.get(),
                                           .labels = labels.get(),
                                           .sampler = sampler.get(),
                                           .traffic = traffic.get(),
                                           .peak_bytes = many,
                                           .traced_bytes = many,
                                           .allocator_statistics = nothing,
                                           .abandon_own_locks = []() noexcept {}}));
    }

    Options options;
    decltype(make_table(4)) table;
    std::unique_ptr<StackInterner> stacks = std::make_unique<StackInterner>();
    std::unique_ptr<LabelTable> labels = std::make_unique<LabelTable>();
    std::unique_ptr<Sampler> sampler = std::make_unique<Sampler>();
    std::unique_ptr<TrafficTable> traffic = std::make_unique<TrafficTable>();
    std::unique_ptr<SnapshotService> service = std::make_unique<SnapshotService>();
};

__attribute__((noinline)) void record(Crowd::Worker& worker, BlockTable& table,
                                      std::uintptr_t address, StackId stack) {
    const HookScope hook(__builtin_frame_address(0));
    std::int64_t replaced = 0;
    table.take(address);
    worker.expect(table.put(address, worker.random(1000), stack, replaced));
}

void fork_a_child(Crowd::Worker& worker, Process& process) {
    process.service->before_fork();
    const pid_t child = ::fork();
    if (child == 0) {
        thread_registry::keep_only_caller();
        process.table->for_each_lock([](preload::SpinLock& lock) { lock.reset(); });
        process.service->after_fork_in_child();
        process.service->take_exit_snapshot(false);
        ::_exit(0);
    }
    process.service->after_fork_in_parent();
    int status = -1;
    worker.expect(child > 0 && ::waitpid(child, &status, 0) == child && status == 0);
}

}  // namespace

TEST_CASE("snapshots of every kind beside each other, forks and a crash") {
    arm();
    const TemporaryFolder folder;
    Process process(folder.path());
    SnapshotService& service = *process.service;
    const StackId stack = intern(*process.stacks, {reinterpret_cast<std::uintptr_t>(&arm)});
    Crowd crowd(kDuration);
    crowd.add(3, [&](Crowd::Worker& worker) {
        const EnrolledThread thread;
        while (worker.goes_on()) {
            const std::uintptr_t own = 0x5555'0000'0000 + (std::uintptr_t{worker.number()} << 22);
            record(worker, *process.table, own + worker.random(4096) * 1024, stack);
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            service.request();
            std::this_thread::sleep_for(std::chrono::milliseconds(worker.random(20)));
        }
    });
    crowd.add(2, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            service.take_due(worker.random(2) == 0 ? Reason::interval : Reason::autosave);
            std::this_thread::sleep_for(std::chrono::milliseconds(worker.random(20)));
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        for (std::uint32_t forks = 0; forks < 10 && worker.goes_on(); ++forks) {
            fork_a_child(worker, process);
            std::this_thread::sleep_for(std::chrono::milliseconds(worker.random(20)));
        }
    });
    crowd.add(1, [&](Crowd::Worker&) {
        std::this_thread::sleep_for(kUntilCrash);
        dump::CrashFacts facts{};
        facts.signal = SIGSEGV;
        service.take_crash_snapshot(facts);
    });
    CHECK(crowd.run() == 0);

    std::size_t crashes = 0;
    const std::string own = std::to_string(::getpid()) + ".";
    for (const std::string& name : folder.names()) {
        INFO(name);
        const analyze::MappedFile file(folder / name);
        CHECK_NOTHROW(analyze::read_dump(analyze::DumpView(name, file.bytes())));
        crashes += name.find(".crash.") != std::string::npos ? 1U : 0U;
        CHECK_FALSE((name.rfind(own, 0) == 0 && name.find("autosave") != std::string::npos));
    }
    CHECK(crashes == 1);
    CHECK(folder.names().size() > 5);
}

}  // namespace tracemalloc::test
