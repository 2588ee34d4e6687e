// SPDX-License-Identifier: MIT
//
// Where the commands that write a page put it: -o and --force, a name when none is given, and what
// is said when it is there.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/cli/option_table.h"
#include "analyzer/cli/output_file.h"

namespace tracemalloc::analyze {

class PageFile {
public:
    void declare(OptionTable& options, const std::string& remark);

    /// Without -o: the name of `dump` without its folder and ".bin", with `suffix`.
    OutputFile open(const std::string& dump, std::string_view suffix);

    /// Writes all of it, and says where it is and how to look at it.
    void finish(OutputFile& file, std::string_view page) const;

private:
    std::string path_;
    bool may_replace_ = false;
};

}  // namespace tracemalloc::analyze
