#include "CKernels.h"
#include "dispatch.h"
#include "exponential.h"

CK_KERNEL(void, ck_add_bias, (float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n), (x, bias, rows, n)) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *row = x + r * n;
    for (ptrdiff_t i = 0; i < n; i++) row[i] += bias[i];
  }
}

CK_KERNEL(void, ck_add, (float *x, const float *y, ptrdiff_t n), (x, y, n)) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] += y[i];
}

CK_LOCAL_KERNEL(void, bias_relu, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float v = row[i] + bias[i];
    row[i] = v > 0 ? v : 0;
  }
}

CK_LOCAL_KERNEL(void, bias_swish, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float v = row[i] + bias[i];
    row[i] = v / (1.0f + ck_exp(-v));
  }
}

CK_LOCAL_KERNEL(void, bias_gelu, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float v = row[i] + bias[i];
    row[i] = 0.5f * v * (1.0f + ck_erf(v * 0.70710678f));
  }
}

CK_LOCAL_KERNEL(void, bias_gelu_tanh, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float v = row[i] + bias[i];
    // 0.5 (1 + tanh(u)) = sigmoid(2u)
    float u = 0.79788456f * (v + 0.044715f * v * v * v);
    row[i] = v / (1.0f + ck_exp(-2.0f * u));
  }
}

CK_LOCAL_KERNEL(void, bias_gelu_sigmoid, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) {
    float v = row[i] + bias[i];
    row[i] = v / (1.0f + ck_exp(-1.702f * v));
  }
}

CK_LOCAL_KERNEL(void, bias_tanh, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  // tanh(v) = 2 sigmoid(2v) - 1
  for (ptrdiff_t i = 0; i < n; i++) row[i] = 2.0f / (1.0f + ck_exp(-2.0f * (row[i] + bias[i]))) - 1.0f;
}

CK_LOCAL_KERNEL(void, bias_sigmoid, (float *row, const float *bias, ptrdiff_t n), (row, bias, n)) {
  for (ptrdiff_t i = 0; i < n; i++) row[i] = 1.0f / (1.0f + ck_exp(-(row[i] + bias[i])));
}

static void bias_activate(float *row, const float *bias, ptrdiff_t n, ck_activation f) {
  switch (f) {
    case CK_RELU: bias_relu(row, bias, n); break;
    case CK_SWISH: bias_swish(row, bias, n); break;
    case CK_GELU: bias_gelu(row, bias, n); break;
    case CK_GELU_TANH: bias_gelu_tanh(row, bias, n); break;
    case CK_GELU_SIGMOID: bias_gelu_sigmoid(row, bias, n); break;
    case CK_TANH: bias_tanh(row, bias, n); break;
    case CK_SIGMOID: bias_sigmoid(row, bias, n); break;
  }
}

void ck_add_bias_activate(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n, ck_activation f) {
  for (ptrdiff_t r = 0; r < rows; r++) bias_activate(x + r * n, bias, n, f);
}

CK_LOCAL_KERNEL(void, multiply_biased,
                (const float *restrict a, const float *restrict b, const float *restrict bias, float *restrict y,
                 ptrdiff_t n),
                (a, b, bias, y, n)) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = a[i] * (b[i] + bias[i]);
}

void ck_gated_activate(float *x, const float *bias, float *y, ptrdiff_t rows, ptrdiff_t n, ck_activation f) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *row = x + r * 2 * n;
    bias_activate(row, bias, n, f);
    multiply_biased(row, row + n, bias + n, y + r * n, n);
  }
}

CK_KERNEL(void, ck_embed,
          (const float *row, float scale, const float *position, float *y, ptrdiff_t n),
          (row, scale, position, y, n)) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = row[i] * scale + position[i];
}

CK_KERNEL(void, ck_embed_int8,
          (const int8_t *row, float scale, const float *position, float *y, ptrdiff_t n),
          (row, scale, position, y, n)) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = (float)row[i] * scale + position[i];
}

CK_KERNEL(void, ck_gated_linear,
          (const float *restrict x, const float *restrict bias, float *restrict y, ptrdiff_t rows, ptrdiff_t n),
          (x, bias, y, rows, n)) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *a = x + r * 2 * n, *b = a + n;
    for (ptrdiff_t i = 0; i < n; i++) y[r * n + i] = (a[i] + bias[i]) / (1.0f + ck_exp(-(b[i] + bias[n + i])));
  }
}

CK_KERNEL(void, ck_blend, (float *restrict x, const float *restrict y, ptrdiff_t n), (x, y, n)) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] = (x[i] + y[i]) * 0.70710678f;
}

CK_KERNEL(void, ck_scale, (float *x, float factor, ptrdiff_t n), (x, factor, n)) {
  for (ptrdiff_t i = 0; i < n; i++) x[i] *= factor;
}
