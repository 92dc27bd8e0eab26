// Counts what a call costs: instructions, by Callgrind, and bytes of the heap, by functions in place of the C library's.
#define _GNU_SOURCE
#include "CCost.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

// MARK: Instructions

// A request to Valgrind is a sequence of instructions without effect on a processor (Valgrind manual, "The client request
// mechanism"). The numbers of Callgrind's requests are 'C' 'T' and an index.
enum { callgrind_dump = 0x43540000, callgrind_zero = 0x43540001 };

static void request(uint64_t code) {
#if defined(__x86_64__)
  volatile uint64_t arguments[6] = {code, 0, 0, 0, 0, 0};
  uint64_t result = 0;
  __asm__ volatile(
      "rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\txchgq %%rbx, %%rbx"
      : "+d"(result)
      : "a"(&arguments[0])
      : "cc", "memory");
#else
  (void)code;
#endif
}

void cost_zero(void) { request(callgrind_zero); }

void cost_dump(void) { request(callgrind_dump); }

// MARK: Bytes

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic int64_t used, peak;

static void *taken(void *block) {
  if (!block) return block;
  int64_t now = atomic_fetch_add(&used, (int64_t)malloc_usable_size(block)) + (int64_t)malloc_usable_size(block);
  int64_t before = atomic_load(&peak);
  while (now > before && !atomic_compare_exchange_weak(&peak, &before, now)) {
  }
  return block;
}

static void given_back(void *block) {
  if (block) atomic_fetch_sub(&used, (int64_t)malloc_usable_size(block));
}

void *malloc(size_t size) { return taken(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }

void *realloc(void *block, size_t size) {
  given_back(block);
  void *moved = __libc_realloc(block, size);
  if (!moved && size) {
    taken(block);
    return moved;
  }
  return taken(moved);
}

void free(void *block) {
  given_back(block);
  __libc_free(block);
}

void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *aligned = memalign(alignment, size);
  if (!aligned) return ENOMEM;
  *block = aligned;
  return 0;
}

int64_t cost_reset_peak(void) {
  int64_t now = atomic_load(&used);
  atomic_store(&peak, now);
  return now;
}

int64_t cost_peak_bytes(void) { return atomic_load(&peak); }
