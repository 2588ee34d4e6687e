// SPDX-License-Identifier: MIT
//
// The three ways a whole command ends early, thrown at three seams and caught only in cli/main.cpp,
// which maps them to exit codes and one line on stderr. Absence (no symbols, no such row) is a
// value, never one of these.
#pragma once

#include <stdexcept>
#include <string>

namespace tracemalloc::analyze {

class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Exit code 2: the words of the command are off.
class UsageError : public Error {
public:
    using Error::Error;
};

/// Exit code 3: an input file is damaged, of a newer version, or not to be read.
class DumpError : public Error {
public:
    using Error::Error;
};

/// Exit code 4: the operation failed (the process is gone, the disk is full).
class OperationError : public Error {
public:
    using Error::Error;
};

}  // namespace tracemalloc::analyze
