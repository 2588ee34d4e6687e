// SPDX-License-Identifier: MIT
//
// How sure an estimate is, in each format. Text shows ± two standard errors, which holds the truth
// in about 95 of 100 cases, and by which a change is told from chance; JSON and CSV have one
// standard error.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "analyzer/model/sampled_part.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// "±1.2 MiB", in the unit of the size it stands beside; "exact" where nothing was estimated.
std::string size_error_text(const Variance& variance, std::uint64_t size);
/// "±1,234"; "exact" where nothing was estimated.
std::string count_error_text(const Variance& variance);

/// "12.3 MiB ±1.2 MiB"
std::string size_with_error(const Total& total);
/// "45,678 ±1,234"
std::string count_with_error(const Total& total);

/// "12.3 MiB ±1.2 MiB in 45,678 ±1,234 blocks"; without ± where nothing was estimated.
std::string total_text(const Total& total);

/// "512 KiB": what somebody chose is a whole number of its unit.
std::string mean_text(std::uint64_t mean_bytes);

/// "estimated from 1,234 sampled blocks, one for each 512 KiB on average"
std::string estimate_text(const SampledPart& part);

/// Members to put behind others: `, "size_error": 1.5, "count_error": 0.5`, with names that begin
/// like those of the figures they belong to.
std::string error_members(const Variance& variance, std::string_view prefix = "");
/// Those of a difference, and whether it may be chance.
std::string diff_error_members(const Variance& diff_variance, bool noise);
void put_errors(nlohmann::ordered_json& json, const Variance& variance, std::string prefix = "");

/// Columns to put behind others, ",1.5,0.5", and their titles.
inline constexpr const char* kErrorTitles = "size_error,count_error,";
std::string error_columns(const Variance& variance);

}  // namespace tracemalloc::analyze
