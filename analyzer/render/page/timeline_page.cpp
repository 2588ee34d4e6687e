// SPDX-License-Identifier: MIT
#include "analyzer/render/page/timeline_page.h"

#include <nlohmann/json.hpp>

#include "analyzer/render/json_snapshot.h"
#include "analyzer/render/json_text.h"
#include "analyzer/render/page/page.h"
#include "analyzer/render/place.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

std::string label_of(const Frame& frame, GroupBy by) {
    const Place place = place_of(frame, by);
    const std::string where = place.path + place.suffix;
    if (place.function.empty()) {
        return where;
    }
    return place.function_first || where.empty() ? place.function : where + " " + place.function;
}

void put_totals(Json& json, const std::vector<Total>& totals) {
    Json sizes = Json::array(), counts = Json::array();
    for (const Total& total : totals) {
        sizes.push_back(total.size);
        counts.push_back(total.count);
    }
    json["size"] = std::move(sizes);
    json["count"] = std::move(counts);
}

Json grouping_json(const TimelinePage::Grouped& grouped, const FrameTable& table) {
    Json json = {{"by", name_of(grouped.by)}, {"series", Json::array()}};
    for (const TimelineSeries& series : grouped.timeline.series) {
        Json one = {{"label", label_of(table[series.key], grouped.by)}};
        put_totals(one, series.totals);
        json["series"].push_back(std::move(one));
    }
    put_totals(json["rest"], grouped.timeline.rest);
    json["rest"]["keys"] = grouped.timeline.rest_keys;
    return json;
}

}  // namespace

std::string timeline_data(const TimelinePage& page, const FrameTable& table) {
    Json json = {
        {"snapshots", Json::array()}, {"filtered", page.filtered}, {"groupings", Json::array()}};
    for (const Snapshot* snapshot : page.snapshots) {
        json["snapshots"].push_back(Json::parse(snapshot_json(*snapshot, table)));
    }
    for (const TimelinePage::Grouped& grouped : page.groupings) {
        json["groupings"].push_back(grouping_json(grouped, table));
    }
    return json_text(json);
}

std::string timeline_page(const TimelinePage& page, const FrameTable& table) {
    return make_page(
        {page_text::timeline_body(), page_text::timeline_script(), timeline_data(page, table)});
}

}  // namespace tracemalloc::analyze
