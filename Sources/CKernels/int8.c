#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#include "CKernels.h"
#include "dispatch.h"
#include "int8_panel.h"

// Choice of instructions.

atomic_int ck_chosen_set = -1;

#if defined(__x86_64__)
static bool has_avx_vnni(void) {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1);
}
#endif

_Bool ck_has_instruction_set(ck_instruction_set set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  bool widest = wide && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vl");
  switch (set) {
    case CK_AVX512_VNNI: return widest && __builtin_cpu_supports("avx512vnni");
    case CK_AVX512: return widest;
    case CK_AVX_VNNI: return wide && has_avx_vnni();
    case CK_AVX2: return wide;
    case CK_PORTABLE: return true;
  }
#elif defined(__aarch64__) && defined(__linux__)
  // Bits of Linux for arm64: asimddp, and i8mm.
  const unsigned long dotprod = getauxval(AT_HWCAP) >> 20 & 1, i8mm = getauxval(AT_HWCAP2) >> 13 & 1;
  switch (set) {
    case CK_I8MM: return dotprod && i8mm;
    case CK_DOTPROD: return dotprod;
    case CK_PORTABLE: return true;
  }
#endif
  return set == CK_PORTABLE;
}

static ck_instruction_set best(ck_instruction_set limit) {
  int set = limit;
  while (set > CK_PORTABLE && !ck_has_instruction_set((ck_instruction_set)set)) set--;
  return (ck_instruction_set)set;
}

const char *ck_instruction_set_name(int set) {
  static const char *const names[] = {
#if defined(__x86_64__)
      "portable", "avx2", "avx-vnni", "avx512", "avx512-vnni", NULL
#elif defined(__aarch64__)
      "portable", "dotprod", "i8mm", NULL
#else
      "portable", NULL
#endif
  };
  return names[set];
}

// The limit that the environment sets, for whole runs of programs and tests.
static ck_instruction_set limit_of_environment(void) {
  const char *asked = getenv("DRAGOMAN_INSTRUCTION_SET");
  int count = 0;
  for (; ck_instruction_set_name(count); count++)
    if (asked && strcmp(asked, ck_instruction_set_name(count)) == 0) return (ck_instruction_set)count;
  if (asked && *asked) {
    fprintf(stderr, "DRAGOMAN_INSTRUCTION_SET: found \"%s\", expected", asked);
    for (int set = 0; set < count; set++) fprintf(stderr, set ? ", %s" : " %s", ck_instruction_set_name(set));
    fputc('\n', stderr);
  }
  return (ck_instruction_set)(count - 1);
}

ck_instruction_set ck_current_instruction_set(void) {
  int set = atomic_load_explicit(&ck_chosen_set, memory_order_relaxed);
  if (set < 0) {
    set = best(limit_of_environment());
    atomic_store_explicit(&ck_chosen_set, set, memory_order_relaxed);
  }
  return (ck_instruction_set)set;
}

void ck_use_instruction_set(ck_instruction_set set) {
  atomic_store_explicit(&ck_chosen_set, best(set), memory_order_relaxed);
}

int ck_activation_bits(ck_instruction_set set) {
#if defined(__x86_64__)
  if (set == CK_AVX2 || set == CK_AVX512) return 7;
#endif
  return 8;
}

int ck_weight_levels(ck_instruction_set set) { return ck_activation_bits(set) == 7 ? 104 : 127; }

// Products.

ptrdiff_t ck_int8_padded_inputs(ptrdiff_t k) { return (k + CK_GROUP - 1) / CK_GROUP * CK_GROUP; }

ptrdiff_t ck_int8_packed_size(ptrdiff_t k, ptrdiff_t n) {
  return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * ck_int8_padded_inputs(k);
}

ptrdiff_t ck_int8_pairs(ptrdiff_t k) { return (ck_int8_padded_inputs(k) / CK_GROUP + 1) / 2; }

// q = round(x * alpha), cut at least ... greatest, + zero. Adding and taking away 1.5 * 2^23 rounds half to even.
CK_INLINE void quantize_row(const float *x, ptrdiff_t k, float alpha, float least, float greatest, int32_t zero,
                            uint8_t *q) {
  for (ptrdiff_t i = 0; i < k; i++) {
    float scaled = x[i] * alpha;
    // In this order of the comparisons NaN becomes the greatest, so that it is never converted.
    scaled = scaled < greatest ? scaled : greatest;
    scaled = scaled > least ? scaled : least;
    q[i] = (uint8_t)((int32_t)(scaled + 12582912.0f - 12582912.0f) + zero);
  }
}

CK_INLINE void quantize_padded_row(const float *x, ptrdiff_t k, float alpha, int bits, int32_t zero, uint8_t *q) {
  float least = bits == 8 ? -127.0f : (float)-zero, greatest = bits == 8 ? 127.0f : (float)(127 - zero);
  quantize_row(x, k, alpha, least, greatest, zero, q);
  for (ptrdiff_t i = k; i < ck_int8_padded_inputs(k); i++) q[i] = (uint8_t)zero;
}

CK_KERNEL(void, ck_quantize,
          (const float *x, ptrdiff_t rows, ptrdiff_t k, float alpha, uint8_t *q),
          (x, rows, k, alpha, q)) {
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  for (ptrdiff_t r = 0; r < rows; r++) quantize_padded_row(x + r * k, k, alpha, 8, 128, q + r * padded);
}

typedef struct {
  float least, greatest;
} ck_extremes;

