// SPDX-License-Identifier: MIT
// A C program that loads a plugin in the way its first argument names, calls it and keeps it.
// Arguments: local, global, deepbind, namespace or twice; the plugin.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#include "truth.h"

static void* load(const char* way, const char* path) {
    if (strcmp(way, "deepbind") == 0)
        return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (strcmp(way, "global") == 0)
        return dlopen(path, RTLD_LAZY | RTLD_GLOBAL);
    if (strcmp(way, "namespace") == 0)
        return dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    const int times = strcmp(argv[1], "twice") == 0 ? 2 : 1;
    LIVE(before, 4101, malloc(opaque(4101)));
    for (int time = 0; time < times; ++time) {
        void* plugin = load(argv[1], argv[2]);
        if (plugin == NULL) {
            say("result %s", dlerror());
            return 1;
        }
        void* (*run)(void) = (void* (*)(void))dlsym(plugin, "plugin_allocate");
        if (run != NULL)
            say("result ran %d", run() != NULL);
        if (times > 1)
            say("result closed %d", dlclose(plugin));
    }
    LIVE(after, 4102, malloc(opaque(4102)));
    return 0;
}
