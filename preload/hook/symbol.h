// SPDX-License-Identifier: MIT
#pragma once

/// A function the program calls instead of the one it means. exports.map lists them all.
#define TM_HOOK __attribute__((visibility("default")))
