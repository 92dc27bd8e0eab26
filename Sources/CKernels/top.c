#include "CKernels.h"
#include "dispatch.h"

CK_DISPATCH
static int any_above(const float *x, ptrdiff_t n, float bar) {
  int found = 0;
  for (ptrdiff_t i = 0; i < n; i++) found |= x[i] > bar;
  return found;
}

static void insert(float value, int32_t index, ptrdiff_t filled, float *values, int32_t *indices) {
  ptrdiff_t place = filled;
  while (place > 0 && values[place - 1] < value) {
    values[place] = values[place - 1];
    indices[place] = indices[place - 1];
    place--;
  }
  values[place] = value;
  indices[place] = index;
}

void ck_top(const float *x, ptrdiff_t n, ptrdiff_t k, float *values, int32_t *indices) {
  for (ptrdiff_t i = 0; i < k; i++) insert(x[i], (int32_t)i, i, values, indices);
  // Whole blocks are passed over while nothing in them beats the least of the best.
  const ptrdiff_t block = 256;
  for (ptrdiff_t start = k; start < n; start += block) {
    ptrdiff_t end = start + block < n ? start + block : n;
    if (!any_above(x + start, end - start, values[k - 1])) continue;
    for (ptrdiff_t i = start; i < end; i++)
      if (x[i] > values[k - 1]) insert(x[i], (int32_t)i, k - 1, values, indices);
  }
}
