// Attention, the output layer, stored numbers, and threads.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

// MARK: Attention

static void check_attend(ptrdiff_t heads, ptrdiff_t d, ptrdiff_t length, bool scattered, bool biased) {
  const ptrdiff_t stride = heads * d + 16;
  const float scale = 0.3f;
  float *query = random_floats(heads * d, 2), *keys = random_floats(length * stride, 1);
  float *values = random_floats(length * stride, 1), *bias = random_floats(heads * length, 1);
  float *weights = zeros(heads * length * 4), *out = zeros(heads * d * 4);
  ptrdiff_t *cells = zeros(length * (ptrdiff_t)sizeof(ptrdiff_t));
  double *softmax = zeros(heads * length * 8), *mixed = zeros(heads * d * 8);
  for (ptrdiff_t t = 0; t < length; t++) cells[t] = scattered ? length - 1 - t : t;
  for (ptrdiff_t h = 0; h < heads; h++) {
    double sum = 0;
    for (ptrdiff_t t = 0; t < length; t++) {
      double score = biased ? bias[h * length + t] : 0;
      for (ptrdiff_t i = 0; i < d; i++) score += (double)query[h * d + i] * keys[cells[t] * stride + h * d + i] * scale;
      softmax[h * length + t] = exp(score);
      sum += exp(score);
    }
    for (ptrdiff_t t = 0; t < length; t++) softmax[h * length + t] /= sum;
    for (ptrdiff_t i = 0; i < d; i++)
      for (ptrdiff_t t = 0; t < length; t++)
        mixed[h * d + i] += softmax[h * length + t] * values[cells[t] * stride + h * d + i];
  }
  ck_attend(query, keys, values, scattered ? cells : NULL, stride, length, heads, d, scale, biased ? bias : NULL,
            weights, out);
  expect_near("attend", weights, softmax, heads * length, 2e-5);
  expect_near("attend", out, mixed, heads * d, 2e-5);
  digest("attend", "all", weights, heads * length * 4);
  digest("attend", "all", out, heads * d * 4);
}

static void check_distances(ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length) {
  float *table = random_floats(2 * limit + 1, 1), *x = random_floats(length, 1), *sums = zeros((2 * limit + 1) * 4);
  double *added = zeros(length * 8), *summed = zeros((2 * limit + 1) * 8);
  for (ptrdiff_t t = 0; t < length; t++) {
    ptrdiff_t far = t - place, at = limit + (far < -limit ? -limit : far > limit ? limit : far);
    added[t] = (double)x[t] + table[at];
    summed[at] += x[t];
  }
  ck_sum_by_distance(x, limit, place, length, sums);
  expect_near("sum_by_distance", sums, summed, 2 * limit + 1, 1e-5);
  digest("sum_by_distance", "all", sums, (2 * limit + 1) * 4);
  ck_add_by_distance(table, limit, place, length, x);
  expect_near("add_by_distance", x, added, length, 1e-6);
  digest("add_by_distance", "all", x, length * 4);
}

void check_attention(void) {
  static const ptrdiff_t sizes[][2] = {{8, 32}, {8, 64}, {16, 64}, {16, 128}, {3, 20}, {4, 96}, {1, 1}};
  static const ptrdiff_t lengths[] = {1, 2, 7, 32, 33, 100, 600};
  for (int s = 0; s < 7; s++)
    for (int l = 0; l < 7; l++)
      for (int form = 0; form < 4; form++) check_attend(sizes[s][0], sizes[s][1], lengths[l], form & 1, form & 2);
  for (ptrdiff_t place = 0; place < 40; place += 13)
    for (ptrdiff_t limit = 1; limit < 60; limit += 19) check_distances(limit, place, 40);
}

// MARK: Output layer

