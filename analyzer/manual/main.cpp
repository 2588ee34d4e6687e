// SPDX-License-Identifier: MIT
//
// tm_write_manual README FOLDER: writes manual pages and completions below FOLDER, in the places
// that they have below share/ when they are installed. Run by the build.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "analyzer/manual/completion.h"
#include "analyzer/manual/library_page.h"
#include "analyzer/manual/manual_page.h"

namespace {

namespace manual = tracemalloc::analyze::manual;
namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file || text.empty()) {
        throw std::runtime_error(path.string() + ": cannot be read");
    }
    return text;
}

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        throw std::runtime_error(path.string() + ": cannot be written");
    }
}

void write_all(const fs::path& readme, const fs::path& folder) {
    const tracemalloc::analyze::CommandList list = tracemalloc::analyze::make_commands();
    const std::vector<manual::DescribedCommand> commands = manual::describe(list);
    const manual::Edition edition{TM_VERSION, TM_RELEASE_DATE};
    const fs::path man = folder / "man";
    write(man / "man1/tmtool.1", manual::program_page(commands, edition));
    for (const manual::DescribedCommand& command : commands) {
        write(man / "man1" / ("tmtool-" + command.name + ".1"),
              manual::command_page(command, edition));
    }
    write(man / "man7/libtracemalloc.7", manual::library_page(read(readme), edition));
    write(folder / "bash-completion/completions/tmtool", manual::bash_completion(commands));
    write(folder / "zsh/site-functions/_tmtool", manual::zsh_completion(commands));
    write(folder / "fish/vendor_completions.d/tmtool.fish", manual::fish_completion(commands));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: tm_write_manual README FOLDER\n";
        return 2;
    }
    try {
        write_all(argv[1], argv[2]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "tm_write_manual: " << error.what() << '\n';
        return 1;
    }
}
