// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/file_choice.h"

#include <utility>

namespace tracemalloc::analyze {

bool FileChoice::offer(std::optional<ElfFile> candidate, const std::string& objection) {
    if (!candidate) {
        return false;
    }
    if (objection.empty()) {
        taken_ = std::move(candidate);
        return true;
    }
    if (!refused_) {
        refused_ = std::move(candidate);
        objection_ = objection;
    }
    return false;
}

std::optional<ElfFile> FileChoice::take(const std::string& consequence, std::string& warning) {
    if (taken_ || !refused_) {
        return std::move(taken_);
    }
    warning = module_path_ + ": " + objection_ + (force_ ? "; used all the same" : consequence);
    return force_ ? std::move(refused_) : std::nullopt;
}

std::string build_id_text(const std::string& build_id) {
    return build_id.empty() ? "none" : to_hex(build_id);
}

}  // namespace tracemalloc::analyze