static int compare_entries(const void *a, const void *b) {
  const ck_entry *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

static void check_best(ptrdiff_t n, ptrdiff_t k) {
  float *x = zeros(n * 4);
  ck_entry *sorted = zeros(n * (ptrdiff_t)sizeof(ck_entry)), *found = zeros(k * (ptrdiff_t)sizeof(ck_entry));
  for (ptrdiff_t i = 0; i < n; i++) sorted[i] = (ck_entry){x[i] = (float)random_int(0, 500), (int32_t)i};
  for (ptrdiff_t i = 0; i < k; i++) found[i] = (ck_entry){-INFINITY, -1};
  qsort(sorted, (size_t)n, sizeof(ck_entry), compare_entries);
  ck_add_best(x, n / 3, 0, k, found);
  ck_add_best(x + n / 3, n - n / 3, (int32_t)(n / 3), k, found);
  expect_true("add_best", "the greatest are in order", memcmp(sorted, found, (size_t)k * sizeof(ck_entry)) == 0);
}

// A screen must keep every output that is among the greatest by the float32 product.
static void check_screen(ck_instruction_set set, ptrdiff_t k, ptrdiff_t n, ptrdiff_t best) {
  const ptrdiff_t padded = ck_int8_padded_inputs(k);
  float *w = random_floats(n * k, 1), *x = random_floats(k, 2), *scales = zeros(n * 4), *y = zeros(n * 4), scale;
  int8_t *q = zeros(n * k), *packed = zeros(ck_int8_packed_size(k, n));
  int32_t *sums = zeros(n * 4), zero;
  uint8_t *activations = zeros(padded);
  ck_screen_bound *bounds = zeros((n + 63) / 64 * (ptrdiff_t)sizeof(ck_screen_bound));
  ck_int8_quantize_weights(w, k, n, ck_weight_levels(set), q, scales);
  ck_int8_pack(set, q, NULL, k, 0, n, packed, sums);
  ck_screen_bounds(w, scales, k, n, bounds);
  ck_quantize_rows(x, 1, k, ck_activation_bits(set), activations, &scale, &zero);
  const ck_int8_rows input = {activations, &scale, &zero};
  const ck_int8_outputs outputs = {packed, NULL, sums, scales};
  ck_int8_multiply(set, &input, &outputs, 1, k, n, y, n, false);

  ck_screen_row row = {.best = best, .room = n};
  row.lowest = zeros(best * 4);
  row.found = zeros(n * (ptrdiff_t)sizeof(ck_entry));
  for (ptrdiff_t i = 0; i < best; i++) row.lowest[i] = -INFINITY;
  ck_screen_measure(x, activations, scale, zero, k, &row);
  ck_screen(y, n, 0, bounds, &row);
  ck_screen_settle(&row);
  ck_entry *all = zeros(n * (ptrdiff_t)sizeof(ck_entry));
  float *bias = zeros(n * 4);
  for (ptrdiff_t o = 0; o < n; o++) all[o].index = (int32_t)o;
  ck_exact_outputs(set, x, w, bias, k, n, all);
  qsort(all, (size_t)n, sizeof(ck_entry), compare_entries);
  for (ptrdiff_t i = 0; i < best; i++) {
    bool kept = false;
    for (ptrdiff_t f = 0; f < row.count; f++) kept |= row.found[f].index == all[i].index;
    expect_true("screen", "the greatest outputs are kept", kept);
  }
  expect_true("screen", "most outputs are dropped", row.count < n / 2 && !row.overflowed);
  digest("screen_bounds", ck_activation_bits(set) == 8 ? "8-bits" : "7-bits", bounds,
         (n + 63) / 64 * (ptrdiff_t)sizeof(ck_screen_bound));
  digest("screen", ck_activation_bits(set) == 8 ? "8-bits" : "7-bits", row.found,
         row.count * (ptrdiff_t)sizeof(ck_entry));
}

void check_outputs(ck_instruction_set set) {
  check_best(1000, 7);
  check_best(300, 1);
  check_best(64, 64);
  check_screen(set, 72, 1000, 1);
  check_screen(set, 256, 3000, 6);
}

// MARK: Stored numbers

// IEEE binary16 by its definition.
static float naive_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const float sign = bits >> 15 ? -1 : 1;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? ldexpf((float)(1024 + fraction), exponent - 25) : ldexpf((float)fraction, -24));
}

void check_conversions(void) {
  enum { COUNT = 1 << 16 };
  uint16_t *halves = zeros(COUNT * 2);
  float *found = zeros(COUNT * 4);
  for (int i = 0; i < COUNT; i++) halves[i] = (uint16_t)i;
  ck_convert_f16(halves, found, COUNT);
  for (int i = 0; i < COUNT; i++) {
    const float expected = naive_half(halves[i]);
    if (expected == expected)
      expect_same("convert_f16", found + i, &expected, 1);
    else
      expect_true("convert_f16", "NaN stays NaN", found[i] != found[i]);
  }
  ck_convert_bf16(halves, found, COUNT);
  for (int i = 0; i < COUNT; i++) {
    const uint32_t bits = (uint32_t)i << 16;
    expect_true("convert_bf16", "it is the upper half", memcmp(&bits, found + i, 4) == 0);
  }
  // At an odd address.
  const ptrdiff_t n = 101;
  uint8_t *bytes = zeros(8 * n + 1);
  double *doubles = zeros(8 * n);
  float *floats = random_floats(n, 9), *back = zeros(4 * n);
  for (ptrdiff_t i = 0; i < n; i++) doubles[i] = (double)floats[i] * 1.00000001;
  memcpy(bytes + 1, doubles, (size_t)n * 8);
  ck_convert_f64(bytes + 1, back, n);
  for (ptrdiff_t i = 0; i < n; i++) {
    const float expected = (float)doubles[i];
    expect_same("convert_f64", back + i, &expected, 1);
  }
  memcpy(bytes + 1, floats, (size_t)n * 4);
  ck_convert_f32(bytes + 1, back, n);
  expect_same("convert_f32", back, floats, n);
}

// MARK: Threads

static atomic_int calls[64];

static void count_call(void *context, ptrdiff_t part) {
  atomic_fetch_add(&calls[part], 1);
  ((ptrdiff_t *)context)[part] += part + 1;
}

void check_team(void) {
  enum { ROUNDS = 2000, PARTS = 7 };
  ptrdiff_t sums[PARTS] = {0};
  expect_true("team", "threads start", ck_team_start(3) >= 1);
  ck_team_join();
  if (ck_team_acquire()) {
    for (int round = 0; round < ROUNDS; round++) ck_team_run(count_call, sums, PARTS);
    ck_team_release();
    for (int part = 0; part < PARTS; part++)
      expect_true("team", "each part of each round is called once",
                  atomic_load(&calls[part]) == ROUNDS && sums[part] == ROUNDS * (part + 1));
  } else {
    expect_true("team", "one worker alone acquires the team", false);
  }
  ck_team_leave();
}
