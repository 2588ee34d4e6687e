// SPDX-License-Identifier: MIT
#include "preload/snapshot/dump_writer.h"

#include <cerrno>
#include <cstring>

#include "preload/platform/clock.h"
#include "preload/platform/pages.h"
#include "preload/platform/small_file.h"
#include "preload/snapshot/address_index.h"
#include "preload/snapshot/births.h"
#include "preload/snapshot/block_addresses.h"
#include "preload/snapshot/block_rows.h"
#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/dump_stacks.h"
#include "preload/snapshot/leak_rows.h"
#include "preload/snapshot/process_facts.h"
#include "preload/snapshot/stack_encoder.h"
#include "preload/snapshot/stack_labels.h"
#include "preload/snapshot/traffic_sections.h"

namespace tracemalloc::preload {

namespace {

using dump::SectionKind;

class Writer {
public:
    explicit Writer(const DumpContent& content) noexcept
        : content_(content),
          addresses_(content.modules, content.code.unloaded()),
          labels_(content.view, content.stacks, content.labels) {}

    int write(std::string_view path, PublishedFile* published) noexcept {
        if (!file_.create(path)) {
            return file_.error();
        }
        write_process();
        write_modules();
        write_segments();
        write_stacks();
        labels_.write_labels(file_);
        if (content_.is_sampled) {
            labels_.write_rates(file_);
            file_.put_section(SectionKind::sampling,
                              dump::SamplingInfo{content_.sample_mean, content_.sampling_flags, 0});
        }
        write_addresses();
        write_blocks();
        if (content_.puts_addresses && !put_block_addresses(file_, content_.view)) {
            return ENOMEM;
        }
        if (content_.number > 1 || content_.is_forked_child) {
            put_births(file_, content_.view, content_.puts_addresses);
        }
        if (content_.leaks != nullptr) {
            put_leaks(file_, content_.view, content_.leaks->unreachable());
        }
        if (content_.view.has_traffic()) {
            put_traffic(file_, content_.view);
        }
        write_snapshot();
        write_memory();
        write_losses();
        if (content_.crash != nullptr) {
            file_.put_section(SectionKind::crash, *content_.crash);
        }
        if (!has_room_) {
            return ENOMEM;
        }
        return file_.publish(published) ? 0 : file_.error();
    }

private:
    dump::Text put_text(std::string_view text) noexcept {
        const dump::Text place{static_cast<std::uint32_t>(file_.section_bytes()),
                               static_cast<std::uint32_t>(text.size())};
        file_.put(text.data(), text.size());
        return place;
    }

    dump::Text put_command_line() noexcept {
        constexpr std::size_t kMostBytes = 64 << 10;
        auto* const text = static_cast<char*>(pages::map(kMostBytes));
        if (text == nullptr) {
            return {dump::kNone, 0};
        }
        const std::size_t length = read_small_file("/proc/thread-self/cmdline", text, kMostBytes);
        const dump::Text place = put_text({text, length});
        pages::unmap(text, kMostBytes);
        return place;
    }

    template <typename Visit>
    void for_each_module(Visit visit) noexcept {
        std::uint32_t index = 0;
        for (const LoadedModule& module : content_.modules) {
            visit(index++, module);
        }
        for (const LoadedModule& module : content_.code.unloaded()) {
            visit(index++, module);
        }
    }

    // The strings come first, so the places of module names, in module order, are found again by
    // adding lengths up.
    void write_process() noexcept {
        file_.begin(SectionKind::strings);
        dump::Process process{};
        process.pid = static_cast<std::uint32_t>(system_call(SYS_getpid));
        process.parent_pid = static_cast<std::uint32_t>(system_call(SYS_getppid));
        process.start_unix_ns = content_.start_unix_ns;
        process.exe = put_text(executable_path().view());
        process.command_line = put_command_line();
        process.host = put_text(host_name().view());
        process.session = put_text(content_.session);
        module_names_start_ = static_cast<std::uint32_t>(file_.section_bytes());
        for_each_module([&](std::uint32_t, const LoadedModule& module) {
            put_text({module.path, module.path_bytes});
            file_.put(module.build_id, module.build_id_bytes);
        });
        labels_.put_tags(file_);
        file_.end(file_.section_bytes());
        file_.put_section(SectionKind::process, process);
    }

    void write_modules() noexcept {
        file_.begin(SectionKind::modules);
        std::uint32_t name = module_names_start_;
        std::uint32_t count = 0;
        for_each_module([&](std::uint32_t, const LoadedModule& module) {
            dump::Module record{};
            record.path = {name, module.path_bytes};
            name += module.path_bytes;
            record.build_id = {module.build_id_bytes != 0 ? name : dump::kNone,
                               module.build_id_bytes};
            name += module.build_id_bytes;
            record.load_bias = module.load_bias;
            record.start = module.start;
            record.end = module.end;
            record.kind = module.kind;
            record.unloaded = module.unloaded_in != 0 ? 1 : 0;
            file_.put_record(record);
            ++count;
        });
        file_.end(count);
    }

