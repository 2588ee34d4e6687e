// SPDX-License-Identifier: MIT
#include "preload/capture/rule_learner.h"

#include <dlfcn.h>
#include <sys/auxv.h>
#include <ucontext.h>

#include "preload/capture/call_frame_program.h"
#include "preload/capture/eh_frame_header.h"
#include "preload/capture/made_up_frame.h"
#include "preload/capture/signal_return.h"
#include "preload/platform/loaded_object.h"

namespace tracemalloc::preload::rule_learner {

namespace {

/// Byte by byte: what follows other code may not be mapped.
bool begins_signal_return(std::uintptr_t pc) noexcept {
    dl_find_object object{};
    if (_dl_find_object(reinterpret_cast<void*>(pc), &object) != 0) {
        return false;  // a damaged stack: what stands for a return address is none
    }
    for (const unsigned char byte : kSignalReturn) {
        if (*reinterpret_cast<const unsigned char*>(pc++) != byte) {
            return false;
        }
    }
    return true;
}

/// Stacks begin in code of libc and the loader that has no table: __start_context of a coroutine,
/// _dl_start_user when constructors run.
bool begins_stacks(std::uintptr_t pc) noexcept {
    const void* const object = object_of(reinterpret_cast<const void*>(pc));
    return object != nullptr &&
           (object == object_of(reinterpret_cast<const void*>(&makecontext)) ||
            object == object_of(reinterpret_cast<const void*>(getauxval(AT_BASE))));
}

}  // namespace

bool load() noexcept {
    return made_up_frame::load();
}

FrameRule learn(std::uintptr_t return_address) noexcept {
    if (begins_signal_return(return_address)) {
        return FrameRule(FrameRule::Kind::signal);
    }
    const std::uintptr_t pc = return_address - 1;
    FrameRule rule(FrameRule::Kind::no_table);
    EhFramePlace place{};
    if (find_eh_frame(pc, place)) {
        rule = read_call_frame(place.entry(), pc);
    }
    if (rule.kind() == FrameRule::Kind::not_learned) {
        rule = made_up_frame::learn_from_cursor(return_address);
    }
    if (rule.kind() == FrameRule::Kind::no_table && begins_stacks(pc)) {
        rule = FrameRule(FrameRule::Kind::outermost);
    }
    return rule;
}

SpinLock& lock() noexcept {
    return made_up_frame::lock();
}

}  // namespace tracemalloc::preload::rule_learner