// The least value of x (k) or 0, and the greatest or 0.
CK_INLINE ck_extremes extremes(const float *x, ptrdiff_t k) {
  float low[CK_LANES] = {0}, high[CK_LANES] = {0};
  ck_extremes all = {0, 0};
  ptrdiff_t i = 0;
  for (; i + CK_LANES <= k; i += CK_LANES)
    for (int l = 0; l < CK_LANES; l++) {
      low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
      high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
    }
  for (int l = 0; i + l < k; l++) {
    low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
    high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
  }
  for (int l = 0; l < CK_LANES; l++) {
    all.least = low[l] < all.least ? low[l] : all.least;
    all.greatest = high[l] > all.greatest ? high[l] : all.greatest;
  }
  return all;
}

// The greatest |x| of x (k).
CK_INLINE float greatest_size(const float *x, ptrdiff_t k) {
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

CK_LOCAL_KERNEL(void, quantize_8_bits,
                (const float *x, ptrdiff_t rows, ptrdiff_t k, uint8_t *q, float *scales, int32_t *zeros),
                (x, rows, k, q, scales, zeros)) {
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  for (ptrdiff_t r = 0; r < rows; r++) {
    float greatest = greatest_size(x + r * k, k), alpha = greatest > 0 ? 127.0f / greatest : 1.0f;
    zeros[r] = 128;
    scales[r] = 1.0f / alpha;
    quantize_padded_row(x + r * k, k, alpha, 8, 128, q + r * padded);
  }
}

CK_LOCAL_KERNEL(void, quantize_7_bits,
                (const float *x, ptrdiff_t rows, ptrdiff_t k, uint8_t *q, float *scales, int32_t *zeros),
                (x, rows, k, q, scales, zeros)) {
  ptrdiff_t padded = ck_int8_padded_inputs(k);
  for (ptrdiff_t r = 0; r < rows; r++) {
    ck_extremes found = extremes(x + r * k, k);
    float range = found.greatest - found.least, alpha = range > 0 ? 127.0f / range : 1.0f;
    // An infinite range has the factor 0.
    zeros[r] = alpha > 0 ? (int32_t)(-found.least * alpha + 12582912.0f - 12582912.0f) : 0;
    scales[r] = 1.0f / alpha;
    quantize_padded_row(x + r * k, k, alpha, 7, zeros[r], q + r * padded);
  }
}

void ck_quantize_rows(const float *x, ptrdiff_t rows, ptrdiff_t k, int bits, uint8_t *q, float *scales,
                      int32_t *zeros) {
  if (bits == 8)
    quantize_8_bits(x, rows, k, q, scales, zeros);
  else
    quantize_7_bits(x, rows, k, q, scales, zeros);
}

// y (rows, n), `stride` floats apart, from sums (rows, CK_PANEL) of activations minus `shift`. `x` and `w` begin with
// these rows and outputs.
CK_LOCAL_KERNEL(void, finish,
                (const int32_t *sums, int32_t shift, const ck_int8_rows *x, const ck_int8_outputs *w, int rows,
                 ptrdiff_t n, float *y, ptrdiff_t stride, bool accumulate),
                (sums, shift, x, w, rows, n, y, stride, accumulate)) {
  for (int r = 0; r < rows; r++, sums += CK_PANEL, y += stride) {
    int32_t zero = (x->zeros ? x->zeros[r] : 128) - shift;
    float scale = x->scales ? x->scales[r] : 1.0f;
    if (zero == 128)
    for (ptrdiff_t o = 0; o < n; o++)
      y[o] = (accumulate ? y[o] : 0) + (float)(sums[o] - 128 * w->sums[o]) * (scale * w->scales[o]);
    else
    for (ptrdiff_t o = 0; o < n; o++)
      y[o] = (accumulate ? y[o] : 0) + (float)(sums[o] - zero * w->sums[o]) * (scale * w->scales[o]);
  }
}

static ck_int8_rows rows_from(const ck_int8_rows *x, ptrdiff_t row, ptrdiff_t padded) {
  ck_int8_rows rest = {x->q + row * padded, x->scales ? x->scales + row : NULL, x->zeros ? x->zeros + row : NULL};
  return rest;
}

static ck_int8_outputs outputs_from(const ck_int8_outputs *w, ptrdiff_t output, ptrdiff_t padded, ptrdiff_t pairs) {
  ck_int8_outputs rest = {w->packed + output * padded, w->tight ? w->tight + output / CK_PANEL * pairs : NULL,
                          w->sums + output, w->scales + output};
  return rest;
}

void ck_int8_multiply(ck_instruction_set set, const ck_int8_rows *x, const ck_int8_outputs *w, ptrdiff_t rows,
                      ptrdiff_t k, ptrdiff_t n, float *y, ptrdiff_t stride, _Bool accumulate) {
  ck_int8_panel kernel = ck_int8_panel_kernel(set);
  ptrdiff_t padded = ck_int8_padded_inputs(k), pairs = ck_int8_pairs(k);
  int32_t totals[CK_ROWS * CK_PANEL];
  // A panel stays in the first-level cache while all rows pass it.
  for (ptrdiff_t first = 0; first < n; first += CK_PANEL) {
    ptrdiff_t width = n - first < CK_PANEL ? n - first : CK_PANEL;
    ck_int8_outputs panel = outputs_from(w, first, padded, pairs);
    for (ptrdiff_t r = 0; r < rows; r += CK_ROWS) {
      int count = (int)(rows - r < CK_ROWS ? rows - r : CK_ROWS);
      ck_int8_rows block = rows_from(x, r, padded);
      kernel(block.q, padded, panel.packed, panel.tight, padded / CK_GROUP, count, totals, rows > CK_ROWS);
      finish(totals, ck_int8_shift(set), &block, &panel, count, width, y + r * stride + first, stride, accumulate);
    }
  }
}
