#include <stdatomic.h>

#include "CKernels.h"
#include "dispatch.h"
#include "int8_panel.h"

// Choice of instructions.

static atomic_int chosen = -1;

static ck_instruction_set best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return __builtin_cpu_supports("avx512vnni") ? CK_AVX512_VNNI : CK_AVX512;
  if (__builtin_cpu_supports("avx2")) return CK_AVX2;
#endif
  return CK_PORTABLE;
}

ck_instruction_set ck_current_instruction_set(void) {
  int set = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set < 0) {
    set = best();
    atomic_store_explicit(&chosen, set, memory_order_relaxed);
  }
  return (ck_instruction_set)set;
}

void ck_use_instruction_set(ck_instruction_set set) {
  ck_instruction_set most = best();
  atomic_store_explicit(&chosen, set < most ? set : most, memory_order_relaxed);
}

// Products.

ptrdiff_t ck_int8_padded_inputs(ptrdiff_t k) { return (k + CK_GROUP - 1) / CK_GROUP * CK_GROUP; }

ptrdiff_t ck_int8_packed_size(ptrdiff_t k, ptrdiff_t n) {
  return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * ck_int8_padded_inputs(k);
}

// Adding and taking away 1.5 * 2^23 rounds half to even, as the vector instructions do.
CK_DISPATCH
static void quantize_row(const float *x, ptrdiff_t k, float alpha, uint8_t *q) {
  for (ptrdiff_t i = 0; i < k; i++) {
    float scaled = x[i] * alpha;
    // In this order of the comparisons NaN becomes 127, so that it is never converted.
    scaled = scaled < 127.0f ? scaled : 127.0f;
    scaled = scaled > -127.0f ? scaled : -127.0f;
    q[i] = (uint8_t)((int32_t)(scaled + 12582912.0f - 12582912.0f) + 128);
  }
}

static void pad_row(uint8_t *q, ptrdiff_t k) {
  for (ptrdiff_t i = k; i < ck_int8_padded_inputs(k); i++) q[i] = 128;
}

void ck_quantize(const float *x, ptrdiff_t rows, ptrdiff_t k, float alpha, uint8_t *q) {
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  for (ptrdiff_t r = 0; r < rows; r++) {
    quantize_row(x + r * k, k, alpha, q + r * padded);
    pad_row(q + r * padded, k);
  }
}

CK_DISPATCH
static float greatest_size(const float *x, ptrdiff_t k) {
  float lanes[CK_LANES] = {0}, greatest = 0;
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= k; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) {
      float size = x[i + l] < 0 ? -x[i + l] : x[i + l];
      lanes[l] = size > lanes[l] ? size : lanes[l];
    }
  for (; i < k; i++) greatest = x[i] > greatest ? x[i] : -x[i] > greatest ? -x[i] : greatest;
  for (int l = 0; l < CK_LANES; l++) greatest = lanes[l] > greatest ? lanes[l] : greatest;
  return greatest;
}

void ck_quantize_rows(const float *x, ptrdiff_t rows, ptrdiff_t k, uint8_t *q, float *scales) {
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  for (ptrdiff_t r = 0; r < rows; r++) {
    float greatest = greatest_size(x + r * k, k);
    float alpha = greatest > 0 ? 127.0f / greatest : 1.0f;
    scales[r] = 1.0f / alpha;
    quantize_row(x + r * k, k, alpha, q + r * padded);
    pad_row(q + r * padded, k);
  }
}

CK_DISPATCH
static void finish_row(const int32_t *sums, const int32_t *weight_sums, float row_scale, const float *column_scales,
                       float *y, ptrdiff_t n, _Bool accumulate) {
  for (ptrdiff_t o = 0; o < n; o++)
    y[o] = (accumulate ? y[o] : 0) + (float)(sums[o] - 128 * weight_sums[o]) * (row_scale * column_scales[o]);
}

static ck_int8_panel panel_kernel(void) {
  switch (ck_current_instruction_set()) {
#if defined(__x86_64__)
    case CK_AVX512_VNNI: return ck_int8_panel_vnni;
    case CK_AVX512: return ck_int8_panel_avx512;
    case CK_AVX2: return ck_int8_panel_avx2;
#endif
    default: return ck_int8_panel_portable;
  }
}

void ck_int8_multiply(const uint8_t *q, const int8_t *packed, const int32_t *sums, ptrdiff_t rows, ptrdiff_t k,
                      ptrdiff_t n, const float *row_scales, const float *column_scales, float *y, ptrdiff_t stride,
                      _Bool accumulate) {
  ck_int8_panel kernel = panel_kernel();
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  int32_t totals[CK_ROWS * CK_PANEL];
  // A panel stays in the first-level cache while all rows pass it.
  for (ptrdiff_t first = 0; first < n; first += CK_PANEL) {
    ptrdiff_t width = n - first < CK_PANEL ? n - first : CK_PANEL;
    for (ptrdiff_t r = 0; r < rows; r += CK_ROWS) {
      int count = (int)(rows - r < CK_ROWS ? rows - r : CK_ROWS);
      kernel(q + r * padded, padded, packed + first * padded, padded / CK_GROUP, count, totals, rows > CK_ROWS);
      for (int i = 0; i < count; i++)
        finish_row(totals + i * CK_PANEL, sums + first, row_scales ? row_scales[r + i] : 1.0f, column_scales + first,
                   y + (r + i) * stride + first, width, accumulate);
    }
  }
}
