#include "include/output.h"

#include <math.h>
#include <stdbool.h>

#include "dispatch.h"

// The greatest of all outputs.

CK_LOCAL_KERNEL(int, any_above, (const float *x, ptrdiff_t n, float bar), (x, n, bar)) {
  int found = 0;
  for (ptrdiff_t i = 0; i < n; i++) found |= x[i] > bar;
  return found;
}

static void insert(ck_entry new, ptrdiff_t k, ck_entry *entries) {
  ptrdiff_t rank = k - 1;
  for (; rank > 0 && entries[rank - 1].value < new.value; rank--) entries[rank] = entries[rank - 1];
  entries[rank] = new;
}

void ck_add_best(const float *x, ptrdiff_t n, int32_t first, ptrdiff_t k, ck_entry *entries) {
  // Whole blocks are passed over while nothing in them beats the least of the best.
  const ptrdiff_t block = 256;
  for (ptrdiff_t start = 0; start < n; start += block) {
    ptrdiff_t end = start + block < n ? start + block : n;
    if (!any_above(x + start, end - start, entries[k - 1].value)) continue;
    for (ptrdiff_t i = start; i < end; i++)
      if (x[i] > entries[k - 1].value) insert((ck_entry){x[i], first + (int32_t)i}, k, entries);
  }
}

void ck_merge_best(const ck_entry *found, ptrdiff_t n, ptrdiff_t k, ck_entry *entries) {
  for (ptrdiff_t i = 0; i < n; i++)
    if (found[i].value > entries[k - 1].value) insert(found[i], k, entries);
}

// Screening.

// Float sums of k products, and their quantised twins' last steps, are off by less than this much of |x| |w| a term.
#define ROUNDING 2.4e-7f

CK_LOCAL_KERNEL(void, squares,
                (const float *w, float scale, ptrdiff_t k, float *error, float *size),
                (w, scale, k, error, size)) {
  float errors[CK_LANES] = {0}, sizes[CK_LANES] = {0};
  float inverse = scale > 0 ? 1.0f / scale : 0.0f;
  for (ptrdiff_t start = 0; start < k; start += CK_LANES) {
    ptrdiff_t lanes = k - start < CK_LANES ? k - start : CK_LANES;
    for (ptrdiff_t l = 0; l < lanes; l++) {
      float value = w[start + l];
      float near = (value * inverse + 12582912.0f - 12582912.0f) * scale;
      errors[l] += (value - near) * (value - near);
      sizes[l] += near * near;
    }
  }
  *error = ck_sum_lanes(errors);
  *size = ck_sum_lanes(sizes);
}

void ck_screen_bounds(const float *weights, const float *scales, ptrdiff_t k, ptrdiff_t n, ck_screen_bound *bounds) {
  float rounding = ROUNDING * (float)(k + 8);
  for (ptrdiff_t first = 0; first < n; first += CK_PANEL) {
    float greatest_error = 0, greatest_size = 0;
    for (ptrdiff_t o = first; o < n && o < first + CK_PANEL; o++) {
      float error, size;
      squares(weights + o * k, scales[o], k, &error, &size);
      greatest_error = fmaxf(greatest_error, error);
      greatest_size = fmaxf(greatest_size, size);
    }
    // A thousandth more than float sums of squares can be short of.
    float error = sqrtf(greatest_error) * 1.001f, size = sqrtf(greatest_size) * 1.001f;
    bounds[first / CK_PANEL] = (ck_screen_bound){error + rounding * (size + error), size};
  }
}

CK_KERNEL(void, ck_screen_measure,
          (const float *x, const uint8_t *q, float scale, int32_t zero, ptrdiff_t k, ck_screen_row *row),
          (x, q, scale, zero, k, row)) {
  float errors[CK_LANES] = {0}, sizes[CK_LANES] = {0};
  for (ptrdiff_t start = 0; start < k; start += CK_LANES) {
    ptrdiff_t lanes = k - start < CK_LANES ? k - start : CK_LANES;
    for (ptrdiff_t l = 0; l < lanes; l++) {
      float error = x[start + l] - (float)((int32_t)q[start + l] - zero) * scale;
      errors[l] += error * error;
      sizes[l] += x[start + l] * x[start + l];
    }
  }
  row->error = sqrtf(ck_sum_lanes(errors)) * 1.001f;
  row->size = sqrtf(ck_sum_lanes(sizes)) * 1.001f;
}

