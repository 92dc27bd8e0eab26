#include "int8_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

VNNI static inline __attribute__((always_inline)) void panel_rows(
    const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
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

VNNI void ck_int8_panel_avx512(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                               int32_t *sums, bool goes_on) {
  switch (rows) {
    case 1: panel_rows(q, stride, panel, groups, 1, sums, goes_on); break;
    case 2: panel_rows(q, stride, panel, groups, 2, sums, goes_on); break;
    case 3: panel_rows(q, stride, panel, groups, 3, sums, goes_on); break;
    case 4: panel_rows(q, stride, panel, groups, 4, sums, goes_on); break;
    case 5: panel_rows(q, stride, panel, groups, 5, sums, goes_on); break;
    default: panel_rows(q, stride, panel, groups, 6, sums, goes_on); break;
  }
}
#endif
