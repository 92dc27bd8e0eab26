// Kernels of single rows: norms, softmax, activations, recurrent cells.
#include <math.h>
#include <string.h>

#include "check.h"

static const ptrdiff_t widths[] = {1, 3, 16, 31, 33, 64, 100, 257, 512};

enum { WIDTHS = sizeof widths / sizeof widths[0], ROWS = 3 };

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double activation(ck_activation f, double x) {
  switch (f) {
    case CK_RELU: return x > 0 ? x : 0;
    case CK_SWISH: return x * sigmoid(x);
    case CK_GELU: return 0.5 * x * (1 + erf(x / sqrt(2)));
    case CK_GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case CK_GELU_SIGMOID: return x * sigmoid(1.702 * x);
    case CK_TANH: return tanh(x);
    case CK_SIGMOID: return sigmoid(x);
  }
  return NAN;
}

// Compares with doubles and adds to the digest.
static void expect(const char *kernel, const float *found, const double *expected, ptrdiff_t n, double tolerance) {
  expect_near(kernel, found, expected, n, tolerance);
  digest(kernel, "all", found, n * 4);
}

// MARK: Norms

static void check_norms(ptrdiff_t n) {
  float *x = random_floats(ROWS * n, 3), *bias = random_floats(n, 1), *scale = random_floats(n, 2);
  float *shift = random_floats(n, 1), *y = zeros(ROWS * n * 4);
  double *layer = zeros(ROWS * n * 8), *root = zeros(ROWS * n * 8);
  for (int biased = 0; biased < 2; biased++) {
    for (ptrdiff_t r = 0; r < ROWS; r++) {
      double mean = 0, variance = 0, square = 0;
#define Z(I) ((double)x[r * n + (I)] + (biased ? bias[I] : 0))
      for (ptrdiff_t i = 0; i < n; i++) mean += Z(i) / (double)n;
      for (ptrdiff_t i = 0; i < n; i++) {
        variance += (Z(i) - mean) * (Z(i) - mean) / (double)n;
        square += Z(i) * Z(i) / (double)n;
      }
      for (ptrdiff_t i = 0; i < n; i++) {
        layer[r * n + i] = (Z(i) - mean) / sqrt(variance + 1e-5) * scale[i] + shift[i];
        root[r * n + i] = Z(i) / sqrt(square + 1e-5) * scale[i];
      }
#undef Z
    }
    ck_layer_norm(x, biased ? bias : NULL, scale, shift, 1e-5f, y, ROWS, n);
    expect("layer_norm", y, layer, ROWS * n, 1e-4);
    ck_rms_norm(x, biased ? bias : NULL, scale, 1e-5f, y, ROWS, n);
    expect("rms_norm", y, root, ROWS * n, 1e-5);
  }
}

static void check_softmax(ptrdiff_t n) {
  const ptrdiff_t stride = n + 2;
  float *x = random_floats(ROWS * stride, 8);
  double *expected = zeros(n * 8);
  float *before = copy_of(x, ROWS * stride);
  ck_softmax(x, ROWS, n, stride);
  for (ptrdiff_t r = 0; r < ROWS; r++) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += exp(before[r * stride + i]);
    for (ptrdiff_t i = 0; i < n; i++) expected[i] = exp(before[r * stride + i]) / sum;
    expect("softmax", x + r * stride, expected, n, 1e-6);
  }
  ck_running_sum total = {-INFINITY, 0};
  double sum = 0;
  for (ptrdiff_t r = 0; r < ROWS; r++) {
    ck_add_exponentials(before + r * stride, n, &total);
    for (ptrdiff_t i = 0; i < n; i++) sum += exp(before[r * stride + i]);
  }
  const float found = ck_log_of(total);
  const double log_of_sum = log(sum);
  expect_near("log_of", &found, &log_of_sum, 1, 1e-6);
  digest("add_exponentials", "all", &total, sizeof total);
}

// MARK: Activations

static void check_activation(ck_activation f, ptrdiff_t n) {
  float *x = random_floats(ROWS * n, 4), *bias = random_floats(n, 1), *gates = random_floats(ROWS * 2 * n, 4);
  float *both = random_floats(2 * n, 1), *y = zeros(ROWS * n * 4);
  double *expected = zeros(ROWS * n * 8), *gated = zeros(ROWS * n * 8);
  for (ptrdiff_t r = 0; r < ROWS; r++)
    for (ptrdiff_t i = 0; i < n; i++) {
      expected[r * n + i] = activation(f, (double)(x[r * n + i] + bias[i]));
      gated[r * n + i] = activation(f, (double)(gates[2 * r * n + i] + both[i])) *
                         ((double)gates[(2 * r + 1) * n + i] + both[n + i]);
    }
  ck_add_bias_activate(x, bias, ROWS, n, f);
  expect("add_bias_activate", x, expected, ROWS * n, 2e-6);
  ck_gated_activate(gates, both, y, ROWS, n, f);
  expect("gated_activate", y, gated, ROWS * n, 4e-6);
}

