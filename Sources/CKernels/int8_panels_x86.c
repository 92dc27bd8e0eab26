// One panel of 64 outputs for up to six rows, by the instructions of x86-64 processors.
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "int8_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Vectors of eight outputs whose sums fill the registers of 256 bits beside so many rows.
#define VECTORS(R) ((R) == 1 ? 8 : (R) == 2 ? 4 : 2)

// AVX2 and AVX-512 without VNNI: 7-bit activations.
//
// `maddubs` multiplies unsigned by signed bytes and adds neighbours in 16 bits, which holds two products of 127 * 127.
// Where four products fit too, two such sums are added before `madd` by ones widens them to 32 bits: five instructions,
// three of which multiply, for two vectors of products. Where they may not fit, each is widened by itself.

#define AVX2 __attribute__((target("avx2")))

static const uint8_t tight_everywhere = 0xff;

AVX2 CK_INLINE __m256i products_256(const uint8_t *q, const int8_t *w) {
  int32_t four;
  memcpy(&four, q, 4);
  return _mm256_maddubs_epi16(_mm256_set1_epi32(four), _mm256_loadu_si256((const __m256i *)w));
}

AVX2 CK_INLINE __m256i add_256(__m256i sums, __m256i products) {
  return _mm256_add_epi32(sums, _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
}

// Some vectors of eight outputs, from `first` on.
AVX2 CK_INLINE void vectors_avx2(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                              ptrdiff_t groups, int rows, int first, int vectors, int32_t *sums, bool goes_on) {
  __m256i total[CK_ROWS][8];
  ptrdiff_t step = tight ? 1 : 0, group = CK_PANEL * CK_GROUP, ahead = groups * group, g = 0;
  int mask = ((1 << vectors) - 1) << first;
  if (!tight) tight = &tight_everywhere;
  panel += first * 32;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) total[r][v] = _mm256_setzero_si256();
  for (; g + 2 <= groups; g += 2, panel += 2 * group) {
    bool fits = (tight[g / 2 * step] & mask) == 0;
    if (goes_on)
      for (int h = 0; h < 2; h++) _mm_prefetch(panel + ahead + h * group, _MM_HINT_T1);
    if (__builtin_expect(fits, 1)) {
      for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
          __m256i low = products_256(q + r * stride + g * CK_GROUP, panel + v * 32);
          __m256i high = products_256(q + r * stride + (g + 1) * CK_GROUP, panel + group + v * 32);
          total[r][v] = add_256(total[r][v], _mm256_add_epi16(low, high));
        }
    } else {
      for (int h = 0; h < 2; h++)
        for (int r = 0; r < rows; r++)
          for (int v = 0; v < vectors; v++)
            total[r][v] =
                add_256(total[r][v], products_256(q + r * stride + (g + h) * CK_GROUP, panel + h * group + v * 32));
    }
  }
  if (g < groups)
    for (int r = 0; r < rows; r++)
      for (int v = 0; v < vectors; v++)
        total[r][v] = add_256(total[r][v], products_256(q + r * stride + g * CK_GROUP, panel + v * 32));
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++)
      _mm256_storeu_si256((__m256i *)(sums + r * CK_PANEL + (first + v) * 8), total[r][v]);
}

