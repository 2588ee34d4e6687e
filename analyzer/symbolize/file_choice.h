// SPDX-License-Identifier: MIT
//
// One file out of several candidates: the first without an objection; when the user forces it and
// all meet objections, the first of those.
#pragma once

#include <optional>
#include <string>

#include "analyzer/symbolize/elf_file.h"

namespace tracemalloc::analyze {

class FileChoice {
public:
    FileChoice(std::string module_path, bool force)
        : module_path_(std::move(module_path)), force_(force) {}

    /// `objection` is empty for a file that fits. True: search no further.
    bool offer(std::optional<ElfFile> candidate, const std::string& objection);

    [[nodiscard]] bool was_offered() const { return taken_ || refused_; }

    /// The file. `warning` is set when one was refused, or taken against an objection.
    std::optional<ElfFile> take(const std::string& consequence, std::string& warning);

private:
    std::string module_path_;
    bool force_;
    std::optional<ElfFile> taken_;
    std::optional<ElfFile> refused_;
    std::string objection_;
};

/// In hexadecimal, or "none".
std::string build_id_text(const std::string& build_id);

}  // namespace tracemalloc::analyze
