// SPDX-License-Identifier: MIT
//
// What the tracer says while the object lives: descriptor 2 is a file meanwhile.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include "preload/platform/diagnostics.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

class StderrCapture {
public:
    StderrCapture() : file_(std::tmpfile()), before_(::dup(2)) {
        REQUIRE(file_ != nullptr);
        REQUIRE(::dup2(::fileno(file_), 2) == 2);
        preload::diagnostics::remember_stderr();
    }
    ~StderrCapture() {
        ::dup2(before_, 2);
        ::close(before_);
        std::fclose(file_);
        preload::diagnostics::remember_stderr();
    }
    StderrCapture(const StderrCapture&) = delete;
    StderrCapture& operator=(const StderrCapture&) = delete;

    [[nodiscard]] std::string text() const {
        std::string text(65536, '\0');
        const ssize_t got = ::pread(::fileno(file_), text.data(), text.size(), 0);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }

private:
    std::FILE* file_;
    int before_;
};

}  // namespace tracemalloc::test
