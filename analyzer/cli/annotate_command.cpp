// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/annotate_source.h"
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/query/file_use.h"
#include "analyzer/render/shell_word.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool annotate DUMP parse.cpp
  tmtool annotate DUMP src/parser/parse.cpp --all
  tmtool annotate DUMP parse.cpp --path-map /build/src=/home/me/src
  tmtool annotate DUMP parse.cpp --format csv

A source file with what each line holds. FILE is a path as reports show it, or the end of one.
`own` are blocks that the line allocates itself; `with calls` also those allocated by what it calls,
each block once.)";

constexpr std::size_t kFilesNamed = 8;

Name choose_file(const Snapshot& snapshot, const FrameTable& table, const std::string& wanted) {
    const std::vector<Name> found = find_source_files(snapshot, table, wanted);
    if (found.empty()) {
        throw UsageError(fmt::format(
            "FILE: '{}' is on no traceback (`tmtool stats {} --group-by filename --cumulative "
            "--limit 0` lists the files)",
            wanted, shell_word(snapshot.info.dump_path)));
    }
    if (found.size() > 1) {
        std::string names;
        for (std::size_t at = 0; at < found.size() && at < kFilesNamed; ++at) {
            names += fmt::format("{}{}", at == 0 ? "" : ", ", found[at].text());
        }
        throw UsageError(fmt::format("FILE: '{}' may be {} files: {}{}", wanted, found.size(),
                                     names, found.size() > kFilesNamed ? ", …" : ""));
    }
    return found.front();
}

class AnnotateCommand : public Command {
public:
    CommandText text() const override { return {"a source file with what its lines hold", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        options.operand("FILE", "the source file: its path or the end of it", file_);
        options.flag("--all", "every line of the file, not only those near an allocation",
                     [&] { all_ = true; });
        add_metric_option(options, read_);
        add_filter_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        const Name file = choose_file(snapshot, table, file_);
        Annotation annotation =
            annotate_source(snapshot, table, file, read_.pipeline.view, read_.pipeline.symbolize);
        annotation.all = all_;
        Output output(stdout);
        make_report(output, table, report_options(read_))->annotation(snapshot, annotation);
        finish(output);
        return 0;
    }

private:
    std::string dump_;
    std::string file_;
    bool all_ = false;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_annotate_command() {
    return std::make_unique<AnnotateCommand>();
}

}  // namespace tracemalloc::analyze
