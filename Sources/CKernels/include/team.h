// Threads that help one worker with its products while no other worker has anything to do: what a single request on an
// idle machine gains from the other cores. There is one team a process, as there is one set of cores.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Starts threads so that `threads` work on a product, the asking one included. Once a process; 1 starts none.
// Returns how many there are, fewer where the system gives no more.
int ck_team_start(int threads);

// A worker has something to do from now on, or nothing any more.
void ck_team_join(void);
void ck_team_leave(void);

// The team is the caller's alone, until released; false where another worker is busy or there is no team.
bool ck_team_acquire(void);
void ck_team_release(void);

// Calls task(context, part) once for each part 0 ..< parts, on any of the threads, and returns when all are done. For
// who has acquired the team.
void ck_team_run(void (*task)(void *context, ptrdiff_t part), void *context, uint16_t parts);
