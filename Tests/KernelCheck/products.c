// Products of weights in 8 bits and in float32.
#include <math.h>
#include <string.h>

#include "check.h"

typedef struct {
  ptrdiff_t rows, k, n;
} shape;

// Sizes that are no multiple of a vector, a panel, a group or a pair of groups, and each number of rows of a block.
static const shape shapes[] = {{1, 8, 64},   {2, 64, 128}, {3, 30, 100}, {4, 100, 65},   {5, 1030, 70}, {6, 256, 64},
                               {13, 68, 65}, {2, 1536, 3}, {7, 4, 130},  {11, 1028, 64}, {1, 1, 1},     {6, 17, 63}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

// MARK: 8 bits

typedef struct {
  int8_t *packed;
  uint8_t *tight;
  int32_t *sums;
} packed_weights;

static packed_weights pack(ck_instruction_set set, const int8_t *w, const int32_t *rows, ptrdiff_t k, ptrdiff_t n) {
  packed_weights p = {zeros(ck_int8_packed_size(k, n)), zeros((n + 63) / 64 * ck_int8_pairs(k)), zeros(n * 4)};
  ck_int8_pack(set, w, rows, k, 0, n, p.packed, p.sums);
  ck_int8_mark_tight(p.packed, k, n, p.tight);
  return p;
}

static float naive_product(const uint8_t *q, int32_t zero, float scale, const int8_t *w, float weight_scale,
                           ptrdiff_t k) {
  int32_t sum = 0;
  for (ptrdiff_t i = 0; i < k; i++) sum += (q[i] - zero) * w[i];
  return (float)sum * (scale * weight_scale);
}

static void check_product(ck_instruction_set set, shape s, const float *x, const int8_t *w, const char *class) {
  const ptrdiff_t padded = ck_int8_padded_inputs(s.k);
  const packed_weights p = pack(set, w, NULL, s.k, s.n);
  uint8_t *q = zeros(s.rows * padded);
  float *scales = zeros(s.rows * 4), *weight_scales = random_floats(s.n, 2), *expected = zeros(s.rows * s.n * 4);
  int32_t *zero = zeros(s.rows * 4);
  ck_quantize_rows(x, s.rows, s.k, ck_activation_bits(set), q, scales, zero);
  for (ptrdiff_t r = 0; r < s.rows; r++)
    for (ptrdiff_t o = 0; o < s.n; o++)
      expected[r * s.n + o] =
          naive_product(q + r * padded, zero[r], scales[r], w + o * s.k, weight_scales[o], s.k);
  const ck_int8_rows input = {q, scales, zero};
  for (int marked = 0; marked < 2; marked++) {
    const ck_int8_outputs outputs = {p.packed, marked ? p.tight : NULL, p.sums, weight_scales};
    float *y = random_floats(s.rows * s.n, 1), *added = random_floats(s.rows * s.n, 1);
    float *sum = copy_of(added, s.rows * s.n);
    ck_int8_multiply(set, &input, &outputs, s.rows, s.k, s.n, y, s.n, false);
    expect_same("int8_multiply", y, expected, s.rows * s.n);
    ck_int8_multiply(set, &input, &outputs, s.rows, s.k, s.n, added, s.n, true);
    for (ptrdiff_t i = 0; i < s.rows * s.n; i++) sum[i] += expected[i];
    expect_same("int8_multiply", added, sum, s.rows * s.n);
    digest("int8_multiply", class, y, s.rows * s.n * 4);
    // A row alone has the same bits.
    for (ptrdiff_t r = 0; r < s.rows; r++) {
      const ck_int8_rows alone = {q + r * padded, scales + r, zero + r};
      ck_int8_multiply(set, &alone, &outputs, 1, s.k, s.n, y, s.n, false);
      expect_same("int8_multiply", y, expected + r * s.n, s.n);
    }
  }
}

// The greatest weights with the greatest activations: sums in 16 bits would overflow.
static void check_greatest(ck_instruction_set set) {
  const shape s = {9, 68, 70};
  float *x = zeros(s.rows * s.k * 4);
  int8_t *w = zeros(s.n * s.k);
  for (int sign = -1; sign <= 1; sign += 2) {
    for (ptrdiff_t i = 0; i < s.rows * s.k; i++) x[i] = (float)sign * (i % 3 ? 100 : 99);
    for (ptrdiff_t i = 0; i < s.n * s.k; i++) w[i] = i / s.k % 2 ? -128 : 127;
    check_product(set, s, x, w, ck_activation_bits(set) == 8 ? "8-bits" : "7-bits");
  }
}

static void check_packing(ck_instruction_set set) {
  for (ptrdiff_t k = 1; k < 30; k++) {
    const ptrdiff_t n = 70, count = 9;
    const int8_t *w = random_bytes(n * k);
    const packed_weights whole = pack(set, w, NULL, k, n);
    int32_t rows[9] = {69, 3, 3, 0, 64, 63, 1, 68, 40};
    const packed_weights chosen = pack(set, w, rows, k, count);
    int8_t *taken = zeros(ck_int8_packed_size(k, count));
    ck_int8_choose(set, whole.packed, rows, k, count, taken);
    expect_true("int8_choose", "chosen outputs are those packed alone",
                memcmp(taken, chosen.packed, (size_t)ck_int8_packed_size(k, count)) == 0);
    float *position = random_floats(k, 1), *y = zeros(k * 4), *expected = zeros(k * 4);
    for (ptrdiff_t o = 0; o < count; o++) {
      int32_t sum = 0;
      for (ptrdiff_t i = 0; i < k; i++) sum += w[rows[o] * k + i];
      expect_true("int8_pack", "sums are those of the weights", sum == chosen.sums[o]);
      ck_int8_embed(set, chosen.packed, k, o, 0.37f, position, y);
      for (ptrdiff_t i = 0; i < k; i++) expected[i] = (float)w[rows[o] * k + i] * 0.37f + position[i];
      expect_same("int8_embed", y, expected, k);
      digest("int8_embed", "all", y, k * 4);
    }
  }
}

static void check_quantization(void) {
  const ptrdiff_t rows = 4, k = 75, padded = ck_int8_padded_inputs(k);
  float *x = random_floats(rows * k, 5), scales[4], alpha = 30;
  int32_t zero[4];
  uint8_t *q = zeros(rows * padded), *expected = zeros(padded);
  x[3] = NAN;
  x[4] = INFINITY;
  ck_quantize(x, rows, k, alpha, q);
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (ptrdiff_t i = 0; i < padded; i++) {
      float scaled = i < k ? nearbyintf(x[r * k + i] * alpha) : 0;
      expected[i] = (uint8_t)(128 + (scaled != scaled || scaled > 127 ? 127 : scaled < -127 ? -127 : (int)scaled));
    }
    expect_true("quantize", "the row is its twin", memcmp(q + r * padded, expected, (size_t)padded) == 0);
  }
  digest("quantize", "all", q, rows * padded);
  for (int bits = 7; bits <= 8; bits++) {
    ck_quantize_rows(x + k, rows - 1, k, bits, q, scales, zero);
    for (ptrdiff_t r = 0; r < rows - 1; r++)
      for (ptrdiff_t i = 0; i < k; i++) {
        float error = fabsf((float)(q[r * padded + i] - zero[r]) * scales[r] - x[(r + 1) * k + i]);
        expect_true("quantize_rows", "integers are near", error <= scales[r] * (bits == 8 ? 0.5001f : 1.0001f));
      }
    digest("quantize_rows", bits == 8 ? "8-bits" : "7-bits", q, (rows - 1) * padded);
    digest("quantize_rows", bits == 8 ? "8-bits" : "7-bits", scales, (rows - 1) * 4);
  }
  int8_t *w = zeros(rows * k);
  ck_int8_quantize_weights(x + k, k, rows - 1, 127, w, scales);
  for (ptrdiff_t r = 0; r < rows - 1; r++)
    for (ptrdiff_t i = 0; i < k; i++) {
      float error = fabsf((float)w[r * k + i] * scales[r] - x[(r + 1) * k + i]);
      expect_true("int8_quantize_weights", "integers are near", error <= scales[r] * 0.5001f);
    }
  digest("int8_quantize_weights", "all", w, (rows - 1) * k);
}

