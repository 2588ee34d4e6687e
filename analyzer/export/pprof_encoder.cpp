// SPDX-License-Identifier: MIT
//
// The field numbers of pprof's public format are the whole schema; tests/integration/profile.proto
// says them again for a decoder that is not ours.
#include "analyzer/export/pprof_encoder.h"

#include <protozero/pbf_writer.hpp>

#include <deque>
#include <string_view>
#include <unordered_map>

namespace tracemalloc::analyze {

namespace {

using protozero::pbf_tag_type;
using Writer = protozero::pbf_writer;

namespace profile_field {
constexpr pbf_tag_type kSampleType = 1;
constexpr pbf_tag_type kSample = 2;
constexpr pbf_tag_type kMapping = 3;
constexpr pbf_tag_type kLocation = 4;
constexpr pbf_tag_type kFunction = 5;
constexpr pbf_tag_type kString = 6;
constexpr pbf_tag_type kTime = 9;
constexpr pbf_tag_type kDuration = 10;
constexpr pbf_tag_type kPeriodType = 11;
constexpr pbf_tag_type kPeriod = 12;
constexpr pbf_tag_type kComment = 13;
constexpr pbf_tag_type kDefaultSampleType = 14;
}  // namespace profile_field

/// String table of the profile: index 0 is the empty string.
class Strings {
public:
    Strings() { index_of(""); }

    std::int64_t index_of(std::string_view text) {
        const auto known = indexes_.find(text);
        if (known != indexes_.end()) {
            return known->second;
        }
        const auto index = static_cast<std::int64_t>(texts_.size());
        indexes_.emplace(texts_.emplace_back(text), index);
        return index;
    }

    [[nodiscard]] const std::deque<std::string>& texts() const noexcept { return texts_; }

private:
    std::deque<std::string> texts_;  // does not move its elements: the keys point into them
    std::unordered_map<std::string_view, std::int64_t> indexes_;
};

/// proto3 leaves zeros out.
void put(Writer& writer, pbf_tag_type field, std::uint64_t value) {
    if (value != 0) {
        writer.add_uint64(field, value);
    }
}

void put_text(Writer& writer, pbf_tag_type field, std::int64_t index) {
    put(writer, field, static_cast<std::uint64_t>(index));
}

void put_type(Writer& profile, pbf_tag_type field, Strings& strings, const char* type,
              const char* unit) {
    Writer message(profile, field);
    put_text(message, 1, strings.index_of(type));
    put_text(message, 2, strings.index_of(unit));
}

void put_label(Writer& sample, Strings& strings, const char* key, std::uint64_t number,
               const char* unit) {
    constexpr pbf_tag_type kLabel = 3;
    Writer label(sample, kLabel);
    put_text(label, 1, strings.index_of(key));
    put(label, 3, number);
    put_text(label, 4, strings.index_of(unit));
}

void put_sample(Writer& profile, Strings& strings, const PprofSample& sample) {
    Writer message(profile, profile_field::kSample);
    {
        protozero::packed_field_uint64 locations(message, 1);
        for (const std::size_t location : sample.locations) {
            locations.add_element(location + 1);
        }
    }
    message.add_packed_int64(2, sample.values.begin(), sample.values.end());
    put_label(message, strings, "bytes", sample.block_size, "bytes");
    if (sample.domain != 0) {
        put_label(message, strings, "domain", sample.domain, "");
    }
}

void put_mapping(Writer& profile, Strings& strings, const PprofMapping& mapping, std::size_t id) {
    Writer message(profile, profile_field::kMapping);
    put(message, 1, id);
    put(message, 2, mapping.start);
    put(message, 3, mapping.limit);
    put(message, 4, mapping.file_offset);
    put_text(message, 5, strings.index_of(mapping.path));
    put_text(message, 6, strings.index_of(mapping.build_id));
    put(message, 7, mapping.has_functions ? 1 : 0);
    put(message, 8, mapping.has_filenames ? 1 : 0);
    put(message, 9, mapping.has_lines ? 1 : 0);
    put(message, 10, mapping.has_inlined ? 1 : 0);
}

void put_location(Writer& profile, const PprofLocation& location, std::size_t id) {
    Writer message(profile, profile_field::kLocation);
    put(message, 1, id);
    put(message, 2, location.mapping + 1);
    put(message, 3, location.address);
    for (const PprofLine& line : location.lines) {
        Writer nested(message, 4);
        put(nested, 1, line.function + 1);
        put(nested, 2, line.line);
    }
}

void put_function(Writer& profile, Strings& strings, const PprofFunction& function,
                  std::size_t id) {
    Writer message(profile, profile_field::kFunction);
    put(message, 1, id);
    put_text(message, 2, strings.index_of(function.name));
    // The same name twice lets a reader shorten it as its user asks.
    put_text(message, 3, strings.index_of(function.name));
    put_text(message, 4, strings.index_of(function.filename));
}

}  // namespace

std::string encode_pprof(const PprofProfile& profile) {
    std::string bytes;
    Writer writer(bytes);
    Strings strings;
    // Bytes come last and their string has an index above 1: whichever of its ways a reader has of
    // choosing what to show first, it is these, unless the profile says otherwise.
    for (const PprofType& type : profile.types) {
        put_type(writer, profile_field::kSampleType, strings, type.name, type.unit);
    }
    for (const PprofSample& sample : profile.samples) {
        put_sample(writer, strings, sample);
    }
    std::size_t id = 0;
    for (const PprofMapping& mapping : profile.mappings) {
        put_mapping(writer, strings, mapping, ++id);
    }
    id = 0;
    for (const PprofLocation& location : profile.locations) {
        put_location(writer, location, ++id);
    }
    id = 0;
    for (const PprofFunction& function : profile.functions) {
        put_function(writer, strings, function, ++id);
    }
    writer.add_int64(profile_field::kTime, profile.time_unix_ns);
    writer.add_int64(profile_field::kDuration, profile.duration_ns);
    put_type(writer, profile_field::kPeriodType, strings, "space", "bytes");
    writer.add_int64(profile_field::kPeriod, 1);  // every byte was seen
    for (const std::string& comment : profile.comments) {
        writer.add_int64(profile_field::kComment, strings.index_of(comment));
    }
    writer.add_int64(profile_field::kDefaultSampleType,
                     strings.index_of(profile.types[profile.shown_first].name));
    for (const std::string& text : strings.texts()) {
        writer.add_string(profile_field::kString, text);
    }
    return bytes;
}

}  // namespace tracemalloc::analyze
