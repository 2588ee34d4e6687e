// SPDX-License-Identifier: MIT
// Loads a plugin by its bare name, through its own RUNPATH: works only when the loader sees this
// program, and not the tracer, as the caller of dlopen.
#include <dlfcn.h>

#include "truth.h"

int main(void) {
    void* plugin = dlopen("librunpath_plugin.so", RTLD_NOW);
    if (plugin == NULL) {
        say("result %s", dlerror());
        return 1;
    }
    int (*answer)(void) = (int (*)(void))dlsym(plugin, "runpath_answer");
    say("result answer %d", answer());
    return dlclose(plugin);
}
