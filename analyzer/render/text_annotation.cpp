// SPDX-License-Identifier: MIT
//
// Figures in the margin, the source as it is. Lines that hold blocks keep a few neighbours, so that
// they can be read; longer stretches without any become one line.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::uint32_t kNeighbours = 3;
constexpr std::size_t kTab = 4;
constexpr std::size_t kSizeColumns = 8;

/// Tabs become spaces, the rest is made printable.
std::string source_text(std::string_view line) {
    std::string out;
    for (const char byte : line) {
        if (byte == '\t') {
            out.append(kTab - out.size() % kTab, ' ');
        } else if (byte != '\r') {
            out += byte;
        }
    }
    return printable(out);
}

class Margin {
public:
    Margin(Output& output, const Palette& palette, const Annotation& annotation, std::size_t width)
        : output_(output), palette_(palette), annotation_(annotation), width_(width) {
        std::uint32_t most = 0;
        for (const LineUse& line : annotation.use.lines) {
            counts_ = std::max({counts_, format_count(line.own.count).size(),
                                format_count(line.cumulative.count).size()});
            most = std::max(most, line.lineno);
        }
        if (annotation.source) {
            most = std::max(most, static_cast<std::uint32_t>(annotation.source->lines.size()));
        }
        numbers_ = std::max<std::size_t>(4, std::to_string(most).size());
    }

    void head(std::string_view count) {
        const std::string text =
            fmt::format("{:>{}}  {:>{}}  {:>{}}  {:>{}}  {:>{}}  ", "own", kSizeColumns, count,
                        counts_, "with calls", kSizeColumns + 2, count, counts_, "line", numbers_);
        output_.line(palette_.paint(Tone::title, text + "source"));
    }

    void line(std::uint32_t number, const LineUse* use) {
        std::string figures = fmt::format("{:>{}}  {:>{}}", "", kSizeColumns, "", counts_);
        std::string sums = fmt::format("{:>{}}  {:>{}}", "", kSizeColumns + 2, "", counts_);
        Tone tone = Tone::plain;
        const bool own = use != nullptr && use->own.count > 0;
        if (own) {
            figures = fmt::format("{:>{}}  {:>{}}", format_size(use->own.size), kSizeColumns,
                                  format_count(use->own.count), counts_);
            tone = Tone::strong;
        }
        if (use != nullptr) {
            sums = fmt::format("{:>{}}  {:>{}}", format_size(use->cumulative.size),
                               kSizeColumns + 2, format_count(use->cumulative.count), counts_);
        }
        const std::string name = number != 0 ? std::to_string(number) : "?";
        const std::size_t taken = 2 * counts_ + 2 * kSizeColumns + 2 + numbers_ + 10;
        const std::string text = shorten_end(text_of(number), width_ - std::min(width_, taken));
        std::string row = fmt::format("{:>{}}", name, numbers_);
        row = (own ? palette_.paint(Tone::growth, figures) : figures) + "  " +
              (use != nullptr ? palette_.paint(Tone::warning, sums) : sums) + "  " +
              palette_.paint(Tone::faint, row);
        output_.line(text.empty() ? row : row + "  " + palette_.paint(tone, text));
    }

    void gap(std::size_t lines) {
        const std::size_t before = 2 * counts_ + 2 * kSizeColumns + 2 + 8;
        output_.line(palette_.paint(
            Tone::faint, std::string(before, ' ') +
                             fmt::format("… {}", format_quantity(lines, "line", "lines"))));
    }

private:
    [[nodiscard]] std::string text_of(std::uint32_t number) const {
        if (number == 0) {
            return "(no line is known)";
        }
        if (!annotation_.source) {
            return {};
        }
        return number <= annotation_.source->lines.size()
                   ? source_text(annotation_.source->lines[number - 1])
                   : "(beyond the end of the file)";
    }

    Output& output_;
    const Palette& palette_;
    const Annotation& annotation_;
    std::size_t width_;
    std::size_t counts_ = 6;
    std::size_t numbers_ = 4;
};

}  // namespace

void TextReport::annotation(const Snapshot& snapshot, const Annotation& annotation) {
    const FileUse& use = annotation.use;
    const Metric metric = snapshot.metric;
    const auto share = [metric, total = snapshot.total()](const Total& part) {
        return format_share(ranked_part(part, metric), ranked_part(total, metric));
    };
    const std::string file = printable(use.filename.text());
    const std::string where = is_traffic(metric) ? fmt::format("in {} since recording began", file)
                                                 : fmt::format("allocated in {}", file);
    output_.line(palette_.paint(Tone::strong, fmt::format("{} ({}) {}", total_text(use.own, metric),
                                                          share(use.own), where)));
    put_fact(output_, style(), "inclusive",
             fmt::format("{} ({})", total_text(use.cumulative, metric), share(use.cumulative)));
    const std::size_t width = options_.width - std::min<std::size_t>(options_.width, 12);
    put_estimate(output_, style(), snapshot);
    put_fact(output_, style(), "process", process_text(snapshot.info, width));
    put_fact(output_, style(), "taken", moment_text(snapshot.info));
    if (annotation.source && annotation.source->path != use.filename.text()) {
        put_fact(output_, style(), "source", printable(annotation.source->path));
    }
    for (const std::string& remark : annotation.remarks) {
        put_fact(output_, style(), "note", printable(remark), Tone::warning);
    }
    output_.line("");
    annotation_lines(annotation, metric);
    if (sampled_part(snapshot).any()) {
        put_error_note(output_, style(), false);
    }
}

void TextReport::annotation_lines(const Annotation& annotation, Metric metric) {
    std::map<std::uint32_t, const LineUse*> uses;
    for (const LineUse& line : annotation.use.lines) {
        uses[line.lineno] = &line;
    }
    Margin margin(output_, palette_, annotation, options_.width);
    margin.head(count_title(metric));
    const bool has_text = annotation.source.has_value();
    const auto is_shown = [&](std::uint32_t number) {
        const auto near = uses.lower_bound(number > kNeighbours ? number - kNeighbours : 1);
        return annotation.all || (near != uses.end() && near->first <= number + kNeighbours);
    };
    if (uses.count(0) > 0) {
        margin.line(0, uses[0]);
    }
    std::size_t hidden = 0;
    const auto close_gap = [&] {
        if (hidden > 0) {
            margin.gap(hidden);
        }
        hidden = 0;
    };
    const std::size_t lines = has_text ? annotation.source->lines.size() : 0;
    for (std::uint32_t number = 1; number <= lines; ++number) {
        if (!is_shown(number)) {
            ++hidden;
            continue;
        }
        close_gap();
        const auto use = uses.find(number);
        margin.line(number, use == uses.end() ? nullptr : use->second);
    }
    close_gap();
    for (auto use = uses.upper_bound(static_cast<std::uint32_t>(lines)); use != uses.end(); ++use) {
        margin.line(use->first, use->second);
    }
}

}  // namespace tracemalloc::analyze
