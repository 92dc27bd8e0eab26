#include "include/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>

// Pauses before a waiting helper sleeps: tens of microseconds, longer than a worker takes between two products.
enum { SPIN_LIMIT = 4000 };
// Nanoseconds that a worker waits for a helper before that counts as late: about what the system leaves a thread on a core
// while others want it.
enum { LATE = 1000000 };
// When helpers cost more than they do, workers go on alone. Other programs have the cores then: a helper that waits for one
// is late or does nothing, and one that has a core takes it from its own worker.
//
// A late round adds LATE_COST to what helpers cost, a round without help 1; a round with help takes 2 away. At MOST_COST
// rounds without helpers follow: LEAST_ALONE at first, twice as many each time, fewer again with each round in time.
enum { LATE_COST = 100, MOST_COST = 300, LEAST_ALONE = 1000, MOST_ALONE = 1 << 17, ALONE_PART = 256 };

static struct {
  int threads;
  atomic_int busy;     // busy workers
  atomic_bool taken;
  atomic_int alone;     // rounds to make alone
  // Of whoever has taken the team.
  int cost;
  int alone_next_time;
  // The round's number (32 bits), how many parts it has (16) and the next of them (16): a part is claimed by one
  // compare-and-swap, and a late helper finds another round's number.
  _Atomic uint64_t claim;
  _Atomic uint32_t done;
  void (*task)(void *, ptrdiff_t);
  void *context;
  atomic_int sleeping;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
} team = {.threads = 1, .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static inline void rest(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline uint32_t round_of(uint64_t claim) { return (uint32_t)(claim >> 32); }
static inline uint32_t parts_of(uint64_t claim) { return (uint32_t)(claim >> 16) & 0xffff; }
static inline uint32_t next_of(uint64_t claim) { return (uint32_t)claim & 0xffff; }

// Works on parts of the round `number` until none is left. Returns the number of them.
static uint32_t help(uint32_t number) {
  uint32_t worked = 0;
  uint64_t claim = atomic_load(&team.claim);
  while (round_of(claim) == number && next_of(claim) < parts_of(claim)) {
    if (!atomic_compare_exchange_weak(&team.claim, &claim, claim + 1)) continue;
    team.task(team.context, (ptrdiff_t)next_of(claim));
    atomic_fetch_add(&team.done, 1);
    worked++;
    claim = atomic_load(&team.claim);
  }
  return worked;
}

static void sleep_until_after(uint32_t number) {
  pthread_mutex_lock(&team.mutex);
  atomic_fetch_add(&team.sleeping, 1);
  while (round_of(atomic_load(&team.claim)) == number) pthread_cond_wait(&team.wake, &team.mutex);
  atomic_fetch_sub(&team.sleeping, 1);
  pthread_mutex_unlock(&team.mutex);
}

static void *helper(void *unused) {
  uint32_t seen = 0;
  for (;;) {
    int spins = SPIN_LIMIT;
    while (round_of(atomic_load(&team.claim)) == seen && --spins > 0) rest();
    if (spins == 0) sleep_until_after(seen);
    seen = round_of(atomic_load(&team.claim));
    help(seen);
  }
  return unused;
}

int ck_team_start(int threads) {
  while (team.threads < threads) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper, NULL) != 0) break;
    pthread_detach(thread);
    team.threads++;
  }
  return team.threads;
}

void ck_team_join(void) { atomic_fetch_add(&team.busy, 1); }
void ck_team_leave(void) { atomic_fetch_sub(&team.busy, 1); }

bool ck_team_acquire(void) {
  if (atomic_load(&team.alone) > 0) {
    atomic_fetch_sub(&team.alone, 1);
    return false;
  }
  return team.threads > 1 && atomic_load(&team.busy) <= 1 && !atomic_exchange(&team.taken, true);
}

void ck_team_release(void) { atomic_store(&team.taken, false); }

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Waits for the parts that helpers have claimed. A helper that works is done in about the time that the worker took; one
// without a core may get this one. Returns whether one was late.
static bool wait_for_helpers(uint16_t parts, int64_t taken) {
  int64_t start = nanoseconds(), late = taken > LATE ? taken : LATE;
  bool is_late = false;
  for (int spins = 0; atomic_load(&team.done) < parts; spins++) {
    if (spins < SPIN_LIMIT) {
      rest();
    } else {
      is_late = is_late || nanoseconds() - start > late;
      sched_yield();
    }
  }
  return is_late;
}

static void weigh_helpers(bool has_help, bool is_late) {
  team.cost += is_late ? LATE_COST : has_help ? -2 : 1;
  if (team.cost < 0) team.cost = 0;
  if (team.cost < MOST_COST) {
    team.alone_next_time -= team.alone_next_time / ALONE_PART;
    return;
  }
  int rounds = team.alone_next_time * 2;
  team.alone_next_time = rounds < LEAST_ALONE ? LEAST_ALONE : rounds > MOST_ALONE ? MOST_ALONE : rounds;
  team.cost = 0;
  atomic_store(&team.alone, team.alone_next_time);
}

void ck_team_run(void (*task)(void *context, ptrdiff_t part), void *context, uint16_t parts) {
  // Nobody reads these while they are written: the last round's parts are all claimed and done.
  team.task = task;
  team.context = context;
  atomic_store(&team.done, 0);
  uint32_t number = round_of(atomic_load(&team.claim)) + 1;
  atomic_store(&team.claim, (uint64_t)number << 32 | (uint64_t)parts << 16);
  if (atomic_load(&team.sleeping) > 0) {
    pthread_mutex_lock(&team.mutex);
    pthread_cond_broadcast(&team.wake);
    pthread_mutex_unlock(&team.mutex);
  }
  int64_t start = nanoseconds();
  bool has_help = help(number) < parts;
  bool is_late = has_help && wait_for_helpers(parts, nanoseconds() - start);
  weigh_helpers(has_help, is_late);
}
