// SPDX-License-Identifier: MIT
//
// Blocks and stacks made by hand, written as a dump and read back by the analyzer's own reader.
#include "preload/snapshot/dump_writer.h"

#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>

#include "analyzer/load/dump_reader.h"
#include "analyzer/load/mapped_file.h"
#include "preload/platform/attention.h"
#include "preload/platform/pages.h"
#include "preload/platform/thread_registry.h"
#include "tests/stress/enrolled_thread.h"
#include "tests/unit/preload/store/block_table_fixture.h"
#include "tests/unit/preload/store/interned_stack.h"
#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uintptr_t kHeap = 0x6000'0000'0000;
constexpr std::uint64_t k1GiB = std::uint64_t{1} << 30;

/// A traceback, most recent frame first, its flags and the size of a block, to the number of such
/// blocks.
using Rows = std::map<std::tuple<Frames, std::uint32_t, std::uint64_t>, std::uint64_t>;

std::uintptr_t own_code() {
    return reinterpret_cast<std::uintptr_t>(&own_code);
}

std::uintptr_t libc_code() {
    return reinterpret_cast<std::uintptr_t>(::dlsym(RTLD_DEFAULT, "gnu_get_libc_version"));
}

/// Where libc lets the kernel return to from a handler.
std::uintptr_t signal_return() {
    struct KernelAction {
        std::uintptr_t handler, flags, restorer, mask;
    } action{};
    auto* const before = std::signal(SIGUSR2, [](int) {});
    REQUIRE(::syscall(SYS_rt_sigaction, SIGUSR2, nullptr, &action, sizeof action.mask) == 0);
    std::signal(SIGUSR2, before);
    return action.restorer;
}

analyze::RawSnapshot read(const std::string& path) {
    const analyze::MappedFile file(path);
    return analyze::read_dump(analyze::DumpView(path, file.bytes()));
}

Rows rows_of(const analyze::RawSnapshot& snapshot) {
    Rows rows;
    for (const analyze::Trace& trace : snapshot.traces) {
        const analyze::RawStack& stack = snapshot.stacks[trace.traceback];
        Frames frames;
        for (const std::uint32_t address : snapshot.addresses_of(stack)) {
            frames.push_back(snapshot.addresses[address].address);
        }
        const std::uint32_t flags =
            (stack.cut_by_limit ? std::uint32_t{dump::kCutByLimit} : 0U) |
            (stack.cut_by_unwinder ? std::uint32_t{dump::kCutByUnwinder} : 0U);
        rows[{frames, flags, trace.size}] += trace.count;
    }
    return rows;
}

/// A recorded process in miniature.
class Recording {
public:
    Recording() : table_(make_table(4)), stacks_(std::make_unique<StackInterner>()) {
        thread_registry::prepare();
        thread_ = std::make_unique<test::EnrolledThread>();
    }

    void add(const Frames& frames, std::uint32_t flags, std::uint64_t size, std::uint64_t count) {
        const StackId id = intern(*stacks_, {frames.rbegin(), frames.rend()}, flags);
        REQUIRE(id != StackId::none);
        for (std::uint64_t number = 0; number < count; ++number) {
            std::int64_t replaced = 0;
            REQUIRE(table_->put(next_, size, id, replaced));
            // Every other one shares its granule: both tables hold equal blocks.
            next_ += block_slot::is_long(size) ? 40U : 8U;
        }
        rows_[{frames, flags, size}] += count;
        bytes_ += size * count;
        blocks_ += count;
    }

    void add_traffic(const Frames& frames, std::uint64_t size, AllocationFunction function) {
        const StackId id = intern(*stacks_, {frames.rbegin(), frames.rend()}, 0);
        REQUIRE(traffic_->on_allocate(thread_->state(), {kHeap, size, id}, function));
        if (!view_.has_traffic()) {
            view_.keep_traffic({traffic_.get(), &samples_, stacks_.get()});
        }
    }

