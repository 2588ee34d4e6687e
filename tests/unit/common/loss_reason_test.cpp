// SPDX-License-Identifier: MIT
#include "common/loss_reason.h"

#include "tests/support/catch.h"

namespace tracemalloc {

TEST_CASE("the numbers on disk stay what they are") {
    CHECK(static_cast<std::uint32_t>(LossReason::in_signal_handler) == 1);
    CHECK(static_cast<std::uint32_t>(LossReason::before_ready) == 2);
    CHECK(static_cast<std::uint32_t>(LossReason::stack_table_full) == 3);
    CHECK(static_cast<std::uint32_t>(LossReason::block_table_full) == 4);
    CHECK(static_cast<std::uint32_t>(LossReason::failed_dump) == 5);
    CHECK(static_cast<std::uint32_t>(LossReason::not_frozen) == 6);
    CHECK(static_cast<std::uint32_t>(LossReason::traffic_table_full) == 7);
    CHECK(static_cast<std::uint32_t>(LossReason::release_in_signal_handler) == 8);
}

TEST_CASE("every reason has a text and a place in an array") {
    for (std::uint32_t reason = 1; reason < kLossReasonEnd; ++reason) {
        CHECK(loss_text(reason) != nullptr);
    }
    CHECK(loss_text(0) == nullptr);
    CHECK(loss_text(kLossReasonEnd) == nullptr);
}

}  // namespace tracemalloc
