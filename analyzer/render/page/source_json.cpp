// SPDX-License-Identifier: MIT
#include "analyzer/render/page/source_json.h"

#include <algorithm>
#include <map>
#include <string>

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kContext = 5;
constexpr std::size_t kMostColumns = 240;

/// A line of a source fit to be shown: tabs are four columns wide.
std::string shown_line(const std::string& line) {
    std::string spaced;
    for (const char byte : line) {
        if (byte == '\t') {
            spaced.append(4 - spaced.size() % 4, ' ');
        } else if (byte != '\r') {
            spaced += byte;
        }
    }
    return shorten_end(printable(spaced), kMostColumns);
}

struct LineUses {
    LineUse now;
    LineUse old;
};

std::map<std::uint32_t, LineUses> lines_of(const PageSource& source) {
    std::map<std::uint32_t, LineUses> lines;
    for (const LineUse& line : source.annotation.use.lines) {
        lines[line.lineno].now = line;
    }
    for (const LineUse& line : source.old.lines) {
        lines[line.lineno].old = line;
    }
    return lines;
}

Json line_json(std::uint32_t number, const LineUses& uses, bool compared) {
    Json row = {number};
    const auto add = [&](const LineUse& use) {
        for (const std::uint64_t sum :
             {use.own.size, use.own.count, use.cumulative.size, use.cumulative.count}) {
            row.push_back(sum);
        }
    };
    add(uses.now);
    if (compared) {
        add(uses.old);
    }
    return row;
}

/// Windows around the lines that hold blocks. Takes what it uses from `room`; false when that was
/// not enough.
bool add_text(Json& windows, const std::vector<std::string>& text,
              const std::map<std::uint32_t, LineUses>& lines, std::size_t& room) {
    std::size_t next = 1;  // the first line that was not looked at
    for (const auto& [number, uses] : lines) {
        if (number == 0 || number > text.size()) {
            continue;
        }
        const std::size_t begin =
            std::max(next, number - std::min<std::size_t>(number - 1, kContext));
        const std::size_t end = std::min(number + kContext, text.size());
        if (windows.empty() || begin > next) {
            windows.push_back({begin, Json::array()});
        }
        for (std::size_t at = begin; at <= end; ++at) {
            std::string line = shown_line(text[at - 1]);
            if (line.size() > room) {
                return false;
            }
            room -= line.size();
            windows.back()[1].push_back(std::move(line));
        }
        next = std::max(next, end + 1);
    }
    return true;
}

}  // namespace

nlohmann::ordered_json sources_json(const std::vector<PageSource>& sources, bool compared,
                                    std::size_t limit) {
    Json list = Json::array();
    std::size_t room = limit;
    for (const PageSource& source : sources) {
        const auto lines = lines_of(source);
        Json json = {{"file", printable(source.annotation.use.filename.text())},
                     {"remarks", Json::array()},
                     {"lines", Json::array()},
                     {"text", Json::array()}};
        for (const std::string& remark : source.annotation.remarks) {
            json["remarks"].push_back(printable(remark));
        }
        for (const auto& [number, uses] : lines) {
            json["lines"].push_back(line_json(number, uses, compared));
        }
        if (source.annotation.source &&
            !add_text(json["text"], source.annotation.source->lines, lines, room)) {
            json["remarks"].push_back("the rest of the text was left out to keep this page small");
        }
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace tracemalloc::analyze
