#include "int8_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

// `maddubs` would saturate; widened to 16 bits, `madd` is exact. Each accumulator holds two half sums of four outputs.
AVX2 static inline __attribute__((always_inline)) void quarter_panel(
    const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows, int32_t *sums) {
  __m256i total[2][4];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) total[r][c] = _mm256_setzero_si256();
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    __m256i a[2];
    for (int r = 0; r < rows; r++) {
      int32_t four;
      memcpy(&four, q + r * stride + g * CK_GROUP, 4);
      a[r] = _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(_mm_cvtsi32_si128(four)));
    }
    for (int c = 0; c < 4; c++) {
      __m256i w = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(panel + c * 16)));
      for (int r = 0; r < rows; r++) total[r][c] = _mm256_add_epi32(total[r][c], _mm256_madd_epi16(w, a[r]));
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c += 2) {
      __m256i pairs = _mm256_hadd_epi32(total[r][c], total[r][c + 1]);
      _mm256_storeu_si256((__m256i *)(sums + r * CK_PANEL + c * 4), _mm256_permute4x64_epi64(pairs, 0xD8));
    }
}

AVX2 void ck_int8_panel_avx2(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                             int32_t *sums, bool goes_on) {
  for (int r = 0; r < rows; r += 2)
    for (int quarter = 0; quarter < 4; quarter++) {
      const int8_t *w = panel + quarter * 64;
      int32_t *out = sums + r * CK_PANEL + quarter * 16;
      if (rows - r >= 2)
        quarter_panel(q + r * stride, stride, w, groups, 2, out);
      else
        quarter_panel(q + r * stride, stride, w, groups, 1, out);
    }
}
#endif
