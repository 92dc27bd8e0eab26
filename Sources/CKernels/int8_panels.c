// The choice of a panel's kernel, and the kernel of processors without faster instructions.
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "int8_panel.h"

#if !defined(__aarch64__)

// Eight 16-bit numbers at a time, by the instructions that every processor of its kind has: SSE2 on x86-64; loops that
// say the same elsewhere.

#if defined(__SSE2__)
#include <immintrin.h>

typedef __m128i ck_words;  // 8 x 16 bits
typedef __m128i ck_sums;   // 4 x 32 bits

// Four activations, twice.
CK_INLINE ck_words ck_activations(const uint8_t *q) {
  int32_t four;
  memcpy(&four, q, 4);
  __m128i words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(four), _mm_setzero_si128());
  return _mm_unpacklo_epi64(words, words);
}

// Sixteen weights, in two parts.
CK_INLINE void ck_widen(const int8_t *weights, ck_words *low, ck_words *high) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)weights);
  *low = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
  *high = _mm_srai_epi16(_mm_unpackhi_epi8(bytes, bytes), 8);
}

// Products of neighbours are added to each other, then to the sums.
CK_INLINE ck_sums ck_add_products(ck_sums sums, ck_words a, ck_words w) {
  return _mm_add_epi32(sums, _mm_madd_epi16(a, w));
}

// Neighbours added: two outputs of each.
CK_INLINE void ck_store_sums(int32_t *to, ck_sums a, ck_sums b) {
  __m128 x = _mm_castsi128_ps(a), y = _mm_castsi128_ps(b);
  __m128i even = _mm_castps_si128(_mm_shuffle_ps(x, y, 0x88)), odd = _mm_castps_si128(_mm_shuffle_ps(x, y, 0xDD));
  _mm_storeu_si128((__m128i *)to, _mm_add_epi32(even, odd));
}

#else

typedef struct {
  int16_t at[8];
} ck_words;
typedef struct {
  int32_t at[4];
} ck_sums;

CK_INLINE ck_words ck_activations(const uint8_t *q) {
  ck_words words;
  for (int i = 0; i < 8; i++) words.at[i] = q[i % 4];
  return words;
}

CK_INLINE void ck_widen(const int8_t *weights, ck_words *low, ck_words *high) {
  for (int i = 0; i < 8; i++) low->at[i] = weights[i];
  for (int i = 0; i < 8; i++) high->at[i] = weights[i + 8];
}

CK_INLINE ck_sums ck_add_products(ck_sums sums, ck_words a, ck_words w) {
  for (int i = 0; i < 4; i++) sums.at[i] += a.at[2 * i] * w.at[2 * i] + a.at[2 * i + 1] * w.at[2 * i + 1];
  return sums;
}

CK_INLINE void ck_store_sums(int32_t *to, ck_sums a, ck_sums b) {
  for (int i = 0; i < 2; i++) to[i] = a.at[2 * i] + a.at[2 * i + 1];
  for (int i = 0; i < 2; i++) to[i + 2] = b.at[2 * i] + b.at[2 * i + 1];
}
#endif

// Eight outputs of two rows: their sums stay in registers while the inputs pass.
enum { OUTPUTS = 8, ROWS = 2 };

CK_INLINE void block(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                     int32_t *sums) {
  ck_sums total[ROWS][4];
  memset(total, 0, sizeof total);
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    ck_words w[4];
    ck_widen(panel, &w[0], &w[1]);
    ck_widen(panel + 16, &w[2], &w[3]);
    for (int r = 0; r < rows; r++) {
      ck_words a = ck_activations(q + r * stride + g * CK_GROUP);
      for (int c = 0; c < 4; c++) total[r][c] = ck_add_products(total[r][c], a, w[c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c += 2) ck_store_sums(sums + r * CK_PANEL + c * 2, total[r][c], total[r][c + 1]);
}

void ck_panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight, ptrdiff_t groups,
                       int rows, int32_t *sums, bool goes_on) {
  for (int r = 0; r < rows; r += ROWS)
    for (int o = 0; o < CK_PANEL; o += OUTPUTS) {
      const uint8_t *a = q + r * stride;
      int32_t *out = sums + r * CK_PANEL + o;
      if (rows - r >= ROWS)
        block(a, stride, panel + o * CK_GROUP, groups, ROWS, out);
      else
        block(a, stride, panel + o * CK_GROUP, groups, 1, out);
    }
}
#endif

ck_int8_panel ck_int8_panel_kernel(ck_instruction_set set) {
  switch (set) {
#if defined(__x86_64__)
    case CK_AVX512_VNNI: return ck_panel_avx512_vnni;
    case CK_AVX512: return ck_panel_avx512;
    case CK_AVX_VNNI: return ck_panel_avx_vnni;
    case CK_AVX2: return ck_panel_avx2;
#elif defined(__aarch64__)
    case CK_I8MM: return ck_panel_i8mm;
    case CK_DOTPROD: return ck_panel_dotprod;
#endif
    default: return ck_panel_portable;
  }
}
