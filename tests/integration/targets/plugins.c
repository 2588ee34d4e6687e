// SPDX-License-Identifier: MIT
// Loads and unloads two plugins in turn. Blocks outlive the code that allocated them, and the next
// plugin may come to lie at the same address. Arguments: plugin a, plugin b, rounds.
#include <dlfcn.h>
#include <stdlib.h>

#include "truth.h"

int main(int argc, char** argv) {
    if (argc < 4)
        return 2;
    const int rounds = atoi(argv[3]);
    for (int round = 0; round < rounds; ++round) {
        void* plugin = dlopen(argv[1 + round % 2], RTLD_NOW | RTLD_LOCAL);
        if (plugin == NULL) {
            say("result %s", dlerror());
            return 1;
        }
        void* (*allocate)(void) = (void* (*)(void))dlsym(plugin, "plugin_allocate");
        allocate();
        say("result closed %d", dlclose(plugin));
    }
    say("result missing %s", dlopen("./no_such_plugin.so", RTLD_NOW) == NULL ? "null" : "found");
    say("result error %d", dlerror() != NULL);
    return 0;
}
