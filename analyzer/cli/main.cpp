// SPDX-License-Identifier: MIT
//
// The only place that catches: an error becomes one line on stderr and an exit code.
#include <clocale>
#include <exception>
#include <new>

#include "analyzer/cli/command_line.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/shrunk_file.h"
#include "analyzer/errors.h"

namespace {

namespace analyze = tracemalloc::analyze;

int fail(int code, const std::exception& error) {
    analyze::say_error(error.what());
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    // Only so that the C library knows how wide a character is; numbers stay as they are.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    analyze::report_shrunk_files();
    try {
        const analyze::CommandList commands = analyze::make_commands();
        analyze::Command* command = analyze::parse_command_line(commands, argc, argv);
        return command != nullptr ? command->execute() : 0;
    } catch (const analyze::UsageError& error) {
        return fail(2, error);
    } catch (const analyze::DumpError& error) {
        return fail(3, error);
    } catch (const std::bad_alloc&) {
        analyze::say_error("out of memory");
        return 4;
    } catch (const std::exception& error) {
        return fail(4, error);
    }
}
