// Sixteen floats that compilers put into whatever registers there are: one of AVX-512, two of AVX2, four of SSE or NEON.
#pragma once
#include <stddef.h>
#include <string.h>

#include "dispatch.h"

// Everything here is inlined: no call passes a vector, so how calls would pass one does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float ck_vector __attribute__((vector_size(64)));

CK_INLINE ck_vector ck_load(const float *from) {
  ck_vector v;
  memcpy(&v, from, sizeof v);
  return v;
}

CK_INLINE void ck_store(float *to, ck_vector v) { memcpy(to, &v, sizeof v); }

// Pairwise: lanes eight apart, then four, two, one.
CK_INLINE float ck_sum(ck_vector v) {
  ck_vector w = v + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  w = w + __builtin_shufflevector(w, w, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
  w = w + __builtin_shufflevector(w, w, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
  return w[0] + w[1];
}
