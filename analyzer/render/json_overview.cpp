// SPDX-License-Identifier: MIT
//
// What the pictures of the text show, as exact figures.
#include "analyzer/render/annotated_lines.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/json_report.h"
#include "analyzer/render/json_rows.h"
#include "analyzer/render/json_snapshot.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

const char* name_of(MemoryUse use) {
    switch (use) {
        case MemoryUse::live:
            return "live";
        case MemoryUse::overhead:
            return "allocator_overhead";
        case MemoryUse::free:
            return "allocator_free";
        case MemoryUse::tracer:
            return "tracer";
        case MemoryUse::other:
            break;
    }
    return "other";
}

Json memory_json(const MemoryDivision& memory) {
    Json parts = Json::array();
    for (const MemoryPart& part : memory.parts) {
        parts.push_back({{"use", name_of(part.use)}, {"size", part.bytes}});
    }
    return {{"resident", memory.resident}, {"absent", memory.absent}, {"parts", parts}};
}

Json sizes_json(const std::vector<SizeClass>& sizes, bool has_errors) {
    Json classes = Json::array();
    for (const SizeClass& each : sizes) {
        classes.push_back({{"least", each.least},
                           {"most", each.most},
                           {"size", each.total.size},
                           {"count", each.total.count}});
        if (has_errors) {
            put_errors(classes.back(), each.total.variance);
        }
    }
    return classes;
}

}  // namespace

void JsonReport::overview(const Snapshot& snapshot, const Overview& overview) {
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(snapshot, table_)));
    output_.line(fmt::format(" \"memory\": {},", json_text(memory_json(overview.memory))));
    output_.line(fmt::format(" \"sizes\": {},",
                             json_text(sizes_json(overview.sizes, sampled_part(snapshot).any()))));
    output_.line(fmt::format(" \"next\": {},", json_text(Json(overview.next))));
    grouped_rows(snapshot, overview.lines);
}

void JsonReport::annotation(const Snapshot& snapshot, const Annotation& annotation) {
    const FileUse& use = annotation.use;
    output_.line(fmt::format("{{\"snapshot\": {},", snapshot_json(snapshot, table_)));
    output_.line(fmt::format(" \"filename\": {},", json_text(use.filename.text())));
    output_.line(
        fmt::format(" \"source\": {},",
                    json_text(annotation.source ? Json(annotation.source->path) : Json(nullptr))));
    output_.line(fmt::format(" \"remarks\": {},", json_text(Json(annotation.remarks))));
    const bool has_errors = sampled_part(snapshot).any();
    const auto sums = [has_errors](const Total& own, const Total& cumulative) {
        return fmt::format(
            "\"size\": {}, \"count\": {}{}, \"cumulative_size\": {}, \"cumulative_count\": {}{}",
            own.size, own.count, has_errors ? error_members(own.variance) : "", cumulative.size,
            cumulative.count, has_errors ? error_members(cumulative.variance, "cumulative_") : "");
    };
    output_.line(fmt::format(" \"total\": {{{}}},", sums(use.own, use.cumulative)));
    JsonRows list(output_, "lines");
    for_each_line(annotation, [&](const LineUse& line, const std::string* text) {
        list.row(fmt::format("{{\"lineno\": {}, {}, \"text\": {}}}",
                             line.lineno != 0 ? std::to_string(line.lineno) : "null",
                             sums(line.own, line.cumulative),
                             json_text(text != nullptr ? Json(*text) : Json(nullptr))));
    });
    list.finish();
}

}  // namespace tracemalloc::analyze
