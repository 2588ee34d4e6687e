// SPDX-License-Identifier: MIT
#include "analyzer/manual/library_page.h"

#include <sstream>
#include <stdexcept>
#include <vector>

#include "analyzer/manual/roff.h"

namespace tracemalloc::analyze::manual {

namespace {

constexpr const char* kHeading = "## Environment of the recorded process";

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? ""
                                      : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The cells of a row `| a | b |`; none for another line. A bar inside `code` is `\|`.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    if (line.rfind('|', 0) != 0) {
        return cells;
    }
    std::string cell;
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '|') {
            cell += line[++at];
        } else if (line[at] == '|') {
            cells.push_back(trimmed(cell));
            cell.clear();
        } else {
            cell += line[at];
        }
    }
    return cells;
}

/// Rows of the table, without its head.
std::vector<std::vector<std::string>> variables_of(const std::string& readme) {
    std::vector<std::vector<std::string>> rows;
    const std::size_t start = readme.find(kHeading);
    std::istringstream lines(start == std::string::npos ? "" : readme.substr(start));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line) && line.rfind("## ", 0) != 0) {
        const auto cells = cells_of(line);
        if (cells.size() >= 3 && cells.front().rfind("`TRACEMALLOC_", 0) == 0) {
            rows.push_back(cells);
        }
    }
    if (rows.empty()) {
        throw std::runtime_error("README.md has no table of environment variables");
    }
    return rows;
}

}  // namespace

std::string library_page(const std::string& readme, const Edition& edition) {
    Roff page("libtracemalloc", 7, edition.date, "tracemalloc " + edition.version,
              "Miscellaneous Information");
    page.section("name");
    page.paragraph(plain("libtracemalloc") + " \\- " +
                   plain("record which lines of a program hold its heap"));
    page.section("synopsis");
    page.block({"LD_PRELOAD=/path/to/libtracemalloc.so ./program", "kill -USR1 PID",
                "tmtool run -- ./program"});
    page.section("description");
    page.paragraph(plain(
        "The library is preloaded into a dynamically linked program, as that is. It remembers for "
        "each live block of the heap its size and the stack that allocated it. On a signal, and "
        "when the program exits, it writes a dump, which tmtool reads. The program's own results, "
        "errno, signals and exit status do not change."));
    page.paragraph(
        plain("A setting that is wrong gives one line on stderr; the program then runs "
              "unrecorded."));
    page.section("environment");
    for (const auto& row : variables_of(readme)) {
        page.item(from_markdown(row[0]),
                  from_markdown(row[1]) + ". Default: " + from_markdown(row[2]) + ".");
    }
    page.section("see also");
    page.paragraph(bold("tmtool") + "(1), " + bold("tmtool-run") + "(1), " +
                   bold("tmtool-snapshot") + "(1)");
    return page.page();
}

}  // namespace tracemalloc::analyze::manual