static void check_elements(ptrdiff_t n) {
  float *x = random_floats(ROWS * n, 4), *bias = random_floats(n, 1), *gates = random_floats(ROWS * 2 * n, 4);
  float *both = random_floats(2 * n, 1), *y = zeros(ROWS * n * 4), *other = random_floats(n, 1);
  double *expected = zeros(ROWS * n * 8);
  for (ptrdiff_t i = 0; i < ROWS * n; i++)
    expected[i] = ((double)gates[i / n * 2 * n + i % n] + both[i % n]) *
                  sigmoid((double)gates[i / n * 2 * n + n + i % n] + both[n + i % n]);
  ck_gated_linear(gates, both, y, ROWS, n);
  expect("gated_linear", y, expected, ROWS * n, 2e-6);
  for (ptrdiff_t i = 0; i < ROWS * n; i++) expected[i] = (double)x[i] + bias[i % n];
  ck_add_bias(x, bias, ROWS, n);
  expect("add_bias", x, expected, ROWS * n, 1e-6);
  for (ptrdiff_t i = 0; i < n; i++) expected[i] = (double)x[i] + other[i];
  ck_add(x, other, n);
  expect("add", x, expected, n, 1e-6);
  for (ptrdiff_t i = 0; i < n; i++) expected[i] = ((double)x[i] + other[i]) * sqrt(0.5);
  ck_blend(x, other, n);
  expect("blend", x, expected, n, 1e-6);
  for (ptrdiff_t i = 0; i < n; i++) expected[i] = (double)x[i] * 0.3f;
  ck_scale(x, 0.3f, n);
  expect("scale", x, expected, n, 1e-6);
  for (ptrdiff_t i = 0; i < n; i++) expected[i] = (double)other[i] * 1.7f + bias[i];
  ck_embed(other, 1.7f, bias, y, n);
  expect("embed", y, expected, n, 1e-6);
  const int8_t *row = random_bytes(n);
  for (ptrdiff_t i = 0; i < n; i++) expected[i] = row[i] * 0.02f + (double)bias[i];
  ck_embed_int8(row, 0.02f, bias, y, n);
  expect("embed_int8", y, expected, n, 1e-6);
  bool finite = ck_all_finite(x, n);
  x[n - 1] = -INFINITY;
  expect_true("all_finite", "it finds an infinity in the last place", finite && !ck_all_finite(x, n));
}

void check_rows(void) {
  for (int w = 0; w < WIDTHS; w++) {
    check_norms(widths[w]);
    check_softmax(widths[w]);
    check_elements(widths[w]);
    for (int f = CK_RELU; f <= CK_SIGMOID; f++) check_activation((ck_activation)f, widths[w]);
  }
}

// MARK: Recurrent cells

static void check_cells(ptrdiff_t n) {
  const ptrdiff_t count = ROWS * n;
  float *x = random_floats(4 * count, 2), *y = random_floats(4 * count, 2), *bias = random_floats(n, 1);
  float *h = random_floats(count, 1), *c = random_floats(count, 1);
  double *hidden = zeros(count * 8), *cell = zeros(count * 8);
#define X(GATES, GATE) ((double)x[(i / n * (GATES) + (GATE)) * n + i % n])
#define SUM(GATES, GATE) (X(GATES, GATE) + y[(i / n * (GATES) + (GATE)) * n + i % n])
  for (ptrdiff_t i = 0; i < count; i++) hidden[i] = tanh(SUM(1, 0));
  ck_rnn_step(x, y, h, ROWS, n);
  expect("rnn_step", h, hidden, count, 2e-6);
  for (ptrdiff_t i = 0; i < count; i++) {
    double r = sigmoid(SUM(3, 0)), z = sigmoid(SUM(3, 1));
    double candidate = tanh(X(3, 2) + r * ((double)y[(i / n * 3 + 2) * n + i % n] + bias[i % n]));
    hidden[i] = (1 - z) * candidate + z * h[i];
  }
  ck_gru_step(x, y, bias, h, ROWS, n);
  expect("gru_step", h, hidden, count, 2e-6);
  for (ptrdiff_t i = 0; i < count; i++) {
    cell[i] = sigmoid(SUM(4, 1)) * c[i] + sigmoid(SUM(4, 0)) * tanh(SUM(4, 2));
    hidden[i] = sigmoid(SUM(4, 3)) * tanh(cell[i]);
  }
  ck_lstm_step(x, y, h, c, ROWS, n);
  expect("lstm_step", c, cell, count, 2e-6);
  expect("lstm_step", h, hidden, count, 2e-6);
  float *gate_bias = random_floats(n, 1);
  for (ptrdiff_t i = 0; i < count; i++) {
    double f = sigmoid(X(2, 1) + gate_bias[i % n]);
    cell[i] = f * c[i] + (1 - f) * X(2, 0);
    hidden[i] = cell[i] > 0 ? cell[i] : 0;
  }
  ck_simple_recurrence(x, gate_bias, c, h, ROWS, n);
  expect("simple_recurrence", c, cell, count, 2e-6);
  expect("simple_recurrence", h, hidden, count, 2e-6);
  for (ptrdiff_t i = 0; i < count; i++) hidden[i] = tanh((double)x[i] + bias[i % n]);
  ck_add_bias_tanh(x, bias, ROWS, n);
  expect("add_bias_tanh", x, hidden, count, 2e-6);
#undef SUM
#undef X
}

static void check_scores(ptrdiff_t n) {
  const ptrdiff_t length = 5;
  float *query = random_floats(n, 1), *keys = random_floats(length * n, 1), *weights = random_floats(n, 1), scores[5];
  double dot[5] = {0}, additive[5] = {0};
  for (ptrdiff_t t = 0; t < length; t++)
    for (ptrdiff_t i = 0; i < n; i++) {
      dot[t] += (double)keys[t * n + i] * query[i];
      additive[t] += weights[i] * tanh((double)query[i] + keys[t * n + i]);
    }
  ck_dot_scores(query, keys, length, n, scores);
  expect("dot_scores", scores, dot, length, 1e-5);
  ck_additive_scores(query, keys, weights, length, n, scores);
  expect("additive_scores", scores, additive, length, 1e-5);
}

void check_recurrences(void) {
  for (int w = 0; w < WIDTHS; w++) {
    check_cells(widths[w]);
    check_scores(widths[w]);
  }
}
