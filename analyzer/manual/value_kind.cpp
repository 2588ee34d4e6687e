// SPDX-License-Identifier: MIT
#include "analyzer/manual/value_kind.h"

namespace tracemalloc::analyze::manual {

ValueKind value_kind(const Option& option) {
    const bool is_operand = option.kind == Option::Kind::operand;
    const std::string& called = is_operand ? option.name : option.placeholder;
    if (!option.choices.empty()) {
        return ValueKind::choice;
    }
    if (called == "DIR") {
        return ValueKind::folder;
    }
    if (called == "PID") {
        return ValueKind::process;
    }
    for (const char* file : {"DUMP", "OLD", "NEW", "FILE", "OUT", "BASE"}) {
        if (called.rfind(file, 0) == 0) {
            return ValueKind::file;
        }
    }
    return ValueKind::free;
}

}  // namespace tracemalloc::analyze::manual