void check_int8(ck_instruction_set set) {
  const char *class = ck_activation_bits(set) == 8 ? "8-bits" : "7-bits";
  for (int i = 0; i < SHAPES; i++) {
    const shape s = shapes[i];
    float *x = random_floats(s.rows * s.k, 200);
    check_product(set, s, x, random_bytes(s.n * s.k), class);
  }
  check_greatest(set);
  check_packing(set);
  check_quantization();
  expect_true("peak_int8", "it counts operations", ck_peak_int8(10) > 0);
}

// MARK: Float32

// Whether products of a set are fused with sums.
static bool is_fused(ck_instruction_set set) {
#if defined(__aarch64__)
  return true;
#else
  return set != CK_PORTABLE;
#endif
}

static float naive_sum(const float *x, const float *w, ptrdiff_t k, bool fused) {
  float sum = 0;
  for (ptrdiff_t i = 0; i < k; i++) sum = fused ? fmaf(x[i], w[i], sum) : sum + x[i] * w[i];
  return sum;
}

static void check_packed(ck_instruction_set set, shape s) {
  const char *class = is_fused(set) ? "fused" : "single";
  float *x = random_floats(s.rows * s.k, 2), *w = random_floats(s.n * s.k, 1), *expected = zeros(s.rows * s.n * 4);
  float *packed = zeros(ck_packed_size(s.k, s.n) * 4), *y = random_floats(s.rows * s.n, 1);
  float *added = random_floats(s.rows * s.n, 1), *sum = copy_of(added, s.rows * s.n);
  ck_pack(w, s.k, 0, s.n, packed);
  for (ptrdiff_t r = 0; r < s.rows; r++)
    for (ptrdiff_t o = 0; o < s.n; o++) {
      expected[r * s.n + o] = naive_sum(x + r * s.k, w + o * s.k, s.k, is_fused(set));
      sum[r * s.n + o] += expected[r * s.n + o];
    }
  ck_packed_multiply(set, x, packed, s.rows, s.k, s.n, y, s.n, false);
  expect_same("packed_multiply", y, expected, s.rows * s.n);
  digest("packed_multiply", class, y, s.rows * s.n * 4);
  ck_packed_multiply(set, x, packed, s.rows, s.k, s.n, added, s.n, true);
  expect_same("packed_multiply", added, sum, s.rows * s.n);

  float *bias = random_floats(s.n, 1);
  ck_entry *entries = zeros(s.n * (ptrdiff_t)sizeof(ck_entry));
  for (ptrdiff_t o = 0; o < s.n; o++) entries[o].index = (int32_t)(s.n - 1 - o);
  ck_exact_outputs(set, x, w, bias, s.k, s.n, entries);
  for (ptrdiff_t o = 0; o < s.n; o++) {
    const float value = expected[s.n - 1 - o] + bias[s.n - 1 - o];
    expect_same("exact_outputs", &entries[o].value, &value, 1);
  }
}

