// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/debug_files.h"

#include <elfutils/libdwelf.h>
#include <gelf.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

namespace {

/// Where debug files may lie, best first.
std::vector<std::string> debug_roots(const SymbolizeOptions& options) {
    std::vector<std::string> roots = options.debug_dirs;
    if (!options.sysroot.empty()) {
        roots.push_back(options.sysroot + "/usr/lib/debug");
    }
    roots.emplace_back("/usr/lib/debug");
    return roots;
}

std::vector<std::string> build_id_paths(const std::string& build_id, const std::string& suffix,
                                        const SymbolizeOptions& options) {
    std::vector<std::string> paths;
    if (build_id.size() < 2) {
        return paths;
    }
    const std::string hex = to_hex(build_id);
    const std::string name = "/" + hex.substr(0, 2) + "/" + hex.substr(2) + suffix;
    for (const std::string& root : debug_roots(options)) {
        paths.push_back(root + "/.build-id" + name);
        paths.push_back(root + name);
    }
    return paths;
}

/// The places where a file named in .gnu_debuglink may lie.
std::vector<std::string> debuglink_paths(const ElfFile& main, const std::string& link,
                                         const SymbolizeOptions& options) {
    const std::string directory = std::filesystem::path(main.path()).parent_path().string();
    std::string inner = directory;
    if (!options.sysroot.empty() && directory.starts_with(options.sysroot)) {
        inner = directory.substr(options.sysroot.size());
    }
    std::vector<std::string> paths{directory + "/" + link, directory + "/.debug/" + link};
    for (const std::string& root : debug_roots(options)) {
        paths.push_back(root + "/" + inner + "/" + link);
        paths.push_back(root + "/" + link);
    }
    return paths;
}

/// True: search no further.
bool offer_by_debuglink(const ElfFile& main, const std::string& build_id,
                        const SymbolizeOptions& options, FileChoice& choice) {
    GElf_Word crc = 0;
    const char* const link = dwelf_elf_gnu_debuglink(main.elf(), &crc);
    if (link == nullptr || *link == '\0') {
        return false;
    }
    for (const std::string& path : debuglink_paths(main, link, options)) {
        std::error_code error;
        if (std::filesystem::equivalent(path, main.path(), error)) {
            continue;  // a link to its own name, stripped files have been seen with it
        }
        std::optional<ElfFile> file = ElfFile::open(path);
        std::string why_not;
        if (file && !build_id.empty() && file->build_id() != build_id) {
            why_not = "debug file " + path + " has build-id " + build_id_text(file->build_id()) +
                      ", not " + build_id_text(build_id);
        } else if (file && build_id.empty() && file->file_crc32() != crc) {
            why_not = "debug file " + path + " has not the checksum of the link to it";
        }
        if (choice.offer(std::move(file), why_not)) {
            return true;
        }
    }
    return false;
}

/// Why a file that was found by build-id is not the one.
std::string build_id_objection(const ElfFile& file, const std::string& build_id) {
    const std::string found = file.build_id();
    return found == build_id ? std::string()
                             : "debug file " + file.path() + " has build-id " +
                                   build_id_text(found) + ", not " + build_id_text(build_id);
}

/// From a server, if the user wants that.
std::optional<ElfFile> fetch(const std::string& build_id, const SymbolizeOptions& options) {
    const std::string path =
        options.debuginfod ? options.debuginfod->find(build_id, options.download_progress) : "";
    return path.empty() ? std::nullopt : ElfFile::open(path);
}

}  // namespace

void offer_debug_files(const ElfFile* main, const std::string& build_id,
                       const SymbolizeOptions& options, FileChoice& choice) {
    for (const std::string& path : build_id_paths(build_id, ".debug", options)) {
        std::optional<ElfFile> file = ElfFile::open(path);
        const std::string why_not = file ? build_id_objection(*file, build_id) : std::string();
        if (choice.offer(std::move(file), why_not)) {
            return;
        }
    }
    if (main != nullptr && offer_by_debuglink(*main, build_id, options, choice)) {
        return;
    }
    std::optional<ElfFile> file = fetch(build_id, options);
    const std::string why_not = file ? build_id_objection(*file, build_id) : std::string();
    choice.offer(std::move(file), why_not);
}

std::optional<ElfFile> find_by_build_id(const std::string& build_id, const std::string& suffix,
                                        const SymbolizeOptions& options) {
    for (const std::string& path : build_id_paths(build_id, suffix, options)) {
        std::optional<ElfFile> file = ElfFile::open(path);
        if (file && file->build_id() == build_id) {
            return file;
        }
    }
    return std::nullopt;
}

std::optional<ElfFile> find_alternate(const std::string& build_id,
                                      const SymbolizeOptions& options) {
    if (std::optional<ElfFile> file = find_by_build_id(build_id, ".debug", options)) {
        return file;
    }
    std::optional<ElfFile> file = fetch(build_id, options);
    return file && file->build_id() == build_id ? std::move(file) : std::nullopt;
}

}  // namespace tracemalloc::analyze
