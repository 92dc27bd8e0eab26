#include <math.h>

#include "CKernels.h"
#include "dispatch.h"
#include "exponential.h"

CK_DISPATCH
static float row_sum(const float *x, ptrdiff_t n) {
  float lanes[CK_LANES] = {0};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) lanes[l] += x[i + l];
  for (int l = 0; i + l < n; l++) lanes[l] += x[i + l];
  return ck_sum_lanes(lanes);
}

CK_DISPATCH
static float row_squares(const float *x, float mean, ptrdiff_t n) {
  float lanes[CK_LANES] = {0};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) lanes[l] += (x[i + l] - mean) * (x[i + l] - mean);
  for (int l = 0; i + l < n; l++) lanes[l] += (x[i + l] - mean) * (x[i + l] - mean);
  return ck_sum_lanes(lanes);
}

CK_DISPATCH
static void add_rows(const float *x, const float *bias, float *y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] + bias[i];
}

CK_DISPATCH
static void scale_and_shift(const float *x, float mean, float inverse, const float *scale, const float *shift,
                            float *y, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

static void layer_norm_row(const float *x, const float *bias, const float *scale, const float *shift, float epsilon,
                           float *y, ptrdiff_t n) {
  if (bias) {
    add_rows(x, bias, y, n);
    x = y;
  }
  float mean = row_sum(x, n) / (float)n;
  float inverse = 1.0f / sqrtf(row_squares(x, mean, n) / (float)n + epsilon);
  scale_and_shift(x, mean, inverse, scale, shift, y, n);
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
static void exponentials(float *x, float max, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] = ck_exp(x[i] - max);
}

CK_DISPATCH
static void scale_row(float *x, float factor, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] *= factor;
}

void ck_softmax(float *x, ptrdiff_t rows, ptrdiff_t n, ptrdiff_t stride) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *row = x + r * stride;
    exponentials(row, row_max(row, n), n);
    scale_row(row, 1.0f / row_sum(row, n), n);
  }
}

CK_DISPATCH
static float sum_exp(const float *x, float max, ptrdiff_t n) {
  float lanes[CK_LANES] = {0};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) lanes[l] += ck_exp(x[i + l] - max);
  for (int l = 0; i + l < n; l++) lanes[l] += ck_exp(x[i + l] - max);
  return ck_sum_lanes(lanes);
}

void ck_add_exponentials(const float *x, ptrdiff_t n, ck_running_sum *total) {
  float max = row_max(x, n);
  if (max == -INFINITY) return;
  if (max > total->max) {
    total->sum *= ck_exp(total->max - max);
    total->max = max;
  }
  total->sum += sum_exp(x, total->max, n);
}

float ck_log_of(ck_running_sum total) { return total.max + logf(total.sum); }
