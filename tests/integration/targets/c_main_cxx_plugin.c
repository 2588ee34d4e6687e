// SPDX-License-Identifier: MIT
// A C program whose C++ lives in a plugin: the tracer must not become its exceptions' unwinder.
// Arguments: the plugin, how many exceptions.
#include <dlfcn.h>
#include <stdlib.h>

#include "truth.h"

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    void* plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (plugin == NULL) {
        say("result %s", dlerror());
        return 1;
    }
    int (*plugin_throw)(int) = (int (*)(int))dlsym(plugin, "plugin_throw");
    const char* (*plugin_unwinder)(void) = (const char* (*)(void))dlsym(plugin, "plugin_unwinder");
    say("result caught %d", plugin_throw(atoi(argv[2])));
    say("unwinder %s", plugin_unwinder());
    LIVE(after_exceptions, 901, malloc(opaque(901)));
    return 0;
}
