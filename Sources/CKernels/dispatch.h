// One source, compiled for several instruction sets; the loader picks at run time. Not under ThreadSanitizer: the
// loader picks before the sanitizer's run-time library is ready, and the instrumented choice crashes.
#pragma once

#define CK_INLINE static inline __attribute__((always_inline))

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CK_NO_DISPATCH
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(CK_NO_DISPATCH)
#if defined(__clang__) && __clang_major__ < 18
// These compilers fail on the names of architecture levels. One feature of each level represents it. They put the
// choice of a function into a section by its name, so two files cannot dispatch functions of one name.
#define CK_DISPATCH __attribute__((target_clones("avx512vl", "avx2", "default")))
#else
#define CK_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define CK_DISPATCH
#endif

// Sums are taken in so many running parts, added up pairwise at the end: the order depends on the length alone, so
// that every instruction set gives the same bits. (Products and sums stay apart for the same reason: -ffp-contract=off.)
#define CK_LANES 32

static inline float ck_sum_lanes(float *lanes) {
  for (int half = CK_LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lanes[l] += lanes[l + half];
  return lanes[0];
}
