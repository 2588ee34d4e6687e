// SPDX-License-Identifier: MIT
#include "analyzer/query/frame_key.h"

namespace tracemalloc::analyze {

namespace {

Frame place_in_module(const Frame& frame) {
    Frame key;
    key.module = frame.module;
    key.function = frame.function;
    key.offset = frame.function.is_known() ? 0 : frame.offset;
    return key;
}

Frame filename_key(const Frame& frame) {
    Frame key;
    key.filename = frame.filename;
    key.module = frame.filename.is_known() ? Name() : frame.module;
    return key;
}

Frame lineno_key(const Frame& frame) {
    if (!frame.filename.is_known()) {
        return place_in_module(frame);
    }
    Frame key;
    key.filename = frame.filename;
    key.lineno = frame.lineno;
    return key;
}

Frame function_key(const Frame& frame) {
    Frame key;
    key.function = frame.function;
    key.filename = frame.filename;
    key.module = frame.module;
    const bool has_name = frame.function.is_known() || frame.filename.is_known();
    key.offset = has_name ? 0 : frame.offset;
    return key;
}

Frame module_key(const Frame& frame) {
    Frame key;
    key.module = frame.module;
    return key;
}

Frame traceback_key(const Frame& frame) {
    if (!frame.filename.is_known()) {
        return place_in_module(frame);
    }
    Frame key = frame;
    key.module = Name();
    key.offset = 0;
    return key;
}

Frame make_key(const Frame& frame, GroupBy by) {
    switch (by) {
        case GroupBy::filename:
            return filename_key(frame);
        case GroupBy::lineno:
            return lineno_key(frame);
        case GroupBy::function:
            return function_key(frame);
        case GroupBy::module:
            return module_key(frame);
        case GroupBy::traceback:
        case GroupBy::domain:  // no matter of a frame
        case GroupBy::tag:
            break;
    }
    return traceback_key(frame);
}

}  // namespace

FrameId FrameKeys::add(FrameId id) {
    // A copy: interning moves the table's frames.
    const Frame frame = table_[id];
    return keys_[static_cast<std::size_t>(id)] = table_.intern(make_key(frame, by_));
}

}  // namespace tracemalloc::analyze
