// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/module_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "analyzer/symbolize/debug_files.h"
#include "analyzer/symbolize/file_choice.h"
#include "analyzer/symbolize/vdso_image.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kDeletedMark = " (deleted)";

std::string path_without_mark(const RawModule& module) {
    std::string path = module.path;
    if (path.ends_with(kDeletedMark)) {
        path.resize(path.size() - kDeletedMark.size());
    }
    return path;
}

bool has_same_segments(const RawModule& module, const ElfFile& file) {
    const std::vector<ElfFile::Segment> segments = file.segments();
    return std::equal(segments.begin(), segments.end(), module.segments.begin(),
                      module.segments.end(), [](const auto& a, const auto& b) {
                          return a.vaddr == b.vaddr && a.memory_bytes == b.memory_bytes &&
                                 a.file_offset == b.file_offset;
                      });
}

/// Why the file is not the one that was mapped; empty: it is.
std::string objection(const RawModule& module, const ElfFile& file) {
    const std::string found = file.build_id();
    if (!module.build_id.empty() && found != module.build_id) {
        return "build-id mismatch: recorded " + build_id_text(module.build_id) + ", " +
               file.path() + " has " + build_id_text(found);
    }
    if (module.build_id.empty() && !module.segments.empty() && !has_same_segments(module, file)) {
        return "recorded without a build-id, and " + file.path() + " has other segments";
    }
    return {};
}

void offer_main(const RawModule& module, const SymbolizeOptions& options, FileChoice& choice) {
    const auto offer = [&](std::optional<ElfFile> candidate) {
        const std::string why_not = candidate ? objection(module, *candidate) : std::string();
        return choice.offer(std::move(candidate), why_not);
    };
    if (module.kind == dump::ModuleKind::vdso) {
        std::optional<ElfFile> own = own_vdso_image();
        if (own && !module.build_id.empty() && own->build_id() == module.build_id) {
            choice.offer(std::move(own), {});
        }
        return;
    }
    const std::string path = path_without_mark(module);
    if (!path.starts_with('/') || offer(ElfFile::open(options.sysroot + path))) {
        return;
    }
    for (const std::string& root : options.debug_dirs) {
        if (offer(ElfFile::open(root + path))) {
            return;
        }
    }
    offer(find_by_build_id(module.build_id, "", options));
}

bool has_debug_info(const ElfFile& file) {
    return file.find_section(".debug_info") != nullptr ||
           file.find_section(".zdebug_info") != nullptr;
}

}  // namespace

ModuleFiles find_module_files(const RawModule& module, const SymbolizeOptions& options) {
    ModuleFiles files;
    std::string main_warning;
    FileChoice main_choice(module.path, options.force_mismatch);
    offer_main(module, options, main_choice);
    files.main = main_choice.take("; frames are module+offset", main_warning);

    FileChoice debug_choice(module.path, options.force_mismatch);
    if (!files.main || !has_debug_info(*files.main)) {
        const std::string build_id =
            !module.build_id.empty() || !files.main ? module.build_id : files.main->build_id();
        offer_debug_files(files.main ? &*files.main : nullptr, build_id, options, debug_choice);
    }
    std::string debug_warning;
    files.debug = debug_choice.take("; no source lines", debug_warning);

    // A refused object is no loss where its debug file is at hand.
    if (!main_warning.empty() && (options.force_mismatch || !files.debug)) {
        files.warnings.push_back(main_warning);
    }
    if (!debug_warning.empty()) {
        files.warnings.push_back(debug_warning);
    }
    files.is_missing = !main_choice.was_offered() && !files.debug;
    return files;
}

}  // namespace tracemalloc::analyze
