// One panel of 64 outputs for up to six rows, on each instruction set.
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "int8_panel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Portable code.

// Eight 16-bit numbers at a time, by the instructions that every processor of its kind has: SSE2 on x86-64, NEON on
// arm64; loops that say the same elsewhere.


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

#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>

typedef int16x8_t ck_words;
typedef int32x4_t ck_sums;

CK_INLINE ck_words ck_activations(const uint8_t *q) {
  uint32_t four;
  memcpy(&four, q, 4);
  return vreinterpretq_s16_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four))));
}

CK_INLINE void ck_widen(const int8_t *weights, ck_words *low, ck_words *high) {
  int8x16_t bytes = vld1q_s8(weights);
  *low = vmovl_s8(vget_low_s8(bytes));
  *high = vmovl_high_s8(bytes);
}

// 255 * -128 still fits in 16 bits.
CK_INLINE ck_sums ck_add_products(ck_sums sums, ck_words a, ck_words w) {
  return vpadalq_s16(sums, vmulq_s16(a, w));
}

CK_INLINE void ck_store_sums(int32_t *to, ck_sums a, ck_sums b) { vst1q_s32(to, vpaddq_s32(a, b)); }

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

void ck_int8_panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                            int32_t *sums, bool goes_on) {
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

// AVX2.

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))

// Groups of inputs whose activations are widened at once: 12 KB for six rows, which stay in the first-level cache.
enum { CHUNK = 256, WIDE_ROW = CHUNK * CK_GROUP };

// wide (rows, WIDE_ROW) = q (rows, groups * 4), `stride` bytes apart. The last group may end in the middle of a vector.
AVX2 static inline __attribute__((always_inline)) void widen_activations(const uint8_t *q, ptrdiff_t stride,
                                                                         ptrdiff_t groups, int rows, int16_t *wide) {
  for (int r = 0; r < rows; r++) {
    ptrdiff_t i = 0;
    for (; i + 16 <= groups * CK_GROUP; i += 16) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(q + r * stride + i));
      _mm256_store_si256((__m256i *)(wide + r * WIDE_ROW + i), _mm256_cvtepu8_epi16(bytes));
    }
    for (; i < groups * CK_GROUP; i++) wide[r * WIDE_ROW + i] = q[r * stride + i];
  }
}

// `maddubs` would saturate; widened to 16 bits, `madd` is exact. Each accumulator holds two half sums of four outputs.
// Widened activations are broadcast by a load alone, so that the vector units are left to products and sums.
AVX2 static inline __attribute__((always_inline)) void vectors_of_panel(const int16_t *wide, const int8_t *panel,
                                                                        ptrdiff_t groups, int rows, int vectors,
                                                                        bool adds, int32_t *sums) {
  __m256i total[CK_ROWS][8];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) total[r][v] = _mm256_setzero_si256();
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    __m256i w[8];
    for (int v = 0; v < vectors; v++) w[v] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(panel + v * 16)));
    for (int r = 0; r < rows; r++) {
      int64_t four;
      memcpy(&four, wide + r * WIDE_ROW + g * CK_GROUP, sizeof four);
      __m256i a = _mm256_set1_epi64x(four);
      for (int v = 0; v < vectors; v++) total[r][v] = _mm256_add_epi32(total[r][v], _mm256_madd_epi16(w[v], a));
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v += 2) {
      __m256i pairs = _mm256_permute4x64_epi64(_mm256_hadd_epi32(total[r][v], total[r][v + 1]), 0xD8);
      __m256i *to = (__m256i *)(sums + r * CK_PANEL + v * 4);
      _mm256_storeu_si256(to, adds ? _mm256_add_epi32(_mm256_loadu_si256(to), pairs) : pairs);
    }
}

// As many vectors of four outputs at a time as fill the sixteen registers with accumulators.
AVX2 static inline __attribute__((always_inline)) void panel_of_rows(const int16_t *wide, const int8_t *panel,
                                                                     ptrdiff_t groups, int rows, int vectors,
                                                                     bool adds, int32_t *sums) {
  for (int v = 0; v < CK_PANEL / 4; v += vectors)
    vectors_of_panel(wide, panel + v * 16, groups, rows, vectors, adds, sums + v * 4);
}