    /// A sample of this mean.
    void add_sample(const Frames& frames, std::uint64_t size, std::uint64_t mean) {
        LabelId label = LabelId::none;
        REQUIRE(labels_->intern({0, "", mean}, label));
        Frames labelled = {frames.rbegin(), frames.rend()};
        labelled.insert(labelled.begin(), frame_of(label));
        REQUIRE(samples_.on_allocate(intern(*stacks_, labelled), size));
        view_.keep_traffic({traffic_.get(), &samples_, stacks_.get(), false});
    }

    /// What is added from here on is born after this many snapshots.
    void begin_epoch(std::uint32_t snapshots) { table_->begin_epoch(snapshots, snapshots); }
    void fork() { table_->inherit(1); }

    std::uint32_t snapshot_number = 3;
    bool is_forked_child = true;

    int write(const std::string& path) {
        view_.keep_addresses();
        REQUIRE(view_.take(*table_, true) == FrozenView::Outcome::taken);
        ScopedModuleList modules;
        REQUIRE(modules.read());
        return write_dump(path, {.view = view_,
                                 .stacks = *stacks_,
                                 .labels = *labels_,
                                 .modules = modules.view(),
                                 .code = history_,
                                 .allocator = {true, 11, 22, 33, 44},
                                 .peak_bytes = 5,
                                 .own_bytes = pages::mapped_bytes(),
                                 .session = "the session",
                                 .start_unix_ns = 1'234,
                                 .number = snapshot_number,
                                 .reason = dump::SnapshotReason::signal,
                                 .nframe = 32,
                                 .is_forked_child = is_forked_child,
                                 .failed_dumps = 2,
                                 .is_sampled = samples_.size() != 0,
                                 .puts_addresses = true});
    }

    [[nodiscard]] const Rows& rows() const { return rows_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
    [[nodiscard]] std::uint64_t pause_ns() const { return view_.pause_ns(); }
    [[nodiscard]] StackInterner& stacks() { return *stacks_; }
    [[nodiscard]] CodeHistory& history() { return history_; }

private:
    std::unique_ptr<BlockTable> table_;
    std::unique_ptr<StackInterner> stacks_;
    std::unique_ptr<LabelTable> labels_ = std::make_unique<LabelTable>();
    std::unique_ptr<TrafficTable> traffic_ = std::make_unique<TrafficTable>();
    SampledTraffic samples_;
    std::unique_ptr<test::EnrolledThread> thread_;
    CodeHistory history_;
    FrozenView view_;
    Rows rows_;
    std::uintptr_t next_ = kHeap;
    std::uint64_t bytes_ = 0;
    std::uint64_t blocks_ = 0;
};

const analyze::RawAddress& address_of(const analyze::RawSnapshot& snapshot,
                                      std::uintptr_t address) {
    for (const analyze::RawAddress& one : snapshot.addresses) {
        if (one.address == address) {
            return one;
        }
    }
    FAIL("the dump lacks an address");
    return snapshot.addresses.front();
}

}  // namespace

TEST_CASE("what is written is what is read: blocks, stacks and flags") {
    const test::TemporaryFolder folder;
    Recording recording;
    const Frames main_stack = {own_code() + 5, own_code() + 9, libc_code() + 3};
    recording.add(main_stack, 0, 0, 3);
    recording.add(main_stack, 0, 16, 5);
    recording.add(main_stack, 0, k1GiB, 2);
    recording.add(main_stack, 0, k1GiB - 1, 2);
    recording.add(main_stack, 0, block_slot::kLongSizeMax, 1);
    recording.add(main_stack, 0, block_slot::kLongSizeMax + 1, 1);
    recording.add({own_code() + 1, own_code() + 9, libc_code() + 3}, 0, 16, 1);
    recording.add({libc_code() + 3}, dump::kCutByUnwinder, 7, 1);
    recording.add({libc_code() + 3}, dump::kCutByLimit, 7, 4);
    recording.add({0x10, 0x20, 0x10, 0x10}, dump::kCutByLimit, 100, 2);
    Frames deep(512, own_code() + 2);
    deep.back() = libc_code() + 3;
    recording.add(deep, 0, 1, 1);
    recording.add(main_stack, 0, 16, 1);  // again, out of order
    REQUIRE(recording.write(folder / "dump") == 0);
    CHECK(folder.names() == std::set<std::string>{"dump"});
    const analyze::RawSnapshot snapshot = read(folder / "dump");
    CHECK(rows_of(snapshot) == recording.rows());
    CHECK(snapshot.traces.size() == recording.rows().size());
    CHECK(snapshot.info.traced_bytes == recording.bytes());
    CHECK(snapshot.info.traced_blocks == recording.blocks());
    CHECK(snapshot.info.peak_traced_bytes == recording.bytes());  // a peak is never less
}

