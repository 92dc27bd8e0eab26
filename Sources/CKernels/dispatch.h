// One source, compiled for several instruction sets. `ck_current_instruction_set` chooses at each call, so that a limit
// holds for every kernel.
#pragma once
#include <stdatomic.h>

#include "include/int8.h"

#define CK_INLINE static inline __attribute__((always_inline))

// The chosen set, or less than 0 before the first call of `ck_current_instruction_set`.
extern atomic_int ck_chosen_set;

CK_INLINE ck_instruction_set ck_instructions(void) {
  int set = atomic_load_explicit(&ck_chosen_set, memory_order_relaxed);
  return set < 0 ? ck_current_instruction_set() : (ck_instruction_set)set;
}

#if defined(__x86_64__)
// Features instead of "arch=x86-64-v4": compilers prefer vectors of 256 bits for that name, and older ones do not know it.
#define CK_TARGET_512 __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,lzcnt,f16c")))
#define CK_TARGET_256 __attribute__((target("avx2,fma,bmi,bmi2,lzcnt,f16c")))

#define CK_VERSIONS(LINKAGE, RESULT, NAME, PARAMETERS, ARGUMENTS)                         \
  CK_INLINE RESULT NAME##_body PARAMETERS;                                                \
  CK_TARGET_512 static RESULT NAME##_512 PARAMETERS { return NAME##_body ARGUMENTS; }     \
  CK_TARGET_256 static RESULT NAME##_256 PARAMETERS { return NAME##_body ARGUMENTS; }     \
  LINKAGE RESULT NAME PARAMETERS {                                                        \
    ck_instruction_set set = ck_instructions();                                           \
    if (set >= CK_AVX512) return NAME##_512 ARGUMENTS;                                    \
    if (set >= CK_AVX2) return NAME##_256 ARGUMENTS;                                      \
    return NAME##_body ARGUMENTS;                                                         \
  }                                                                                       \
  CK_INLINE RESULT NAME##_body PARAMETERS
#else
#define CK_VERSIONS(LINKAGE, RESULT, NAME, PARAMETERS, ARGUMENTS) LINKAGE RESULT NAME PARAMETERS
#endif

// The head of a function that is compiled for each set; its body follows. ARGUMENTS repeats the names of PARAMETERS.
#define CK_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS) CK_VERSIONS(, RESULT, NAME, PARAMETERS, ARGUMENTS)
// The same for a function of one file.
#define CK_LOCAL_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS) CK_VERSIONS(static, RESULT, NAME, PARAMETERS, ARGUMENTS)

// The most rows whose sums a product keeps in registers.
#define CK_ROWS 6

#if defined(__aarch64__)
// Vectors of four outputs whose sums stay in the 32 registers beside so many rows.
#define CK_VECTORS(R) ((R) == 1 ? 16 : (R) <= 3 ? 8 : 4)
#endif

// Calls STEP with the number of rows as a constant, so that the sums of each row have registers of their own.
#define CK_FOR_ROWS(ROWS, STEP) \
  switch (ROWS) {               \
    case 1: STEP(1); break;     \
    case 2: STEP(2); break;     \
    case 3: STEP(3); break;     \
    case 4: STEP(4); break;     \
    case 5: STEP(5); break;     \
    default: STEP(6); break;    \
  }

// Sums are taken in so many running parts, added up pairwise at the end: the order depends on the length alone, so
// that every instruction set gives the same bits. (Products and sums stay apart for the same reason: -ffp-contract=off.)
#define CK_LANES 32

CK_INLINE float ck_sum_lanes(float *lanes) {
  for (int half = CK_LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];
  return lanes[0];
}
