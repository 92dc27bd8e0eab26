#include <math.h>

#include "CKernels.h"
#include "dispatch.h"
#include "exponential.h"
#include "vector.h"

// Sums over CK_LANES running parts: two vectors.
typedef struct {
  ck_vector low, high;
} parts;

CK_INLINE float sum_parts(const parts *p) { return ck_sum(p->low + p->high); }

// Adds the last n % CK_LANES elements, each to the part of its place.
CK_INLINE void add_tail(parts *p, const float *tail, ptrdiff_t count) {
  float lanes[CK_LANES] = {0};
  for (ptrdiff_t l = 0; l < count; l++) lanes[l] = tail[l];
  p->low += ck_load(lanes);
  p->high += ck_load(lanes + 16);
}

CK_INLINE float row_sum(const float *x, ptrdiff_t n) {
  parts p = {{0}, {0}};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES) {
    p.low += ck_load(x + i);
    p.high += ck_load(x + i + 16);
  }
  if (i < n) add_tail(&p, x + i, n - i);
  return sum_parts(&p);
}

CK_INLINE ck_vector squares(const float *x, float mean) {
  ck_vector difference = ck_load(x) - mean;
  return difference * difference;
}

CK_INLINE float row_squares(const float *x, float mean, ptrdiff_t n) {
  parts p = {{0}, {0}};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES) {
    p.low += squares(x + i, mean);
    p.high += squares(x + i + 16, mean);
  }
  if (i < n) {
    float tail[CK_LANES];
    for (ptrdiff_t l = 0; l < n - i; l++) tail[l] = (x[i + l] - mean) * (x[i + l] - mean);
    add_tail(&p, tail, n - i);
  }
  return sum_parts(&p);
}

// y may be x: compilers would take one element after another, not knowing that the places agree.
CK_INLINE void scale_and_shift(const float *x, float mean, float inverse, const float *scale, const float *shift,
                               float *y, ptrdiff_t n) {
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16)
    ck_store(y + i, (ck_load(x + i) - mean) * inverse * ck_load(scale + i) + ck_load(shift + i));
  for (; i < n; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

CK_INLINE void add_rows(const float *x, const float *bias, float *y, ptrdiff_t n) {
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16) ck_store(y + i, ck_load(x + i) + ck_load(bias + i));
  for (; i < n; i++) y[i] = x[i] + bias[i];
}

CK_INLINE void layer_norm_row(const float *x, const float *bias, const float *scale, const float *shift,
                              float epsilon, float *y, ptrdiff_t n) {
  if (bias) {
    add_rows(x, bias, y, n);
    x = y;
  }
  float mean = row_sum(x, n) / (float)n;
  float inverse = 1.0f / sqrtf(row_squares(x, mean, n) / (float)n + epsilon);
  scale_and_shift(x, mean, inverse, scale, shift, y, n);
}

CK_KERNEL(void, ck_layer_norm,
          (const float *x, const float *bias, const float *scale, const float *shift, float epsilon, float *y,
           ptrdiff_t rows, ptrdiff_t n),
          (x, bias, scale, shift, epsilon, y, rows, n)) {
  for (ptrdiff_t r = 0; r < rows; r++) layer_norm_row(x + r * n, bias, scale, shift, epsilon, y + r * n, n);
}

CK_INLINE void rms_norm_row(const float *x, const float *bias, const float *scale, float epsilon, float *y,
                            ptrdiff_t n) {
  if (bias) {
    add_rows(x, bias, y, n);
    x = y;
  }
  float inverse = 1.0f / sqrtf(row_squares(x, 0, n) / (float)n + epsilon);
  for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] * inverse * scale[i];
}

CK_KERNEL(void, ck_rms_norm,
          (const float *x, const float *bias, const float *scale, float epsilon, float *y, ptrdiff_t rows,
           ptrdiff_t n),
          (x, bias, scale, epsilon, y, rows, n)) {
  for (ptrdiff_t r = 0; r < rows; r++) rms_norm_row(x + r * n, bias, scale, epsilon, y + r * n, n);
}

// Sixty-four running maxima side by side, so that compilers can keep them in vector registers.
CK_INLINE float row_max(const float *x, ptrdiff_t n) {
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

CK_INLINE void softmax_row(float *x, ptrdiff_t n) {
  float max = row_max(x, n);
  for (ptrdiff_t i = 0; i < n; i++) x[i] = ck_exp(x[i] - max);
  float factor = 1.0f / row_sum(x, n);
  for (ptrdiff_t i = 0; i < n; i++) x[i] *= factor;
}

CK_KERNEL(void, ck_softmax, (float *x, ptrdiff_t rows, ptrdiff_t n, ptrdiff_t stride), (x, rows, n, stride)) {
  for (ptrdiff_t r = 0; r < rows; r++) softmax_row(x + r * stride, n);
}

CK_LOCAL_KERNEL(float, sum_exp, (const float *x, float max, ptrdiff_t n), (x, max, n)) {
  float lanes[CK_LANES] = {0};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) lanes[l] += ck_exp(x[i + l] - max);
  for (int l = 0; i + l < n; l++) lanes[l] += ck_exp(x[i + l] - max);
  return ck_sum_lanes(lanes);
}

CK_LOCAL_KERNEL(float, greatest, (const float *x, ptrdiff_t n), (x, n)) { return row_max(x, n); }

void ck_add_exponentials(const float *x, ptrdiff_t n, ck_running_sum *total) {
  float max = greatest(x, n);
  if (max == -INFINITY) return;
  if (max > total->max) {
    total->sum *= ck_exp(total->max - max);
    total->max = max;
  }
  total->sum += sum_exp(x, total->max, n);
}

float ck_log_of(ck_running_sum total) { return total.max + logf(total.sum); }
