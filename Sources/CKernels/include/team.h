// Threads that help one worker with its products while all other workers are idle, so that a single request on an idle
// machine uses all cores. There is one team per process, as there is one set of cores.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Starts threads so that `threads` work on a product, the calling one included. Once per process; 1 starts none.
// Returns the number of threads, fewer if the system gives no more.
int ck_team_start(int threads);

// Counts a worker that becomes busy, or idle.
void ck_team_join(void);
void ck_team_leave(void);

// Takes the team for the caller until it is released. Returns false if another worker is busy or there is no team.
bool ck_team_acquire(void);
void ck_team_release(void);

// Calls task(context, part) once for each part 0 ..< parts, on any of the threads, and returns when all are done. The
// caller must have acquired the team.
void ck_team_run(void (*task)(void *context, ptrdiff_t part), void *context, uint16_t parts);