AVX2 void ck_int8_panel_avx2(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                             int32_t *sums, bool goes_on) {
  int16_t wide[CK_ROWS * WIDE_ROW] __attribute__((aligned(32)));
  for (ptrdiff_t start = 0; start < groups; start += CHUNK) {
    ptrdiff_t count = groups - start < CHUNK ? groups - start : CHUNK;
    const int8_t *w = panel + start * CK_PANEL * CK_GROUP;
    bool adds = start > 0;
    widen_activations(q + start * CK_GROUP, stride, count, rows, wide);
    switch (rows) {
      case 1: panel_of_rows(wide, w, count, 1, 8, adds, sums); break;
      case 2: panel_of_rows(wide, w, count, 2, 4, adds, sums); break;
      case 3: panel_of_rows(wide, w, count, 3, 2, adds, sums); break;
      case 4: panel_of_rows(wide, w, count, 4, 2, adds, sums); break;
      case 5: panel_of_rows(wide, w, count, 5, 2, adds, sums); break;
      default: panel_of_rows(wide, w, count, 6, 2, adds, sums); break;
    }
  }
}
#endif

// AVX-512 without VNNI: the same on vectors twice as wide, of eight outputs.

#if defined(__x86_64__)

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

AVX512 static inline __attribute__((always_inline)) void half_panel(const int16_t *wide, const int8_t *panel,
                                                                    ptrdiff_t groups, int rows, bool adds,
                                                                    int32_t *sums) {
  __m512i total[CK_ROWS][4];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 4; v++) total[r][v] = _mm512_setzero_si512();
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    __m512i w[4];
    for (int v = 0; v < 4; v++) w[v] = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(panel + v * 32)));
    for (int r = 0; r < rows; r++) {
      int64_t four;
      memcpy(&four, wide + r * WIDE_ROW + g * CK_GROUP, sizeof four);
      __m512i a = _mm512_set1_epi64(four);
      for (int v = 0; v < 4; v++) total[r][v] = _mm512_add_epi32(total[r][v], _mm512_madd_epi16(w[v], a));
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < 4; v++) {
      // The two halves of an output are neighbours: added, every second one counts.
      __m512i both = _mm512_add_epi32(total[r][v], _mm512_srli_epi64(total[r][v], 32));
      __m256i whole = _mm512_cvtepi64_epi32(both);
      __m256i *to = (__m256i *)(sums + r * CK_PANEL + v * 8);
      _mm256_storeu_si256(to, adds ? _mm256_add_epi32(_mm256_loadu_si256(to), whole) : whole);
    }
}

AVX512 void ck_int8_panel_avx512(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                                 int32_t *sums, bool goes_on) {
  int16_t wide[CK_ROWS * WIDE_ROW] __attribute__((aligned(64)));
  for (ptrdiff_t start = 0; start < groups; start += CHUNK) {
    ptrdiff_t count = groups - start < CHUNK ? groups - start : CHUNK;
    widen_activations(q + start * CK_GROUP, stride, count, rows, wide);
    for (int half = 0; half < CK_PANEL; half += CK_PANEL / 2) {
      const int8_t *w = panel + (start * CK_PANEL + half) * CK_GROUP;
      bool adds = start > 0;
      switch (rows) {
        case 1: half_panel(wide, w, count, 1, adds, sums + half); break;
        case 2: half_panel(wide, w, count, 2, adds, sums + half); break;
        case 3: half_panel(wide, w, count, 3, adds, sums + half); break;
        case 4: half_panel(wide, w, count, 4, adds, sums + half); break;
        case 5: half_panel(wide, w, count, 5, adds, sums + half); break;
        default: half_panel(wide, w, count, 6, adds, sums + half); break;
      }
    }
  }
}
#endif

// AVX-512 VNNI.

#if defined(__x86_64__)

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

VNNI void ck_int8_panel_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
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
