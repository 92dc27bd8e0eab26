// Eight 16-bit numbers at a time, by the instructions that every processor of its kind has: SSE2 on x86-64, NEON on
// arm64; loops that say the same elsewhere.
#pragma once
#include <stdint.h>
#include <string.h>

#include "dispatch.h"

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
