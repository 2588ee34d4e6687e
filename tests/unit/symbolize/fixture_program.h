// SPDX-License-Identifier: MIT
//
// Small programs compiled while the test runs, and what symbolize() says about addresses in them.
// The addresses are those of assembler labels in the source, so that no test depends on code
// generation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze::testing {

/// A folder that is removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }
    void write(const std::string& name, const std::string& text) const;
    /// Runs a shell command in the folder; true when it succeeds.
    [[nodiscard]] bool run(const std::string& command) const;
    [[nodiscard]] std::string output_of(const std::string& command) const;

private:
    std::string path_;
};

bool has_tool(const std::string& name);

/// The program of most tests; see there for the places its labels mark.
extern const char* const kChainSource;

/// Address of a symbol, by nm.
std::uint64_t address_of(const TemporaryFolder& folder, const std::string& file,
                         const std::string& symbol);

std::string build_id_of(const std::string& path);

/// A module of which the dump knows the path and the build-id of the file as it is now.
RawModule module_of(const std::string& path);

/// One line a frame: "function file:line", with " inlined" behind it where it is, "?" for what is
/// not known, and "module+0xoffset" for a frame that is nothing else.
struct Answer {
    std::vector<std::string> frames;
    SymbolRung rung;
    std::vector<std::string> warnings;
};

/// Looks one address up that needs no -1, relative to the module.
Answer look_up(const RawModule& module, std::uint64_t address,
               const SymbolizeOptions& options = {});

std::string describe(const Frame& frame);

}  // namespace tracemalloc::analyze::testing
