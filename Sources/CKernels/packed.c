#include "include/packed.h"

#include <stdatomic.h>
#include <string.h>

#include "dispatch.h"

// sums (rows, 64) = x (rows, k), rows `k` floats apart, · panel (k, 64). If it `goes_on`, the next panel is prefetched:
// computing with many rows leaves memory the time.
typedef void (*panel_kernel)(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on);

#if defined(__aarch64__)
#include <arm_neon.h>

// Four inputs at a time: `fmla` takes one of them from a quarter of a register.
CK_INLINE void rows_neon(const float *x, ptrdiff_t k, const float *panel, int rows, int vectors, float *sums) {
  float32x4_t total[CK_ROWS][16];
  ptrdiff_t i = 0;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) total[r][v] = vdupq_n_f32(0);
  for (; i + 4 <= k; i += 4, panel += 4 * CK_PANEL) {
    float32x4_t a[CK_ROWS];
    for (int r = 0; r < rows; r++) a[r] = vld1q_f32(x + r * k + i);
#define INPUT(LANE)                                                                                    \
  for (int v = 0; v < vectors; v++) {                                                                  \
    float32x4_t w = vld1q_f32(panel + LANE * CK_PANEL + v * 4);                                        \
    for (int r = 0; r < rows; r++) total[r][v] = vfmaq_laneq_f32(total[r][v], w, a[r], LANE);          \
  }
    INPUT(0)
    INPUT(1)
    INPUT(2)
    INPUT(3)
#undef INPUT
  }
  for (; i < k; i++, panel += CK_PANEL)
    for (int v = 0; v < vectors; v++)
      for (int r = 0; r < rows; r++)
        total[r][v] = vfmaq_n_f32(total[r][v], vld1q_f32(panel + v * 4), x[r * k + i]);
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) vst1q_f32(sums + r * CK_PANEL + v * 4, total[r][v]);
}

static void panel_portable(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on) {
#define STEP(R)                               \
  for (int v = 0; v < 16; v += CK_VECTORS(R)) \
  rows_neon(x, k, panel + v * 4, R, CK_VECTORS(R), sums + v * 4)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

#else

typedef float ck_four __attribute__((vector_size(16)));

enum { VECTORS = 2 };

// Two roundings: without the instruction, fusing them would take a function call.
CK_INLINE ck_four multiply_add(ck_four sum, ck_four w, float factor) { return sum + w * factor; }

CK_INLINE void rows_portable(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums) {
  ck_four total[CK_ROWS][VECTORS];
  memset(total, 0, sizeof total);
  for (ptrdiff_t i = 0; i < k; i++, panel += CK_PANEL) {
    ck_four w[VECTORS];
    memcpy(w, panel, sizeof w);
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < VECTORS; c++) total[r][c] = multiply_add(total[r][c], w[c], x[r * k + i]);
  }
  for (int r = 0; r < rows; r++) memcpy(sums + r * CK_PANEL, total[r], sizeof total[r]);
}

static void panel_portable(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on) {
  for (int first = 0; first < CK_PANEL; first += 4 * VECTORS) {
#define STEP(R) rows_portable(x, k, panel + first, R, sums + first)
    CK_FOR_ROWS(rows, STEP)
#undef STEP
  }
}
#endif

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#define AVX2 __attribute__((target("avx2,fma")))

