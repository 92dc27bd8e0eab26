#include <malloc.h>

#include "CLinux.h"

void linux_return_freed_memory(int bytes) {
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
  mallopt(M_ARENA_MAX, 1);
}

void linux_trim_memory(size_t bytes) {
  if (mallinfo2().fordblks >= bytes) malloc_trim(0);
}
