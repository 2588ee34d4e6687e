// SPDX-License-Identifier: MIT
// "short N": N threads one after the other, four at a time. "at_once N": N threads that all live at
// the same moment. Each leaves one block and frees another.
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

enum { kMost = 1000, kFew = 4 };

static pthread_barrier_t together;
static int is_together;

static void* allocate(void* unused) {
    (void)unused;
    void* gone = TEMPORARY(malloc(opaque(5101)));
    if (is_together)
        pthread_barrier_wait(&together);
    free(gone);
    void* block = hold(malloc(opaque(5102)));  // held, for a call at the end would leave no frame
    return block;
}
enum { kLine = __LINE__ - 3 };

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    const int count = atoi(argv[2]);
    is_together = strcmp(argv[1], "at_once") == 0;
    const int batch = is_together ? count : kFew;
    if (batch > kMost)
        return 2;
    pthread_t threads[kMost];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    pthread_barrier_init(&together, NULL, (unsigned)batch);
    for (int done = 0; done < count; done += batch) {
        for (int index = 0; index < batch; ++index) {
            if (pthread_create(&threads[index], &attributes, allocate, NULL) != 0)
                return 1;
        }
        for (int index = 0; index < batch; ++index)
            pthread_join(threads[index], NULL);
    }
    say("truth thread 5102 %d %d", count, kLine);
    return 0;
}
