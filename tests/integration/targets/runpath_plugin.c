// SPDX-License-Identifier: MIT
// Found only through the RUNPATH of the program that loads it.
int runpath_answer(void);

int runpath_answer(void) {
    return 17;
}
