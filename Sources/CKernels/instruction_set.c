#include <stdatomic.h>

#include "include/int8.h"

static atomic_int chosen = -1;

static ck_instruction_set best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return CK_AVX512_VNNI;
  if (__builtin_cpu_supports("avx2")) return CK_AVX2;
#endif
  return CK_PORTABLE;
}

ck_instruction_set ck_current_instruction_set(void) {
  int set = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set < 0) {
    set = best();
    atomic_store_explicit(&chosen, set, memory_order_relaxed);
  }
  return (ck_instruction_set)set;
}

void ck_use_instruction_set(ck_instruction_set set) {
  ck_instruction_set most = best();
  atomic_store_explicit(&chosen, set < most ? set : most, memory_order_relaxed);
}
