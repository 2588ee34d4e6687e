// SPDX-License-Identifier: MIT
#include "analyzer/render/error_figures.h"

#include <fmt/format.h>

#include <cmath>

#include "analyzer/render/human_number.h"
#include "analyzer/render/text_summary.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kExact = "exact";

/// What JSON and CSV hold of a standard error: nobody knows it better than to a tenth of a byte.
double in_tenths(double error) {
    return std::round(error * 10) / 10;
}

}  // namespace

std::string size_error_text(const Variance& variance, std::uint64_t size) {
    return variance.size > 0
               ? "±" + format_size_beside(Amount::of(kErrorsShown * variance.size_error()), size)
               : kExact;
}

std::string count_error_text(const Variance& variance) {
    return variance.count > 0
               ? "±" + format_count(Amount::of(kErrorsShown * variance.count_error()))
               : kExact;
}

std::string size_with_error(const Total& total) {
    return format_size(total.size) + " " + size_error_text(total.variance, total.size);
}

std::string count_with_error(const Total& total) {
    return format_count(total.count) + " " + count_error_text(total.variance);
}

std::string total_text(const Total& total) {
    if (total.variance == Variance{}) {
        return total_text(total.size, total.count);
    }
    return fmt::format("{} in {} blocks", size_with_error(total), count_with_error(total));
}

std::string mean_text(std::uint64_t mean_bytes) {
    std::string text = format_size(mean_bytes);
    if (const std::size_t zero = text.find(".0 "); zero != std::string::npos) {
        text.erase(zero, 2);
    }
    return text;
}

std::string estimate_text(const SampledPart& part) {
    const std::string mean =
        part.least_mean == part.most_mean
            ? mean_text(part.most_mean)
            : fmt::format("{} to {}", mean_text(part.least_mean), mean_text(part.most_mean));
    return fmt::format("estimated from {}, one for each {} on average{}",
                       format_quantity(part.blocks, "sampled block", "sampled blocks"), mean,
                       part.exact_blocks == 0
                           ? ""
                           : fmt::format(", and {}", format_quantity(part.exact_blocks, "exact one",
                                                                     "exact ones")));
}

std::string error_members(const Variance& variance, std::string_view prefix) {
    return fmt::format(", \"{0}size_error\": {1:.1f}, \"{0}count_error\": {2:.1f}", prefix,
                       variance.size_error(), variance.count_error());
}

std::string diff_error_members(const Variance& diff_variance, bool noise) {
    return fmt::format(", \"size_diff_error\": {:.1f}, \"count_diff_error\": {:.1f}, \"noise\": {}",
                       diff_variance.size_error(), diff_variance.count_error(), noise);
}

void put_errors(nlohmann::ordered_json& json, const Variance& variance, std::string prefix) {
    json[prefix + "size_error"] = in_tenths(variance.size_error());
    json[prefix + "count_error"] = in_tenths(variance.count_error());
}

std::string error_columns(const Variance& variance) {
    return fmt::format(",{:.1f},{:.1f}", variance.size_error(), variance.count_error());
}

}  // namespace tracemalloc::analyze
