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

static void panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                           ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
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

#if defined(__x86_64__)

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

AVX2 static void panel_avx2(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
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

AVX512 static void panel_avx512(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
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

AVX_VNNI static void panel_avx_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
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

AVX512_VNNI static void panel_avx512_vnni(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                                          ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R) rows_avx512_vnni(q, stride, panel, groups, R, sums, goes_on)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}
#endif

ck_int8_panel ck_int8_panel_kernel(ck_instruction_set set) {
  switch (set) {
#if defined(__x86_64__)
    case CK_AVX512_VNNI: return panel_avx512_vnni;
    case CK_AVX512: return panel_avx512;
    case CK_AVX_VNNI: return panel_avx_vnni;
    case CK_AVX2: return panel_avx2;
#endif
    default: return panel_portable;
  }
}
