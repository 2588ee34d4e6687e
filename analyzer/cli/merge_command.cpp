// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <set>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/progress_line.h"
#include "analyzer/errors.h"
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
and build-id. Two snapshots of one process are refused, as its blocks would count twice.)";

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
        file.output().put(encode_dump(sum));
        file.finish();
        tell(sum.info);
        return 0;
    }

private:
    [[nodiscard]] RawSnapshot read_and_merge() const {
        ProgressLine progress;
        DumpMerge merge;
        std::size_t done = 0;
        for (const std::string& dump : dumps_) {
            progress.update(done++, dumps_.size(), dump);
            const MappedFile mapped(dump);
            merge.add(read_dump(DumpView(dump, mapped.bytes())));
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
                             format_quantity(hosts.size(), "host", "hosts"),
                             total_text(info.traced_bytes, info.traced_blocks)));
        if (path_ != "-") {
            say_more("next: tmtool stats " + shell_word(path_));
        }
    }

    std::vector<std::string> dumps_;
    std::string path_ = "-";
    bool may_replace_ = false;
};

}  // namespace

std::unique_ptr<Command> make_merge_command() {
    return std::make_unique<MergeCommand>();
}

}  // namespace tracemalloc::analyze
