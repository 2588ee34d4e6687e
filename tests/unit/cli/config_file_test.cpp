// SPDX-License-Identifier: MIT
#include "analyzer/cli/config_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "analyzer/cli/read_options.h"
#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;
using Catch::Contains;

namespace {

/// The settings of a file as a command reads them that was given `given` on its command line.
ReadOptions settings(const std::string& text, const std::string& given = "",
                     const std::string& command = "stats") {
    const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                       ("tm-config-" + std::to_string(::getpid()) + ".toml");
    std::ofstream(path, std::ios::binary) << text;
    ReadOptions read;
    ReadOptions other;
    OptionTable stats;
    add_grouping_options(stats, read);
    add_row_options(stats, read);
    add_output_options(stats, read);
    add_symbol_options(stats, read);
    OptionTable info;
    add_output_options(info, other);
    const Tables tables = {{"stats", &stats}, {"info", &info}};
    try {
        const ConfigFile config = read_config_file(path);
        check_settings(config, tables);
        apply_settings(config, command, *tables.at(command),
                       [&](const Option& option) { return option.name == given; });
    } catch (...) {
        std::filesystem::remove(path);
        throw;
    }
    std::filesystem::remove(path);
    return command == "stats" ? read : other;
}

}  // namespace

TEST_CASE("settings are options without dashes") {
    const ReadOptions read = settings(
        "# mine\nlimit = 20\ncolor = 'never'  # always\nwrapper = ['pool_#get', \"a, b\"]\n"
        "path-map = '/build=/home/me'\n");
    CHECK(read.report.limit == 20);
    CHECK(read.colour == ColourChoice::never);
    CHECK(read.pipeline.wrappers == std::vector<std::string>{"pool_#get", "a, b"});
    REQUIRE(read.pipeline.symbolize.path_map.size() == 1);
    CHECK(read.pipeline.symbolize.path_map[0].second == "/home/me");
}

TEST_CASE("the command line wins, and a command's own table before the rest") {
    CHECK(settings("limit = 20", "--limit").report.limit == 10);
    CHECK(settings("limit = 20\n[stats]\nlimit = 5").report.limit == 5);
    CHECK(settings("limit = 20\n[stats]\nlimit = 5", "--limit").report.limit == 10);
    CHECK(settings("wrapper = 'a'\n[stats]\nwrapper = 'b'", "--wrapper").pipeline.wrappers ==
          std::vector<std::string>{"b", "a"});
    CHECK(settings("limit = 20\n[stats]\nwidth = 50", "", "info").width == std::nullopt);
    CHECK(settings("").report.limit == 10);
}

TEST_CASE("complaints name file and key") {
    CHECK_THROWS_WITH(
        settings("colour = 'never'"),
        Contains(".toml: 'colour' is not a setting (one of color, debug-dir, debuginfod, frames, "
                 "group-by, limit, path-map, sysroot, width, wrapper)"));
    CHECK_THROWS_WITH(settings("[info]\nlimit = 3"),
                      Contains("'limit' is not a setting of [info] (one of color, width)"));
    CHECK_THROWS_WITH(settings("[foo]\nlimit = 3"), Contains("[foo] is not a command"));
    CHECK_THROWS_WITH(settings("limit = 'ten'"), Contains(".toml: limit: 'ten' is not a whole"));
    CHECK_THROWS_WITH(settings("limit = [1, 2]"), Contains(".toml: limit: one value is allowed"));
    CHECK_THROWS_WITH(settings("limit = 1.5"),
                      Contains("limit: neither text") && Contains("(line 1)"));
    CHECK_THROWS_WITH(settings("\nlimit = \n"), Contains(".toml: line 2: "));
    CHECK_THROWS_WITH(settings("limit 3\n"), Contains(".toml: line 1: "));
    CHECK_THROWS_WITH(settings("include = '*'"), Contains("'include' is not a setting"));
    CHECK_THROWS_WITH(settings("limit = 3\nlimit = 4"), Contains(".toml: line 2: "));
    CHECK_THROWS_AS(read_config_file("/nonexistent/tmtool.toml"), UsageError);
    CHECK_THROWS_AS(read_config_file("/"), UsageError);
}
