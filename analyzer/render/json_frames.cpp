// SPDX-License-Identifier: MIT
#include "analyzer/render/json_frames.h"

#include <nlohmann/json.hpp>

#include "analyzer/render/json_text.h"
#include "analyzer/render/place.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(Name name) {
    return name.is_known() ? Json(name.text()) : Json(nullptr);
}

/// A captured frame always lies somewhere, even if nothing is known of it.
std::string frame_json(const Frame& frame) {
    const Json json = {{"function", text_or_null(frame.function)},
                       {"filename", text_or_null(frame.filename)},
                       {"lineno", frame.lineno != 0 ? Json(frame.lineno) : Json(nullptr)},
                       {"module", frame.module.text()},
                       {"offset", frame.offset},
                       {"inlined", frame.inlined}};
    return json_text(json);
}

std::string key_json(const Frame& frame, GroupBy grouping) {
    const bool is_whole = grouping == GroupBy::traceback;
    const Json json = {{"function", text_or_null(frame.function)},
                       {"filename", text_or_null(frame.filename)},
                       {"lineno", frame.lineno != 0 ? Json(frame.lineno) : Json(nullptr)},
                       {"module", text_or_null(frame.module)},
                       {"offset", has_offset(frame, grouping) ? Json(frame.offset) : Json(nullptr)},
                       {"inlined", is_whole ? Json(frame.inlined) : Json(nullptr)}};
    return json_text(json);
}

/// `make` is called for frames that have no text yet.
template <class Make>
std::string list(std::span<const FrameId> frames, const FrameTable& table,
                 std::vector<std::string>& texts, Make make) {
    texts.resize(table.size());
    std::string out = "[";
    for (const FrameId id : frames) {
        std::string& text = texts[static_cast<std::size_t>(id)];
        if (text.empty()) {
            text = make(table[id]);
        }
        out.append(out.size() > 1 ? ", " : "").append(text);
    }
    return out + "]";
}

}  // namespace

std::string JsonFrames::traceback(std::span<const FrameId> frames) {
    return list(frames, table_, texts_, frame_json);
}

std::string JsonFrames::key(std::span<const FrameId> frames) {
    return list(frames, table_, key_texts_,
                [this](const Frame& frame) { return key_json(frame, grouping_); });
}

std::string JsonFrames::row_key(std::span<const FrameId> frames) {
    if (grouping_ == GroupBy::domain) {
        const Name domain = table_[frames.front()].function;
        return "\"traceback\": [], \"domain\": " + std::string(domain.text());
    }
    if (grouping_ == GroupBy::tag) {
        const Name tag = table_[frames.front()].function;
        return "\"traceback\": [], \"tag\": " + json_text(text_or_null(tag));
    }
    return "\"traceback\": " + key(frames);
}

}  // namespace tracemalloc::analyze