AVX2 void ck_panel_avx2(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                            ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R)                           \
  for (int v = 0; v < 8; v += VECTORS(R)) \
  vectors_avx2(q, stride, panel, tight, groups, R, v, VECTORS(R), sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

AVX512 CK_INLINE __m512i products_512(const uint8_t *q, const int8_t *w) {
  int32_t four;
  memcpy(&four, q, 4);
  return _mm512_maddubs_epi16(_mm512_set1_epi32(four), _mm512_loadu_si512(w));
}

AVX512 CK_INLINE __m512i add_512(__m512i sums, __m512i products) {
  return _mm512_add_epi32(sums, _mm512_madd_epi16(products, _mm512_set1_epi16(1)));
}

// All four vectors of sixteen outputs.
AVX512 CK_INLINE void rows_avx512(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                               ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
  __m512i total[CK_ROWS][4];
  ptrdiff_t step = tight ? 1 : 0, group = CK_PANEL * CK_GROUP, ahead = groups * group, g = 0;
  if (!tight) tight = &tight_everywhere;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 4; v++) total[r][v] = _mm512_setzero_si512();
  for (; g + 2 <= groups; g += 2, panel += 2 * group) {
    bool fits = tight[g / 2 * step] == 0;
    if (goes_on)
      for (int c = 0; c < 8; c++) _mm_prefetch(panel + ahead + c * 64, _MM_HINT_T1);
    if (__builtin_expect(fits, 1)) {
      for (int r = 0; r < rows; r++)
        for (int v = 0; v < 4; v++) {
          __m512i low = products_512(q + r * stride + g * CK_GROUP, panel + v * 64);
          __m512i high = products_512(q + r * stride + (g + 1) * CK_GROUP, panel + group + v * 64);
          total[r][v] = add_512(total[r][v], _mm512_add_epi16(low, high));
        }
    } else {
      for (int h = 0; h < 2; h++)
        for (int r = 0; r < rows; r++)
          for (int v = 0; v < 4; v++)
            total[r][v] =
                add_512(total[r][v], products_512(q + r * stride + (g + h) * CK_GROUP, panel + h * group + v * 64));
    }
  }
  if (g < groups)
    for (int r = 0; r < rows; r++)
      for (int v = 0; v < 4; v++)
        total[r][v] = add_512(total[r][v], products_512(q + r * stride + g * CK_GROUP, panel + v * 64));
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 4; v++) _mm512_storeu_si512(sums + r * CK_PANEL + v * 16, total[r][v]);
}

AVX512 void ck_panel_avx512(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                                ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R) rows_avx512(q, stride, panel, tight, groups, R, sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

// AVX-VNNI and AVX-512 VNNI: one instruction multiplies 8-bit activations and adds four products in 32 bits.

#define AVX_VNNI __attribute__((target("avx2,avxvnni")))

AVX_VNNI CK_INLINE void vectors_avx_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups,
                                         int rows, int first, int vectors, int32_t *sums, bool goes_on) {
  ptrdiff_t ahead = groups * CK_PANEL * CK_GROUP;
  __m256i total[CK_ROWS][8];
  panel += first * 32;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) total[r][v] = _mm256_setzero_si256();
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    if (goes_on) _mm_prefetch(panel + ahead, _MM_HINT_T1);
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, q + r * stride + g * CK_GROUP, 4);
      __m256i a = _mm256_set1_epi32(four);
      for (int v = 0; v < vectors; v++)
        total[r][v] = _mm256_dpbusd_avx_epi32(total[r][v], a, _mm256_loadu_si256((const __m256i *)(panel + v * 32)));
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++)
      _mm256_storeu_si256((__m256i *)(sums + r * CK_PANEL + (first + v) * 8), total[r][v]);
}

AVX_VNNI void ck_panel_avx_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                                    ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R)                           \
  for (int v = 0; v < 8; v += VECTORS(R)) \
  vectors_avx_vnni(q, stride, panel, groups, R, v, VECTORS(R), sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

#define AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

AVX512_VNNI CK_INLINE void rows_avx512_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups,
                                         int rows, int32_t *sums, bool goes_on) {
  ptrdiff_t ahead = groups * CK_PANEL * CK_GROUP;
  __m512i total[CK_ROWS][4];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) total[r][c] = _mm512_setzero_si512();
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    __m512i w[4];
    if (goes_on)
      for (int c = 0; c < 4; c++) _mm_prefetch(panel + ahead + c * 64, _MM_HINT_T1);
    for (int c = 0; c < 4; c++) w[c] = _mm512_loadu_si512(panel + c * 64);
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, q + r * stride + g * CK_GROUP, 4);
      __m512i a = _mm512_set1_epi32(four);
      for (int c = 0; c < 4; c++) total[r][c] = _mm512_dpbusd_epi32(total[r][c], a, w[c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) _mm512_storeu_si512(sums + r * CK_PANEL + c * 16, total[r][c]);
}

AVX512_VNNI void ck_panel_avx512_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                                          ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R) rows_avx512_vnni(q, stride, panel, groups, R, sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}
#endif