CK_LOCAL_KERNEL(float, greatest_of_panel, (const float *x, ptrdiff_t n), (x, n)) {
  float lanes[CK_LANES];
  for (int l = 0; l < CK_LANES; l++) lanes[l] = -INFINITY;
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= n; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
  for (int l = 0; i + l < n; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
  for (int half = CK_LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++) lanes[l] = lanes[l + half] > lanes[l] ? lanes[l + half] : lanes[l];
  return lanes[0];
}

static void raise_lowest(ck_screen_row *row, float value) {
  ptrdiff_t rank = row->best - 1;
  for (; rank > 0 && row->lowest[rank - 1] < value; rank--) row->lowest[rank] = row->lowest[rank - 1];
  row->lowest[rank] = value;
}

void ck_screen_settle(ck_screen_row *row) {
  ptrdiff_t kept = 0;
  for (ptrdiff_t i = 0; i < row->count; i++)
    if (row->found[i].value >= row->lowest[row->best - 1]) row->found[kept++] = row->found[i];
  row->count = kept;
}

static void add(ck_screen_row *row, float most, int32_t index) {
  if (row->count == row->room) ck_screen_settle(row);
  if (row->count == row->room) {
    row->overflowed = 1;
    row->count = 0;
  }
  row->found[row->count++] = (ck_entry){most, index};
}

void ck_screen(const float *x, ptrdiff_t n, int32_t first, const ck_screen_bound *bounds, ck_screen_row *row) {
  for (ptrdiff_t start = 0; start < n; start += CK_PANEL) {
    ptrdiff_t width = n - start < CK_PANEL ? n - start : CK_PANEL;
    ck_screen_bound bound = bounds[start / CK_PANEL];
    float greatest = greatest_of_panel(x + start, width);
    // Adding the bias rounds in proportion to what comes out.
    float error = row->size * bound.weight + row->error * bound.input + 2e-7f * fabsf(greatest);
    if (!(greatest + error >= row->lowest[row->best - 1])) continue;
    for (ptrdiff_t i = start; i < start + width; i++) {
      if (!(x[i] + error >= row->lowest[row->best - 1]) || x[i] == -INFINITY) continue;
      if (x[i] - error > row->lowest[row->best - 1]) raise_lowest(row, x[i] - error);
      add(row, x[i] + error, first + (int32_t)i);
    }
  }
}

// Each sum is taken in the order of k, eight of them side by side, with the roundings of the packed product.
CK_INLINE void exact_outputs(const float *x, const float *weights, const float *bias, ptrdiff_t k, ptrdiff_t n,
                             bool fused, ck_entry *entries) {
  enum { SIDE = 8 };
  for (ptrdiff_t start = 0; start < n; start += SIDE) {
    int count = (int)(n - start < SIDE ? n - start : SIDE);
    const float *rows[SIDE];
    float sums[SIDE] = {0};
    for (int s = 0; s < SIDE; s++) rows[s] = weights + entries[start + (s < count ? s : 0)].index * k;
    for (ptrdiff_t i = 0; i < k; i++)
      for (int s = 0; s < SIDE; s++)
        sums[s] = fused ? __builtin_fmaf(x[i], rows[s][i], sums[s]) : sums[s] + x[i] * rows[s][i];
    for (int s = 0; s < count; s++) entries[start + s].value = sums[s] + bias[entries[start + s].index];
  }
}

#if defined(__x86_64__)
CK_TARGET_256 static void fused_outputs(const float *x, const float *weights, const float *bias, ptrdiff_t k,
                                        ptrdiff_t n, ck_entry *entries) {
  exact_outputs(x, weights, bias, k, n, true, entries);
}

void ck_exact_outputs(ck_instruction_set set, const float *x, const float *weights, const float *bias, ptrdiff_t k,
                      ptrdiff_t n, ck_entry *entries) {
  if (set >= CK_AVX2)
    fused_outputs(x, weights, bias, k, n, entries);
  else
    exact_outputs(x, weights, bias, k, n, false, entries);
}
#else
void ck_exact_outputs(ck_instruction_set set, const float *x, const float *weights, const float *bias, ptrdiff_t k,
                      ptrdiff_t n, ck_entry *entries) {
#if defined(__aarch64__)
  exact_outputs(x, weights, bias, k, n, true, entries);
#else
  exact_outputs(x, weights, bias, k, n, false, entries);
#endif
}
#endif
