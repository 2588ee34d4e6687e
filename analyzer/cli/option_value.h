// SPDX-License-Identifier: MIT
//
// The text of one option → its value. Each throws UsageError that names the option, the text and
// what is allowed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/cli/terminal.h"
#include "analyzer/export/exporter.h"
#include "analyzer/model/filter.h"
#include "analyzer/query/group_by.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

/// A whole decimal number, nothing around it.
std::uint64_t parse_number(const std::string& option, const std::string& text, Range allowed);

/// A number, or "mmap".
std::uint32_t parse_domain(const std::string& option, const std::string& text);

/// Bytes, or a whole number with KiB, MiB, GiB or TiB.
std::optional<std::uint64_t> size_of(std::string_view text);

/// Not 0: of a stack the most recent frames, or below 0 the oldest.
std::int64_t parse_frame_limit(const std::string& option, const std::string& text);

/// 0x and hexadecimal digits, or decimal ones.
std::uint64_t parse_address(const std::string& text);

/// Seconds, with decimals if wanted.
double parse_seconds(const std::string& option, const std::string& text, double most);

/// From 0 to 100, with decimals if wanted.
double parse_percent(const std::string& option, const std::string& text);

/// A name and what it stands for. Beside each parser are the names it takes.
template <class Value>
using Choice = std::pair<const char*, Value>;

template <class Choices>
std::vector<std::string> names_of(const Choices& choices) {
    std::vector<std::string> names;
    for (const auto& choice : choices) {
        names.emplace_back(choice.first);
    }
    return names;
}

inline constexpr std::array<Choice<GroupBy>, 7> kGroupings = {{{"filename", GroupBy::filename},
                                                               {"lineno", GroupBy::lineno},
                                                               {"traceback", GroupBy::traceback},
                                                               {"function", GroupBy::function},
                                                               {"module", GroupBy::module},
                                                               {"domain", GroupBy::domain},
                                                               {"tag", GroupBy::tag}}};
inline constexpr std::array<Choice<ReportFormat>, 3> kReportFormats = {
    {{"text", ReportFormat::text}, {"json", ReportFormat::json}, {"csv", ReportFormat::csv}}};
inline constexpr std::array<Choice<FrameView>, 2> kFrameViews = {
    {{"attributed", FrameView::attributed}, {"raw", FrameView::raw}}};
inline constexpr std::array<Choice<ColourChoice>, 3> kColourChoices = {
    {{"auto", ColourChoice::automatic},
     {"always", ColourChoice::always},
     {"never", ColourChoice::never}}};
inline constexpr std::array<Choice<ExportFormat>, 7> kExportFormats = {
    {{"pprof", ExportFormat::pprof},
     {"speedscope", ExportFormat::speedscope},
     {"folded", ExportFormat::folded},
     {"heaptrack", ExportFormat::heaptrack},
     {"massif", ExportFormat::massif},
     {"json", ExportFormat::json},
     {"csv", ExportFormat::csv}}};
inline constexpr std::array<Choice<Measure>, 2> kMeasures = {
    {{"bytes", Measure::bytes}, {"blocks", Measure::blocks}}};

inline constexpr std::array<Choice<Metric>, 5> kMetrics = {{{"live", Metric::live},
                                                            {"peak", Metric::peak},
                                                            {"allocated", Metric::allocated},
                                                            {"calls", Metric::calls},
                                                            {"temporary", Metric::temporary}}};

GroupBy parse_group_by(const std::string& text);
ReportFormat parse_format(const std::string& text);
FrameView parse_frame_view(const std::string& text);
ColourChoice parse_colour(const std::string& text);
ExportFormat parse_export_format(const std::string& text);
Measure parse_measure(const std::string& text);
Metric parse_metric(const std::string& text);

/// PATTERN[:LINE]: only digits behind the last colon are a line, so a pattern may hold colons.
Filter parse_filter(const std::string& option, const std::string& text, bool inclusive);

/// FROM=TO, parted at the first `=`.
std::pair<std::string, std::string> parse_path_map(const std::string& text);

/// The path of a folder that exists.
std::string parse_folder(const std::string& option, const std::string& text);

/// A TRACEMALLOC_OUTPUT pattern.
std::string parse_output_pattern(const std::string& option, const std::string& text);

/// A TRACEMALLOC_ONLY: the text itself, checked.
std::string parse_program_names(const std::string& option, const std::string& text);

/// The mean between two samples, as the recording library reads it: bytes up to 1 TiB, or auto.
std::string parse_sample(const std::string& option, const std::string& text);

/// TRACEMALLOC_INTERVAL, TRACEMALLOC_GROW, TRACEMALLOC_AUTOSAVE: the text itself, checked.
std::string parse_interval(const std::string& option, const std::string& text);
std::string parse_growth_trigger(const std::string& option, const std::string& text);
std::string parse_autosave(const std::string& option, const std::string& text);

/// A TRACEMALLOC_SIGNAL: the text itself, checked.
std::string parse_snapshot_signal(const std::string& option, const std::string& text);

}  // namespace tracemalloc::analyze
