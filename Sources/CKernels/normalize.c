#include <math.h>

#include "CKernels.h"
#include "dispatch.h"
#include "exponential.h"

CK_DISPATCH
static void layer_norm_row(const float *x, const float *bias, const float *scale, const float *shift, float epsilon,
                           float *y, ptrdiff_t n) {
  CK_ANY_ORDER
  if (bias) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] + bias[i];
    x = y;
  }
  float sum = 0;
  for (ptrdiff_t i = 0; i < n; i++) sum += x[i];
  float mean = sum / (float)n;
  float squares = 0;
  for (ptrdiff_t i = 0; i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
  float inverse = 1.0f / sqrtf(squares / (float)n + epsilon);
  for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

void ck_layer_norm(const float *x, const float *bias, const float *scale, const float *shift, float epsilon,
                   float *y, ptrdiff_t rows, ptrdiff_t n) {
  for (ptrdiff_t r = 0; r < rows; r++) layer_norm_row(x + r * n, bias, scale, shift, epsilon, y + r * n, n);
}

// Sixty-four running maxima side by side, so that compilers can keep them in vector registers.
CK_DISPATCH
static float row_max(const float *x, ptrdiff_t n) {
  enum { LANES = 64 };
  float lanes[LANES], max = x[0];
  ptrdiff_t i = 0;
  if (n >= LANES) {
    for (int l = 0; l < LANES; l++) lanes[l] = x[l];
    for (i = LANES; i + LANES <= n; i += LANES)
      for (int l = 0; l < LANES; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
    for (int l = 0; l < LANES; l++) max = lanes[l] > max ? lanes[l] : max;
  }
  for (; i < n; i++) max = x[i] > max ? x[i] : max;
  return max;
}

CK_DISPATCH
static void softmax_row(float *x, float max, ptrdiff_t n) {
  CK_ANY_ORDER
  float sum = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    float e = ck_exp(x[i] - max);
    x[i] = e;
    sum += e;
  }
  float inverse = 1.0f / sum;
  for (ptrdiff_t i = 0; i < n; i++) x[i] *= inverse;
}

void ck_softmax(float *x, ptrdiff_t rows, ptrdiff_t n, ptrdiff_t stride) {
  for (ptrdiff_t r = 0; r < rows; r++) softmax_row(x + r * stride, row_max(x + r * stride, n), n);
}

CK_DISPATCH
static float sum_exp(const float *x, float max, ptrdiff_t n) {
  CK_ANY_ORDER
  float sum = 0;
  for (ptrdiff_t i = 0; i < n; i++) sum += ck_exp(x[i] - max);
  return sum;
}

float ck_log_sum_exp(const float *x, ptrdiff_t n) {
  float max = row_max(x, n);
  return max + logf(sum_exp(x, max, n));
}

ptrdiff_t ck_arg_max(const float *x, ptrdiff_t n) {
  float max = row_max(x, n);
  for (ptrdiff_t i = 0; i < n; i++)
    if (x[i] == max) return i;
  return 0;
}
