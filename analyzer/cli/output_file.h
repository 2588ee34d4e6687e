// SPDX-License-Identifier: MIT
//
// Where `-o` leads. A file appears under its name when it is whole, and nothing that was there is
// lost unasked. "-" is stdout, which takes no binary content when it is a terminal.
#pragma once

#include <cstdio>
#include <string>

#include "analyzer/render/output.h"

namespace tracemalloc::analyze {

class OutputFile {
public:
    enum class Content {
        text,
        binary,
        dump,  ///< binary, and for its owner alone, as those that are recorded
    };

    /// Throws OperationError when the file exists and `may_replace` is not set, or cannot be made;
    /// UsageError when binary content would go to a terminal.
    OutputFile(const std::string& path, Content content, bool may_replace);
    /// What was not finished leaves no trace.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    Output& output() noexcept { return output_; }
    /// Once, at the end. Throws OperationError when anything did not arrive.
    void finish();

private:
    static std::FILE* open(const std::string& path, const std::string& unfinished, Content content,
                           bool may_replace);

    std::string path_;
    std::string unfinished_;  ///< its name until it is whole; empty: written in place
    bool may_replace_;
    std::FILE* stream_;
    Output output_;
};

}  // namespace tracemalloc::analyze
