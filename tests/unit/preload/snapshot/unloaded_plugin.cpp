// SPDX-License-Identifier: MIT
// An object to be loaded and unloaded, with enough code to tell an address in its middle.

extern "C" int plugin_function(int number) {
    return number * 3 + 1;
}
