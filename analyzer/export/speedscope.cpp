// SPDX-License-Identifier: MIT
//
// The outer brackets are written by hand so that the stacks are never held as JSON; names come from
// the JSON library.
#include "analyzer/export/speedscope.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "analyzer/export/frame_label.h"
#include "analyzer/render/json_text.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

using Json = nlohmann::ordered_json;

std::string frame_json(const Frame& frame) {
    Json json = {{"name", frame_label(frame)}};
    if (frame.filename.is_known()) {
        json["file"] = frame.filename.text();
        if (frame.lineno != 0) {
            json["line"] = frame.lineno;
        }
    } else if (frame.module.is_known()) {
        json["file"] = frame.module.text();
    }
    return json_text(json);
}

struct Sample {
    std::string stack;  ///< "[0,1,2]", oldest frame first
    Total total;
};

class SpeedscopeFile {
public:
    SpeedscopeFile(const FrameTable& table, const ExportOptions& options)
        : table_(table), options_(options), indexes_(table.size(), kUnseen) {}

    void add(const Snapshot& snapshot) {
        std::vector<std::size_t> rows(snapshot.tracebacks.size(), kUnseen);
        for (const Trace& trace : snapshot.traces) {
            std::size_t& row = rows[trace.traceback];
            if (row == kUnseen) {
                row = samples_.size();
                samples_.push_back({stack_of(snapshot.tracebacks[trace.traceback]), {}});
            }
            samples_[row].total += trace.total();
        }
    }

    void write(Output& output, const Snapshot& snapshot) const {
        output.line(R"({"$schema":"https://www.speedscope.app/file-format-schema.json",)");
        output.line(fmt::format(R"("exporter":{},"name":{},"activeProfileIndex":0,)",
                                json_text(std::string(options_.tool)),
                                json_text(std::string(file_of(snapshot.info.dump_path)))));
        output.line(R"("shared":{"frames":[)");
        for (std::size_t at = 0; at < frames_.size(); ++at) {
            output.line(frames_[at] + (at + 1 < frames_.size() ? "," : ""));
        }
        output.line(R"(]},"profiles":[)");
        write_profile(output, "live bytes", "bytes", &Total::size);
        output.line(",");
        write_profile(output, "live blocks", "none", &Total::count);
        output.line("]}");
    }

private:
    static constexpr std::size_t kUnseen = static_cast<std::size_t>(-1);

    void write_profile(Output& output, const char* name, const char* unit,
                       Amount Total::*number) const {
        Amount sum;
        for (const Sample& sample : samples_) {
            sum += sample.total.*number;
        }
        output.line(fmt::format(
            R"({{"type":"sampled","name":"{}","unit":"{}","startValue":0,"endValue":{},"samples":[)",
            name, unit, std::uint64_t{sum}));
        const auto list = [&](auto text_of) {
            for (std::size_t at = 0; at < samples_.size(); ++at) {
                output.put(text_of(samples_[at]));
                output.put(at + 1 < samples_.size() ? ",\n" : "\n");
            }
        };
        list([](const Sample& sample) { return sample.stack; });
        output.line(R"(],"weights":[)");
        CarriedRounding rounded;
        list([&](const Sample& sample) { return std::to_string(rounded(sample.total.*number)); });
        output.put("]}");
    }

    std::string stack_of(const Traceback& traceback) {
        const auto frames = visible_frames(traceback, options_.attributed);
        std::string text;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
            text += (text.empty() ? "[" : ",") + std::to_string(index_of(*frame));
        }
        return text + "]";
    }

    /// Frames that read alike are one, whatever their offset.
    std::size_t index_of(FrameId id) {
        std::size_t& index = indexes_[static_cast<std::size_t>(id)];
        if (index == kUnseen) {
            const std::string text = frame_json(table_[id]);
            const auto [entry, is_new] = by_text_.try_emplace(text, frames_.size());
            if (is_new) {
                frames_.push_back(text);
            }
            index = entry->second;
        }
        return index;
    }

    const FrameTable& table_;
    const ExportOptions& options_;
    std::vector<std::size_t> indexes_;  ///< FrameId → frames_
    std::map<std::string, std::size_t> by_text_;
    std::vector<std::string> frames_;
    std::vector<Sample> samples_;
};

}  // namespace

void export_speedscope(Output& output, const ExportedHeap& heap, const ExportOptions& options) {
    SpeedscopeFile file(heap.table, options);
    file.add(heap.snapshot());
    file.write(output, heap.snapshot());
}

}  // namespace tracemalloc::analyze
