// SPDX-License-Identifier: MIT
//
// Numbers of one section of LEB128 rows, in order, with the row they belong to for messages.
#pragma once

#include <cstdint>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/dump_view.h"
#include "common/varint.h"

namespace tracemalloc::analyze {

class RowCursor {
public:
    RowCursor(const DumpView& view, dump::SectionKind kind, PackedRows rows)
        : view_(view),
          kind_(kind),
          at_(rows.bytes.data()),
          end_(rows.bytes.data() + rows.bytes.size()) {}

    void begin_row(std::uint64_t row) { row_ = row; }

    /// Throws DumpError when there is none.
    std::uint64_t next() {
        std::uint64_t value = 0;
        at_ = get_varint(at_, end_, value);
        if (at_ == nullptr) {
            fail("a number is cut off or too large");
        }
        return value;
    }

    void unless(bool holds, const char* what) const {
        if (!holds) {
            fail(what);
        }
    }

    void finish() const {
        if (at_ != end_) {
            fail_dump(view_.path(), kind_, "bytes follow its last record");
        }
    }

private:
    [[noreturn]] void fail(const char* what) const {
        fail_dump(view_.path(), kind_, at_record(row_, what));
    }

    const DumpView& view_;
    dump::SectionKind kind_;
    const unsigned char* at_;
    const unsigned char* end_;
    std::uint64_t row_ = 0;
};

}  // namespace tracemalloc::analyze
