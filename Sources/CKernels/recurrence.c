#include "include/recurrence.h"

#include "dispatch.h"
#include "exponential.h"

CK_INLINE float sigmoid(float x) { return 1.0f / (1.0f + ck_exp(-x)); }

// Within 2e-7 of the true value.
CK_INLINE float hyperbolic_tangent(float x) { return 1.0f - 2.0f / (1.0f + ck_exp(2.0f * x)); }

CK_KERNEL(void, ck_rnn_step,
          (const float *restrict x, const float *restrict y, float *restrict h, ptrdiff_t rows, ptrdiff_t n),
          (x, y, h, rows, n)) {
  for (ptrdiff_t i = 0; i < rows * n; i++) h[i] = hyperbolic_tangent(x[i] + y[i]);
}

CK_LOCAL_KERNEL(void, gru_row,
                (const float *restrict x, const float *restrict y, const float *restrict bias, float *restrict h,
                 ptrdiff_t n),
                (x, y, bias, h, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float r = sigmoid(x[i] + y[i]);
    float z = sigmoid(x[n + i] + y[n + i]);
    float candidate = hyperbolic_tangent(x[2 * n + i] + r * (y[2 * n + i] + bias[i]));
    h[i] = (1.0f - z) * candidate + z * h[i];
  }
}

void ck_gru_step(const float *x, const float *y, const float *bias, float *h, ptrdiff_t rows, ptrdiff_t n) {
  for (ptrdiff_t r = 0; r < rows; r++) gru_row(x + r * 3 * n, y + r * 3 * n, bias, h + r * n, n);
}

CK_LOCAL_KERNEL(void, lstm_row,
                (const float *restrict x, const float *restrict y, float *restrict h, float *restrict c, ptrdiff_t n),
                (x, y, h, c, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float in = sigmoid(x[i] + y[i]);
    float forget = sigmoid(x[n + i] + y[n + i]);
    float candidate = hyperbolic_tangent(x[2 * n + i] + y[2 * n + i]);
    float out = sigmoid(x[3 * n + i] + y[3 * n + i]);
    float cell = forget * c[i] + in * candidate;
    c[i] = cell;
    h[i] = out * hyperbolic_tangent(cell);
  }
}

void ck_lstm_step(const float *x, const float *y, float *h, float *c, ptrdiff_t rows, ptrdiff_t n) {
  for (ptrdiff_t r = 0; r < rows; r++) lstm_row(x + r * 4 * n, y + r * 4 * n, h + r * n, c + r * n, n);
}

CK_KERNEL(void, ck_add_bias_tanh,
          (float *restrict x, const float *restrict bias, ptrdiff_t rows, ptrdiff_t n),
          (x, bias, rows, n)) {
  for (ptrdiff_t r = 0; r < rows; r++)
    for (ptrdiff_t i = 0; i < n; i++) x[r * n + i] = hyperbolic_tangent(x[r * n + i] + bias[i]);
}

CK_KERNEL(void, ck_dot_scores,
          (const float *query, const float *keys, ptrdiff_t length, ptrdiff_t n, float *scores),
          (query, keys, length, n, scores)) {
  for (ptrdiff_t t = 0; t < length; t++) {
    const float *key = keys + t * n;
    float lanes[CK_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + CK_LANES <= n; i += CK_LANES)
      for (int l = 0; l < CK_LANES; l++) lanes[l] += query[i + l] * key[i + l];
    for (int l = 0; i + l < n; l++) lanes[l] += query[i + l] * key[i + l];
    scores[t] = ck_sum_lanes(lanes);
  }
}

CK_KERNEL(void, ck_additive_scores,
          (const float *query, const float *keys, const float *weights, ptrdiff_t length, ptrdiff_t n, float *scores),
          (query, keys, weights, length, n, scores)) {
  for (ptrdiff_t t = 0; t < length; t++) {
    const float *key = keys + t * n;
    float lanes[CK_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + CK_LANES <= n; i += CK_LANES)
      for (int l = 0; l < CK_LANES; l++) lanes[l] += weights[i + l] * hyperbolic_tangent(query[i + l] + key[i + l]);
    for (int l = 0; i + l < n; l++) lanes[l] += weights[i + l] * hyperbolic_tangent(query[i + l] + key[i + l]);
    scores[t] = ck_sum_lanes(lanes);
  }
}

CK_LOCAL_KERNEL(void, recur,
                (const float *candidate, const float *gate, const float *gate_bias, float *cell, float *hidden,
                 ptrdiff_t n),
                (candidate, gate, gate_bias, cell, hidden, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float f = 1.0f / (1.0f + ck_exp(-(gate[i] + gate_bias[i])));
    float c = f * cell[i] + (1.0f - f) * candidate[i];
    cell[i] = c;
    hidden[i] = c > 0 ? c : 0;
  }
}

void ck_simple_recurrence(const float *candidate_gate, const float *gate_bias, float *cell, float *hidden,
                          ptrdiff_t rows, ptrdiff_t n) {
  for (ptrdiff_t r = 0; r < rows; r++)
    recur(candidate_gate + r * 2 * n, candidate_gate + r * 2 * n + n, gate_bias, cell + r * n, hidden + r * n, n);
}