AVX512 CK_INLINE void rows_avx512(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums,
                                  bool goes_on) {
  __m512 total[CK_ROWS][4];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) total[r][c] = _mm512_setzero_ps();
  for (ptrdiff_t i = 0; i < k; i++, panel += CK_PANEL) {
    __m512 w[4];
    if (goes_on)
      for (int c = 0; c < 4; c++) _mm_prefetch(panel + k * CK_PANEL + c * 16, _MM_HINT_T1);
    for (int c = 0; c < 4; c++) w[c] = _mm512_load_ps(panel + c * 16);
    for (int r = 0; r < rows; r++) {
      __m512 factor = _mm512_set1_ps(x[r * k + i]);
      for (int c = 0; c < 4; c++) total[r][c] = _mm512_fmadd_ps(factor, w[c], total[r][c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) _mm512_storeu_ps(sums + r * CK_PANEL + c * 16, total[r][c]);
}

AVX512 static void panel_avx512(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on) {
#define STEP(R) rows_avx512(x, k, panel, R, sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

AVX2 CK_INLINE void rows_avx2(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on) {
  __m256 total[CK_ROWS][2];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 2; c++) total[r][c] = _mm256_setzero_ps();
  for (ptrdiff_t i = 0; i < k; i++, panel += CK_PANEL) {
    __m256 w[2];
    if (goes_on) _mm_prefetch(panel + k * CK_PANEL, _MM_HINT_T1);
    for (int c = 0; c < 2; c++) w[c] = _mm256_load_ps(panel + c * 8);
    for (int r = 0; r < rows; r++) {
      __m256 factor = _mm256_set1_ps(x[r * k + i]);
      for (int c = 0; c < 2; c++) total[r][c] = _mm256_fmadd_ps(factor, w[c], total[r][c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 2; c++) _mm256_storeu_ps(sums + r * CK_PANEL + c * 8, total[r][c]);
}

// A quarter of a panel at a time: six rows of it fill the sixteen registers.
AVX2 static void panel_avx2(const float *x, ptrdiff_t k, const float *panel, int rows, float *sums, bool goes_on) {
  for (int quarter = 0; quarter < CK_PANEL; quarter += 16) {
#define STEP(R) rows_avx2(x, k, panel + quarter, R, sums + quarter, goes_on)
    CK_FOR_ROWS(rows, STEP)
#undef STEP
  }
}

#endif

static panel_kernel kernel(ck_instruction_set set) {
#if defined(__x86_64__)
  if (set >= CK_AVX512) return panel_avx512;
  if (set >= CK_AVX2) return panel_avx2;
#endif
  return panel_portable;
}

static atomic_bool disabled;

void ck_packed_disable(void) { atomic_store(&disabled, true); }

bool ck_packed_available(void) { return !atomic_load(&disabled); }

ptrdiff_t ck_packed_size(ptrdiff_t k, ptrdiff_t n) { return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL * k; }

void ck_pack(const float *weights, ptrdiff_t k, ptrdiff_t first, ptrdiff_t n, float *packed) {
  // Sixteen inputs of an output at a time: one cache line read, and lines of the panel still in the cache to write.
  for (ptrdiff_t start = 0; start < k; start += 16) {
    ptrdiff_t end = start + 16 < k ? start + 16 : k;
    for (ptrdiff_t o = 0; o < n; o++) {
      float *to = packed + (first + o) / CK_PANEL * CK_PANEL * k + (first + o) % CK_PANEL;
      for (ptrdiff_t i = start; i < end; i++) to[i * CK_PANEL] = weights[o * k + i];
    }
  }
}

void ck_packed_multiply(ck_instruction_set set, const float *x, const float *packed, ptrdiff_t rows, ptrdiff_t k,
                        ptrdiff_t n, float *y, ptrdiff_t stride, bool accumulate) {
  panel_kernel multiply = kernel(set);
  float sums[CK_ROWS * CK_PANEL];
  for (ptrdiff_t first = 0; first < n; first += CK_PANEL) {
    ptrdiff_t width = n - first < CK_PANEL ? n - first : CK_PANEL;
    for (ptrdiff_t r = 0; r < rows; r += CK_ROWS) {
      int count = (int)(rows - r < CK_ROWS ? rows - r : CK_ROWS);
      multiply(x + r * k, k, packed + first * k, count, sums, rows > CK_ROWS);
      for (int i = 0; i < count; i++) {
        float *row = y + (r + i) * stride + first;
        if (accumulate)
          for (ptrdiff_t o = 0; o < width; o++) row[o] += sums[i * CK_PANEL + o];
        else
          memcpy(row, sums + i * CK_PANEL, (size_t)width * sizeof(float));
      }
    }
  }
}