TEST_CASE("what is written is what is read: thousands of stacks with common ends") {
    const test::TemporaryFolder folder;
    Recording recording;
    for (std::uint32_t number = 0; number < 5000; ++number) {
        Frames frames = {own_code() + number % 7, 0x7000 + number};
        for (std::uint32_t deep = 0; deep < number % 30; ++deep) {
            frames.push_back(0x9000 + deep * (number % 3));
        }
        recording.add(frames, number % 3, number % 11, 1 + number % 4);
    }
    REQUIRE(recording.write(folder / "dump") == 0);
    CHECK(rows_of(read(folder / "dump")) == recording.rows());
}

TEST_CASE("births tell in which epoch blocks were allocated, one by one and by row") {
    const test::TemporaryFolder folder;
    Recording recording;
    const Frames stack = {own_code() + 5};
    recording.add(stack, 0, 4, 2);
    recording.begin_epoch(1);
    recording.add(stack, 0, 4, 1);
    recording.add(stack, 0, k1GiB, 1);
    recording.fork();
    recording.begin_epoch(1);
    recording.add(stack, 0, k1GiB, 2);
    recording.add(stack, 0, 8, 1);
    REQUIRE(recording.write(folder / "dump") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "dump");  // checks the block births, too
    CHECK(rows_of(snapshot) == recording.rows());
    CHECK(snapshot.births.rows ==
          std::vector<analyze::Birth>{{0, 0, 2}, {0, 1, 1}, {1, 3, 1}, {2, 1, 1}, {2, 3, 2}});
    const std::vector<analyze::Epoch>& epochs = snapshot.births.epochs;
    REQUIRE(epochs.size() == 4);
    CHECK(epochs[0].inherited);
    CHECK(epochs[1].inherited);
    CHECK(epochs[1].snapshots == 1);
    CHECK_FALSE(epochs[2].inherited);
    CHECK(epochs[2].snapshots == 0);
    CHECK(epochs[3].snapshots == 1);
    CHECK(epochs[3].start_unix_ns == 1);
}

TEST_CASE("the first snapshot of a process that was not forked has nothing to tell of births") {
    const test::TemporaryFolder folder;
    const auto tells_births = [&](std::uint32_t number, bool is_forked_child) {
        Recording recording;
        recording.snapshot_number = number;
        recording.is_forked_child = is_forked_child;
        recording.add({own_code() + 5}, 0, 4, 2);
        const std::string path = folder / (std::to_string(number) + (is_forked_child ? "f" : ""));
        REQUIRE(recording.write(path) == 0);
        const analyze::MappedFile file(path);
        const analyze::DumpView view(path, file.bytes());
        CHECK(view.has(dump::SectionKind::epochs) == view.has(dump::SectionKind::births));
        CHECK(view.has(dump::SectionKind::block_births) == view.has(dump::SectionKind::births));
        return view.has(dump::SectionKind::births);
    };
    CHECK_FALSE(tells_births(1, false));
    CHECK(tells_births(1, true));
    CHECK(tells_births(2, false));
}

