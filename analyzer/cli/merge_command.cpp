// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>
#include <set>
#include <span>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/progress_line.h"
#include "analyzer/errors.h"
#include "analyzer/load/dump_error.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/mapped_file.h"
#include "analyzer/merge/dump_merge.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/shell_word.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/save/dump_encoder.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool merge /var/tmp/worker.*.bin -o workers.bin
  tmtool stats workers.bin

Sums dumps of many processes, of one host or of many, to one dump that every command reads. Blocks
with the same stack are added up, wherever the processes were loaded: modules are matched by path
and build-id. Blocks with different domains or tags stay apart. Two snapshots of one process are
refused, as its blocks would count twice. What belongs to one process alone, such as the addresses
of blocks, is left out, and said to be.)";

class MergeCommand : public Command {
public:
    CommandText text() const override { return {"one dump of many processes", kHelp}; }

    void declare(OptionTable& options) override {
        options
            .operand("DUMP", "the dumps, one of each process",
                     [this](const std::string& text) { dumps_.push_back(text); })
            .is_repeatable = true;
        options.value("-o", "FILE", "where to; - (default): stdout",
                      [this](const std::string& text) { path_ = text; });
        options.flag("--force", "replace a FILE that exists", [this] { may_replace_ = true; });
    }

    int execute() override {
        OutputFile file(path_, OutputFile::Content::binary, may_replace_);
        const RawSnapshot sum = read_and_merge();
        const std::string bytes = encode_dump(sum);
        const DumpView merged(path_, std::as_bytes(std::span(bytes)));
        file.output().put(bytes);
        file.finish();
        tell(sum.info);
        tell_left_out(merged);
        tell_next();
        return 0;
    }

private:
    RawSnapshot read_and_merge() {
        ProgressLine progress;
        DumpMerge merge;
        std::size_t done = 0;
        for (const std::string& dump : dumps_) {
            progress.update(done++, dumps_.size(), dump);
            const MappedFile mapped(dump);
            const DumpView view(dump, mapped.bytes());
            merge.add(read_dump(view));
            for (const dump::Section& section : view.sections()) {
                dumps_with_[section.kind] += section.bytes > 0 ? 1 : 0;
            }
        }
        return merge.take();
    }

    void tell(const SnapshotInfo& info) const {
        std::set<std::string> hosts;
        for (const SourceSnapshot& source : info.sources) {
            hosts.insert(source.host);
        }
        say_note(fmt::format("{} of {} on {}: {}", format_quantity(dumps_.size(), "dump", "dumps"),
                             format_quantity(info.sources.size(), "process", "processes"),
                             format_quantity(hosts.size(), "host", "hosts"), recorded_text(info)));
    }

    /// Not everything can be summed, such as addresses of blocks, which are those of one process.
    void tell_left_out(const DumpView& merged) const {
        std::set<std::uint32_t> held;
        for (const dump::Section& section : merged.sections()) {
            held.insert(section.kind);
        }
        std::string text;
        for (const auto& [kind, count] : dumps_with_) {
            if (count > 0 && !held.contains(kind)) {
                text += (text.empty() ? "" : ", ") +
                        fmt::format("{} ({})", section_name(static_cast<dump::SectionKind>(kind)),
                                    format_quantity(count, "dump", "dumps"));
            }
        }
        if (!text.empty()) {
            say_more("left out: " + text);
        }
    }

    void tell_next() const {
        if (path_ != "-") {
            say_more("next: tmtool stats " + shell_word(path_));
        }
    }

    std::vector<std::string> dumps_;
    std::map<std::uint32_t, std::size_t> dumps_with_;  ///< by kind of section
    std::string path_ = "-";
    bool may_replace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_merge_command() {
    return std::make_unique<MergeCommand>();
}

}  // namespace tracemalloc::analyze
