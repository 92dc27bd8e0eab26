#include "include/convolution.h"

#include "dispatch.h"
#include "exponential.h"

CK_DISPATCH
void ck_gated_linear(const float *restrict x, const float *restrict bias, float *restrict y, ptrdiff_t rows,
                     ptrdiff_t n) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *a = x + r * 2 * n, *b = a + n;
    for (ptrdiff_t i = 0; i < n; i++) y[r * n + i] = (a[i] + bias[i]) / (1.0f + ck_exp(-(b[i] + bias[n + i])));
  }
}

CK_DISPATCH
void ck_blend(float *restrict x, const float *restrict y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] = (x[i] + y[i]) * 0.70710678f;
}

CK_DISPATCH
void ck_scale(float *x, float factor, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] *= factor;
}