TEST_CASE("a dump without blocks is whole") {
    const test::TemporaryFolder folder;
    Recording recording;
    REQUIRE(recording.write(folder / "dump") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "dump");
    CHECK(snapshot.traces.empty());
    CHECK(snapshot.stacks.empty());
    CHECK(snapshot.addresses.empty());
    CHECK_FALSE(snapshot.modules.empty());
}

TEST_CASE("addresses know their module, and which of them were interrupted") {
    const test::TemporaryFolder folder;
    Recording recording;
    const std::uintptr_t interrupted = own_code() + 1;
    recording.add({libc_code() + 1, signal_return(), interrupted, own_code() + 2, 0x10}, 0, 1, 1);
    REQUIRE(recording.write(folder / "dump") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "dump");
    const auto path_at = [&](std::uintptr_t address) {
        return snapshot.modules.at(address_of(snapshot, address).module).path;
    };
    CHECK(path_at(own_code() + 2) == std::filesystem::read_symlink("/proc/self/exe"));
    CHECK(path_at(libc_code() + 1).find("libc.so") != std::string::npos);
    CHECK(address_of(snapshot, 0x10).module == dump::kNone);
    CHECK(address_of(snapshot, signal_return()).exact);
    CHECK(address_of(snapshot, interrupted).exact);
    CHECK_FALSE(address_of(snapshot, own_code() + 2).exact);
    CHECK_FALSE(address_of(snapshot, libc_code() + 1).exact);
    for (const analyze::RawModule& module : snapshot.modules) {
        CHECK_FALSE(module.unloaded);
    }
}

