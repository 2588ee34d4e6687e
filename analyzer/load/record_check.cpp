// SPDX-License-Identifier: MIT
#include "analyzer/load/record_check.h"

#include <cstddef>
#include <string>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/dump_view.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

namespace {

/// The failure of one record of one section.
class RecordFault {
public:
    RecordFault(const DumpView& view, SectionKind kind, std::uint64_t index)
        : view_(view), kind_(kind), index_(index) {}

    void unless(bool holds, const char* what) const {
        if (!holds) {
            fail_dump(view_.path(), kind_, at_record(index_, what));
        }
    }

    void check_text(dump::Text text) const {
        unless(view_.holds(text), "a text lies outside the strings section");
    }

    void check_path(dump::Text text) const {
        check_text(text);
        unless(text.bytes <= kMaxPathBytes, "a text is longer than 4096 bytes");
    }

private:
    const DumpView& view_;
    SectionKind kind_;
    std::uint64_t index_;
};

void check_process(const DumpView& view) {
    const RecordFault fault(view, SectionKind::process, 0);
    const dump::Process& process = view.process();
    fault.check_path(process.exe);
    fault.check_text(process.command_line);
    fault.check_path(process.host);
    fault.check_path(process.session);
}

void check_modules(const DumpView& view) {
    std::uint64_t index = 0;
    for (const dump::Module& module : view.modules()) {
        const RecordFault fault(view, SectionKind::modules, index++);
        fault.check_path(module.path);
        fault.check_path(module.build_id);
        fault.unless(module.start <= module.end, "ends before it starts");
        fault.unless(module.unloaded <= 1, "`unloaded` is neither 0 nor 1");
    }
}

void check_segments(const DumpView& view) {
    std::uint64_t index = 0;
    std::uint32_t previous = 0;
    for (const dump::Segment& segment : view.segments()) {
        const RecordFault fault(view, SectionKind::segments, index++);
        fault.unless(segment.module < view.modules().size(), "its module does not exist");
        fault.unless(segment.module >= previous, "not sorted by module");
        previous = segment.module;
    }
}

void check_addresses(const DumpView& view) {
    std::uint64_t index = 0;
    for (const dump::Address& address : view.addresses()) {
        const RecordFault fault(view, SectionKind::addresses, index++);
        fault.unless(address.module == dump::kNone || address.module < view.modules().size(),
                     "its module does not exist");
    }
}

bool is_nameless(const dump::SourceFrame& frame) noexcept {
    return frame.function.offset == dump::kNone && frame.filename.offset == dump::kNone;
}

void check_frames(const DumpView& view) {
    const auto frames = view.frames();
    std::uint32_t chain = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const RecordFault fault(view, SectionKind::frames, i);
        const dump::SourceFrame& frame = frames[i];
        fault.check_text(frame.function);
        fault.check_text(frame.filename);
        fault.unless(frame.address < view.addresses().size(), "its address does not exist");
        fault.unless(i == 0 || frames[i - 1].address <= frame.address, "not sorted by address");
        const bool is_last = i + 1 == frames.size() || frames[i + 1].address != frame.address;
        fault.unless(frame.inlined == (is_last ? 0U : 1U),
                     "of an address the last frame, and no other, is not inlined");
        fault.unless(frame.hands_on <= 1 && (frame.hands_on == 0 || is_nameless(frame)),
                     "the mark that it hands the block on is neither 0 nor 1, or it has a name");
        fault.unless(++chain <= kMaxFramesPerAddress, "more than 256 frames for one address");
        chain = is_last ? 0 : chain;
    }
}

void check_sources(const DumpView& view) {
    std::uint64_t index = 0;
    for (const dump::SourceDump& source : view.sources()) {
        const RecordFault fault(view, SectionKind::sources, index++);
        fault.check_path(source.exe);
        fault.check_path(source.host);
    }
}

void check_crash(const DumpView& view) {
    const dump::CrashFacts* const crash = view.crash();
    const RecordFault fault(view, SectionKind::crash, 0);
    fault.unless(crash == nullptr || (crash->signal >= 1 && crash->signal <= 64),
                 "there is no such signal");
}

void check_labels(const DumpView& view) {
    const auto labels = view.labels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const RecordFault fault(view, SectionKind::labels, i);
        const dump::StackLabel& label = labels[i];
        fault.check_text(label.tag);
        fault.unless(label.tag.bytes <= kMaxTagBytes, "a tag is longer than 255 bytes");
        fault.unless(label.stack < view.stacks().count, "its stack does not exist");
        fault.unless(i == 0 || labels[i - 1].stack < label.stack, "not sorted by stack");
        fault.unless(label.domain != 0 || label.tag.bytes != 0, "neither domain nor tag");
    }
}

void check_calls(const DumpView& view) {
    const auto calls = view.calls();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const RecordFault fault(view, SectionKind::calls, i);
        fault.unless(i == 0 || calls[i - 1].function < calls[i].function, "not sorted by function");
    }
}

void check_sampling(const DumpView& view) {
    const auto rates = view.sample_rates();
    for (std::size_t i = 0; i < rates.size(); ++i) {
        const RecordFault fault(view, SectionKind::sample_rates, i);
        fault.unless(rates[i].stack < view.stacks().count, "its stack does not exist");
        fault.unless(i == 0 || rates[i - 1].stack < rates[i].stack, "not sorted by stack");
        fault.unless(rates[i].mean_bytes > 0, "a mean of 0 bytes between two samples");
    }
    if (view.has(SectionKind::sample_rates) && view.sampling() == nullptr) {
        fail_dump(view.path(), SectionKind::sample_rates, "stands without the sampling section");
    }
}

void check_company(const DumpView& view, SectionKind kind, SectionKind needed) {
    if (view.has(kind) && !view.has(needed)) {
        fail_dump(view.path(), kind, std::string("comes without ") + section_name(needed));
    }
}

void check_epochs(const DumpView& view) {
    check_company(view, SectionKind::births, SectionKind::epochs);
    check_company(view, SectionKind::epochs, SectionKind::births);
    check_company(view, SectionKind::block_births, SectionKind::births);
    check_company(view, SectionKind::block_births, SectionKind::block_addresses);
    if (view.block_births().count != view.block_addresses().count &&
        view.has(SectionKind::block_births)) {
        fail_dump(view.path(), SectionKind::block_births, "is not one record for each block");
    }
    const auto epochs = view.epochs();
    for (std::size_t i = 1; i < epochs.size(); ++i) {
        const RecordFault fault(view, SectionKind::epochs, i);
        const bool is_inherited = (epochs[i].flags & dump::kInherited) != 0;
        const bool follows_inherited = (epochs[i - 1].flags & dump::kInherited) != 0;
        fault.unless(!is_inherited || follows_inherited,
                     "inherited, after one of the process itself");
        fault.unless(follows_inherited || epochs[i - 1].snapshots < epochs[i].snapshots,
                     "not sorted by snapshots");
    }
}

}  // namespace

void check_records(const DumpView& view) {
    check_process(view);
    check_modules(view);
    check_segments(view);
    check_addresses(view);
    check_frames(view);
    check_sources(view);
    check_crash(view);
    check_labels(view);
    check_calls(view);
    check_sampling(view);
    check_epochs(view);
}

}  // namespace tracemalloc::analyze