static void check_small(shape s) {
  float *a = random_floats(s.rows * s.k, 2), *b = random_floats(s.k * s.n, 1), *c = zeros(s.rows * s.n * 4);
  float *expected = zeros(s.rows * s.n * 4);
  for (ptrdiff_t r = 0; r < s.rows; r++)
    for (ptrdiff_t o = 0; o < s.n; o++)
      for (ptrdiff_t i = 0; i < s.k; i++) expected[r * s.n + o] += a[r * s.k + i] * b[i * s.n + o];
  ck_multiply(a, s.k, b, s.n, s.rows, s.n, s.k, c, s.n);
  expect_same("multiply", c, expected, s.rows * s.n);
  digest("multiply", "all", c, s.rows * s.n * 4);

  const ptrdiff_t ldy = s.rows + 3;
  float *y = random_floats(s.k * ldy, 1);
  ck_transpose(a, s.k, s.rows, s.k, 0.7f, y, ldy);
  for (ptrdiff_t i = 0; i < s.k; i++)
    for (ptrdiff_t r = 0; r < ldy; r++) {
      const float value = r < s.rows ? a[r * s.k + i] * 0.7f : 0;
      expect_same("transpose", y + i * ldy + r, &value, 1);
    }
}

void check_floats(ck_instruction_set set) {
  for (int i = 0; i < SHAPES; i++) {
    check_packed(set, shapes[i]);
    check_small(shapes[i]);
  }
  expect_true("peak_float", "it counts operations", ck_peak_float(10) > 0);
  int64_t *numbers = zeros(512), all = 0;
  for (int i = 0; i < 64; i++) all ^= numbers[i] = random_int(0, 1 << 30);
  expect_true("read", "the result is that of all numbers", ck_read(numbers, 512) == all);
}
