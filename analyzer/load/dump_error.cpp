// SPDX-License-Identifier: MIT
#include "analyzer/load/dump_error.h"

#include "analyzer/errors.h"

namespace tracemalloc::analyze {

const char* section_name(dump::SectionKind kind) noexcept {
    switch (kind) {
        case dump::SectionKind::strings:
            return "strings";
        case dump::SectionKind::process:
            return "process";
        case dump::SectionKind::snapshot:
            return "snapshot";
        case dump::SectionKind::memory:
            return "memory";
        case dump::SectionKind::modules:
            return "modules";
        case dump::SectionKind::segments:
            return "segments";
        case dump::SectionKind::addresses:
            return "addresses";
        case dump::SectionKind::stacks:
            return "stacks";
        case dump::SectionKind::blocks:
            return "blocks";
        case dump::SectionKind::losses:
            return "losses";
        case dump::SectionKind::frames:
            return "frames";
        case dump::SectionKind::block_addresses:
            return "block addresses";
        case dump::SectionKind::sources:
            return "sources";
        case dump::SectionKind::crash:
            return "crash facts";
        case dump::SectionKind::labels:
            return "labels";
        case dump::SectionKind::traffic:
            return "traffic";
        case dump::SectionKind::calls:
            return "calls";
        case dump::SectionKind::births:
            return "births";
        case dump::SectionKind::epochs:
            return "epochs";
        case dump::SectionKind::sample_rates:
            return "sample rates";
        case dump::SectionKind::sampling:
            return "sampling";
        case dump::SectionKind::leaks:
            return "leaks";
        case dump::SectionKind::block_births:
            return "block births";
    }
    return "unknown";
}

void fail_dump(const std::string& path, const char* section, const std::string& what) {
    throw DumpError(path + ": " + section + " section: " + what);
}

void fail_dump(const std::string& path, dump::SectionKind kind, const std::string& what) {
    fail_dump(path, section_name(kind), what);
}

std::string at_record(std::uint64_t index, const char* what) {
    return "record " + std::to_string(index) + ": " + what;
}

}  // namespace tracemalloc::analyze