    void write_segments() noexcept {
        file_.begin(SectionKind::segments);
        std::uint64_t count = 0;
        for_each_module([&](std::uint32_t index, const LoadedModule& module) {
            for (std::uint32_t at = 0; at < module.segment_count; ++at) {
                const LoadedSegment& segment = module.segments[at];
                file_.put_record(dump::Segment{index, segment.flags, segment.vaddr,
                                               segment.memory_bytes, segment.file_offset});
                ++count;
            }
        });
        file_.end(count);
    }

    void write_stacks() noexcept {
        file_.begin(SectionKind::stacks);
        StackEncoder encoder(content_.stacks, addresses_, file_);
        DumpStacks stacks(content_.view);
        std::uint64_t count = 0;
        for (StackId id; (id = stacks.next()) != StackId::none; ++count) {
            has_room_ &= encoder.write(id);
        }
        file_.end(count);
    }

    void write_addresses() noexcept {
        file_.begin(SectionKind::addresses);
        for (std::size_t at = 0; at < addresses_.size(); ++at) {
            file_.put_record(addresses_.at(at));
        }
        file_.end(addresses_.size());
    }

    void write_blocks() noexcept {
        file_.begin(SectionKind::blocks);
        BlockRows rows(content_.view);
        DumpStacks stacks(content_.view);
        std::uint32_t last_index = 0;
        std::uint32_t last_stack = 0;  // ids begin at 1
        std::uint64_t last_size = 0;
        std::uint64_t count = 0;
        for (BlockRow row{}; rows.next(row); ++count) {
            const bool is_new_stack = row.stack != last_stack;
            const std::uint32_t index = stacks.index_of(static_cast<StackId>(row.stack));
            file_.put_number(index - last_index);
            last_index = index;
            file_.put_number(is_new_stack ? row.size : row.size - last_size);
            file_.put_number(row.count);
            last_stack = row.stack;
            last_size = row.size;
            traced_bytes_ += row.size * row.count;
            traced_blocks_ += row.count;
        }
        file_.end(count);
    }

    void write_snapshot() noexcept {
        dump::SnapshotInfo info{};
        info.number = content_.number;
        info.reason = content_.reason;
        info.unix_ns = content_.view.moment().unix_ns;
        info.monotonic_ns = content_.view.moment().monotonic_ns;
        info.nframe = content_.nframe;
        info.flags = (content_.view.is_consistent() ? std::uint32_t{dump::kFrozen} : 0U) |
                     (content_.is_forked_child ? std::uint32_t{dump::kForkedChild} : 0U);
        info.pause_ns = content_.view.pause_ns();
        file_.put_section(SectionKind::snapshot, info);
    }

    void write_memory() noexcept {
        const ResidentMemory& resident = content_.view.moment().resident;
        dump::MemoryInfo info{};
        info.traced_bytes = traced_bytes_;
        info.traced_blocks = traced_blocks_;
        info.peak_traced_bytes =
            content_.peak_bytes > traced_bytes_ ? content_.peak_bytes : traced_bytes_;
        info.own_bytes = content_.own_bytes;
        info.rss_bytes = resident.now_bytes;
        info.peak_rss_bytes = resident.peak_bytes;
        info.allocator_known = content_.allocator.is_known ? 1 : 0;
        info.allocator_heap_bytes = content_.allocator.heap_bytes;
        info.allocator_mmap_bytes = content_.allocator.mmap_bytes;
        info.allocator_used_bytes = content_.allocator.used_bytes;
        info.allocator_free_bytes = content_.allocator.free_bytes;
        file_.put_section(SectionKind::memory, info);
    }

    void write_losses() noexcept {
        file_.begin(SectionKind::losses);
        std::uint64_t count = 0;
        for (std::uint32_t reason = 0; reason < kLossReasonEnd; ++reason) {
            std::uint64_t lost = content_.view.losses(reason);
            if (reason == static_cast<std::uint32_t>(LossReason::failed_dump)) {
                lost += content_.failed_dumps;
            }
            if (lost != 0) {
                file_.put_record(dump::Loss{reason, 0, lost});
                ++count;
            }
        }
        file_.end(count);
    }

    const DumpContent& content_;
    AddressIndex addresses_;
    StackLabels labels_;
    DumpFile file_;
    std::uint32_t module_names_start_ = 0;
    std::uint64_t traced_bytes_ = 0;
    std::uint64_t traced_blocks_ = 0;
    bool has_room_ = true;
};

}  // namespace

int write_dump(std::string_view path, const DumpContent& content,
               PublishedFile* published) noexcept {
    Writer writer(content);
    return writer.write(path, published);
}

}  // namespace tracemalloc::preload
