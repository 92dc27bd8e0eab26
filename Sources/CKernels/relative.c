#include "CKernels.h"
#include "dispatch.h"

// Keys up to the first one nearer than -limit, keys whose distance is not cut, and keys beyond limit.
typedef struct {
  ptrdiff_t first, end;
} ck_span;

CK_INLINE ptrdiff_t between(ptrdiff_t low, ptrdiff_t x, ptrdiff_t high) { return x < low ? low : x > high ? high : x; }

CK_INLINE ck_span near(ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length) {
  ck_span span = {between(0, place - limit, length), between(0, place + limit + 1, length)};
  return span;
}

CK_KERNEL(void, ck_add_by_distance,
          (const float *table, ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length, float *x),
          (table, limit, place, length, x)) {
  ck_span span = near(limit, place, length);
  for (ptrdiff_t t = 0; t < span.first; t++) x[t] += table[0];
  for (ptrdiff_t t = span.first; t < span.end; t++) x[t] += table[t - place + limit];
  for (ptrdiff_t t = span.end; t < length; t++) x[t] += table[2 * limit];
}

void ck_sum_by_distance(const float *x, ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length, float *sums) {
  ck_span span = near(limit, place, length);
  for (ptrdiff_t i = 0; i <= 2 * limit; i++) sums[i] = 0;
  for (ptrdiff_t t = 0; t < span.first; t++) sums[0] += x[t];
  for (ptrdiff_t t = span.first; t < span.end; t++) sums[t - place + limit] += x[t];
  for (ptrdiff_t t = span.end; t < length; t++) sums[2 * limit] += x[t];
}
