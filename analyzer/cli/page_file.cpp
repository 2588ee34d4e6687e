// SPDX-License-Identifier: MIT
#include "analyzer/cli/page_file.h"

#include <fmt/format.h>

#include <filesystem>

#include "analyzer/cli/message.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/shell_word.h"

namespace tracemalloc::analyze {

void PageFile::declare(OptionTable& options, const std::string& remark) {
    options.value("-o", "FILE", "where to, - is stdout\n" + remark,
                  [this](const std::string& path) { path_ = path; });
    options.flag("--force", "replace a FILE that exists", [this] { may_replace_ = true; });
}

OutputFile PageFile::open(const std::string& dump, std::string_view suffix) {
    if (path_.empty()) {
        const std::filesystem::path name = std::filesystem::path(dump).filename();
        path_ = (name.extension() == ".bin" ? name.stem() : name).string().append(suffix);
    }
    return OutputFile(path_, OutputFile::Content::text, may_replace_);
}

void PageFile::finish(OutputFile& file, std::string_view page) const {
    file.output().put(page);
    file.finish();
    if (path_ != "-") {
        say_note(fmt::format("{} ({}); open it in a browser:", path_, format_size(page.size())));
        say_more(fmt::format("xdg-open {}", shell_word(path_)));
    }
}

}  // namespace tracemalloc::analyze