TEST_CASE("a stack through unloaded code keeps its module") {
    const test::TemporaryFolder folder;
    Recording recording;
    void* const handle = ::dlopen(TM_UNLOADED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(handle != nullptr);
    const std::uintptr_t code =
        reinterpret_cast<std::uintptr_t>(::dlsym(handle, "plugin_function")) + 4;
    recording.add({code, own_code() + 1}, 0, 9, 1);
    recording.history().before_unload();
    REQUIRE(::dlclose(handle) == 0);
    recording.history().after_unload(recording.stacks(),
                                     []() noexcept { return g_code_generation.fetch_add(1) + 1; });
    REQUIRE(recording.write(folder / "dump") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "dump");
    CHECK(rows_of(snapshot) == recording.rows());
    const analyze::RawModule& module = snapshot.modules.at(address_of(snapshot, code).module);
    CHECK(module.path == TM_UNLOADED_PLUGIN);
    CHECK(module.unloaded);
    CHECK(module.build_id.size() == 20);
    CHECK_FALSE(module.segments.empty());
}

TEST_CASE("a dump tells of the process and the moment") {
    const test::TemporaryFolder folder;
    Recording recording;
    recording.add({own_code() + 1}, 0, 3, 1);
    REQUIRE(recording.write(folder / "dump") == 0);
    const analyze::SnapshotInfo info = read(folder / "dump").info;
    CHECK(info.pid == static_cast<std::uint32_t>(::getpid()));
    CHECK(info.parent_pid == static_cast<std::uint32_t>(::getppid()));
    CHECK(info.exe == std::filesystem::read_symlink("/proc/self/exe"));
    REQUIRE_FALSE(info.command_line.empty());
    CHECK(info.command_line[0].find("preload_tests") != std::string::npos);
    CHECK(info.session == "the session");
    CHECK(info.start_unix_ns == 1'234);
    CHECK(info.number == 3);
    CHECK(info.reason == "signal");
    CHECK(info.nframe == 32);
    CHECK(info.consistent);
    CHECK(info.forked_child);
    CHECK(info.pause_ns == recording.pause_ns());
    CHECK(info.unix_ns > 1'500'000'000'000'000'000);
    CHECK(info.monotonic_ns > 0);
    CHECK(info.peak_traced_bytes == 5);
    CHECK(info.own_bytes > 0);
    CHECK(info.rss_bytes > 0);
    CHECK(info.peak_rss_bytes > 0);
    CHECK(info.allocator_known);
    CHECK(info.allocator_heap_bytes == 11);
    CHECK(info.allocator_mmap_bytes == 22);
    CHECK(info.allocator_used_bytes == 33);
    CHECK(info.allocator_free_bytes == 44);
    const std::pair<std::string, std::uint64_t> failed{
        loss_text(static_cast<std::uint32_t>(LossReason::failed_dump)), 2};
    CHECK(std::count(info.losses.begin(), info.losses.end(), failed) == 1);
}

TEST_CASE("a dump that cannot be written is an errno and no file") {
    const test::TemporaryFolder folder;
    Recording recording;
    CHECK(recording.write(folder / "missing/dump") == ENOENT);
    CHECK(recording.write("/proc/dump") != 0);
    CHECK(folder.names().empty());
}

TEST_CASE("stacks with traffic and no live block are in the dump, in their places") {
    const test::TemporaryFolder folder;
    Recording recording;
    const std::uintptr_t code = own_code();
    recording.add_traffic({code + 1, code + 9}, 5, AllocationFunction::malloc);
    recording.add({code + 2, code + 9}, 0, 16, 2);
    recording.add_traffic({code + 3, code + 9}, 7, AllocationFunction::malloc);
    recording.add({code + 4, code + 9}, 0, 24, 1);
    recording.add_traffic({code + 4, code + 9}, 24, AllocationFunction::realloc);
    recording.add_traffic({code + 5, code + 9}, 0, AllocationFunction::malloc);
    recording.add_traffic({code + 5, code + 9}, 1, AllocationFunction::malloc);
    REQUIRE(recording.write(folder / "d.bin") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "d.bin");
    CHECK(snapshot.stacks.size() == 5);
    CHECK(rows_of(snapshot) == recording.rows());
    REQUIRE(snapshot.traffic);
    std::map<std::uintptr_t, std::pair<std::uint64_t, std::uint64_t>> found;
    for (const analyze::Traffic& one : *snapshot.traffic) {
        const auto frames = snapshot.addresses_of(snapshot.stacks[one.traceback]);
        found[snapshot.addresses[frames.front()].address - code] = {one.count, one.size};
    }
    using Found = decltype(found);
    CHECK(found == Found{{1, {1, 5}}, {3, {1, 7}}, {4, {1, 24}}, {5, {2, 1}}});
    REQUIRE(snapshot.calls.size() == 2);
    CHECK(snapshot.calls[0].count == 4);
    CHECK(snapshot.info.calls[1].first == "realloc");
}

TEST_CASE("samples stand by stack and size, and no calls with them") {
    const test::TemporaryFolder folder;
    Recording recording;
    const std::uintptr_t code = own_code();
    recording.add_sample({code + 1, code + 9}, 500, 4096);
    recording.add_traffic({code + 2, code + 9}, 7, AllocationFunction::malloc);
    for (const std::uint64_t size : {30U, 2000U, 30U, 0U}) {
        recording.add_sample({code + 1, code + 9}, size, 4096);
    }
    recording.add_sample({code + 1, code + 9}, 30, 8192);
    REQUIRE(recording.write(folder / "d.bin") == 0);
    const analyze::RawSnapshot snapshot = read(folder / "d.bin");
    REQUIRE(snapshot.traffic);
    std::vector<std::array<std::uint64_t, 3>> found;
    for (const analyze::Traffic& one : *snapshot.traffic) {
        found.push_back({one.mean_bytes, one.count, one.size});
    }
    CHECK(found == std::vector<std::array<std::uint64_t, 3>>{{4096, 1, 0},
                                                             {4096, 2, 60},
                                                             {4096, 1, 500},
                                                             {4096, 1, 2000},
                                                             {0, 1, 7},
                                                             {8192, 1, 30}});
    CHECK(snapshot.calls.empty());
}

}  // namespace tracemalloc::preload
