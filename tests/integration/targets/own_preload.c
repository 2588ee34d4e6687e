// SPDX-License-Identifier: MIT
// An entry of LD_PRELOAD that is the program's own.
int own_preload_is_here(void) {
    return 1;
}
