#include "CKernels.h"
#include "dispatch.h"
#include "exponential.h"
#include "vector.h"

// Sizes that models have, known at compile time: heads lie side by side in the registers, so that any length fills
// them. The bits are those of the general loops below.

// Keys and values: position t is at offset cells[t] * stride, or at t * stride if cells is NULL.
typedef struct {
  const float *keys, *values;
  const ptrdiff_t *cells;
  ptrdiff_t stride, length;
} ck_positions;

CK_INLINE ptrdiff_t ck_offset(const ck_positions *past, ptrdiff_t t) {
  return (past->cells ? past->cells[t] : t) * past->stride;
}

// Most positions whose scores, of 16 heads, are kept on the stack.
#define CK_MOST_POSITIONS 512

// Products of one head's query and key, summed in 32 running parts and those in 16.
CK_INLINE ck_vector ck_head_parts(const float *q, const float *k, int d) {
  ck_vector low = {0}, high = {0};
  for (int i = 0; i < d; i += CK_LANES) {
    low += ck_load(q + i) * ck_load(k + i);
    high += ck_load(q + i + 16) * ck_load(k + i + 16);
  }
  return low + high;
}

// Lanes eight apart, of two heads.
CK_INLINE ck_vector ck_join_halves(ck_vector a, ck_vector b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

// Lanes four apart, of four heads.
CK_INLINE ck_vector ck_join_quarters(ck_vector a, ck_vector b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}

// Lanes two apart, of eight heads.
CK_INLINE ck_vector ck_join_pairs(ck_vector a, ck_vector b) {
  return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}

// scores (8) of one position: eight sums at once, each in the order of ck_sum.
CK_INLINE void ck_eight_scores(const float *q, const float *k, int d, float scale, float *scores) {
  ck_vector p[8];
  for (int h = 0; h < 8; h++) p[h] = ck_head_parts(q + h * d, k + h * d, d);
  ck_vector even = ck_join_quarters(ck_join_halves(p[0], p[4]), ck_join_halves(p[2], p[6]));
  ck_vector odd = ck_join_quarters(ck_join_halves(p[1], p[5]), ck_join_halves(p[3], p[7]));
  ck_vector pairs = ck_join_pairs(even, odd);
  for (int h = 0; h < 8; h++) scores[h] = (pairs[2 * h] + pairs[2 * h + 1]) * scale;
}

// scores (length, heads) become exponentials less the greatest; zeros from `length` to the next multiple of 32.
CK_INLINE void ck_exponentials_by_position(float *scores, ptrdiff_t length, int heads) {
  float greatest[16];
  for (int h = 0; h < heads; h++) greatest[h] = scores[h];
  for (ptrdiff_t t = 1; t < length; t++)
    for (int h = 0; h < heads; h++) {
      float s = scores[t * heads + h];
      greatest[h] = s > greatest[h] ? s : greatest[h];
    }
  for (int h = heads; h < 16; h++) greatest[h] = greatest[h - heads];
  ptrdiff_t count = length * heads, i = 0;
  for (; i < count; i += 16)
    for (int l = 0; l < 16; l++) scores[i + l] = ck_exp(scores[i + l] - greatest[l]);
  for (i = count; i < (length + CK_LANES - 1) / CK_LANES * CK_LANES * heads; i++) scores[i] = 0;
}

// Divides by the sum over positions, taken in 32 running parts and those pairwise.
CK_INLINE void ck_divide_by_sums(float *scores, ptrdiff_t length, int heads) {
  float parts[CK_LANES * 16], factors[16];
  memcpy(parts, scores, sizeof(float) * (size_t)(CK_LANES * heads));
  for (ptrdiff_t t = CK_LANES; t < length; t += CK_LANES)
    for (int i = 0; i < CK_LANES * heads; i++) parts[i] += scores[t * heads + i];
  for (int half = CK_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half * heads; i++) parts[i] += parts[half * heads + i];
  for (int h = 0; h < heads; h++) factors[h] = 1.0f / parts[h];
  for (ptrdiff_t t = 0; t < length; t++)
    for (int h = 0; h < heads; h++) scores[t * heads + h] *= factors[h];
}

// out (heads, d) = weights (length, heads) · values, a block of a head at a time in the order of positions.
CK_INLINE void ck_mix_values(const ck_positions *past, const float *weights, int heads, int d, float *out) {
  enum { TOGETHER = 4 };
  ptrdiff_t t = 0;
  for (int i = 0; i < heads * d; i++) out[i] = 0;
  for (; t + TOGETHER <= past->length; t += TOGETHER) {
    const float *v[TOGETHER];
    for (int j = 0; j < TOGETHER; j++) v[j] = past->values + ck_offset(past, t + j);
    for (int h = 0; h < heads; h++)
      for (int i = h * d; i < h * d + d; i += 16) {
        ck_vector sum = ck_load(out + i);
        for (int j = 0; j < TOGETHER; j++) sum += weights[(t + j) * heads + h] * ck_load(v[j] + i);
        ck_store(out + i, sum);
      }
  }
  for (; t < past->length; t++) {
    const float *v = past->values + ck_offset(past, t);
    for (int h = 0; h < heads; h++)
      for (int i = h * d; i < h * d + d; i += 16)
        ck_store(out + i, ck_load(out + i) + weights[t * heads + h] * ck_load(v + i));
  }
}

// Prefetches `count` floats: positions lie anywhere, and a processor's own prefetching ends with each of them.
CK_INLINE void ck_foresee(const float *row, int count) {
  for (int i = 0; i < count; i += 16) __builtin_prefetch(row + i);
}

// scores (length, heads) += bias (heads, length)
CK_INLINE void ck_add_biases(const float *bias, ptrdiff_t length, int heads, float *scores) {
  for (ptrdiff_t t = 0; t < length; t++)
    for (int h = 0; h < heads; h++) scores[t * heads + h] += bias[h * length + t];
}

// heads: 8 or 16; d: a multiple of 32; both constants where this is used.
CK_INLINE void ck_attend_heads(const float *query, const ck_positions *past, int heads, int d, float scale,
                               const float *bias, float *weights, float *out) {
  enum { AHEAD = 2 };
  float scores[CK_MOST_POSITIONS * 16];
  for (ptrdiff_t t = 0; t < past->length; t++) {
    if (t + AHEAD < past->length) ck_foresee(past->keys + ck_offset(past, t + AHEAD), heads * d);
    ck_foresee(past->values + ck_offset(past, t), heads * d);
    for (int h = 0; h < heads; h += 8)
      ck_eight_scores(query + h * d, past->keys + ck_offset(past, t) + h * d, d, scale, scores + t * heads + h);
  }
  if (bias) ck_add_biases(bias, past->length, heads, scores);
  ck_exponentials_by_position(scores, past->length, heads);
  ck_divide_by_sums(scores, past->length, heads);
  ck_mix_values(past, scores, heads, d, out);
  for (int h = 0; h < heads; h++)
    for (ptrdiff_t t = 0; t < past->length; t++) weights[h * past->length + t] = scores[t * heads + h];
}

// Any sizes, and the choice between them.

CK_LOCAL_KERNEL(void, scores_of_position,
                (const float *query, const float *key, ptrdiff_t heads, ptrdiff_t d, float scale, float *weights,
                 ptrdiff_t length),
                (query, key, heads, d, scale, weights, length)) {
  for (ptrdiff_t h = 0; h < heads; h++) {
    const float *q = query + h * d, *k = key + h * d;
    float lanes[CK_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + CK_LANES <= d; i += CK_LANES)
      for (int l = 0; l < CK_LANES; l++) lanes[l] += q[i + l] * k[i + l];
    for (int l = 0; i + l < d; l++) lanes[l] += q[i + l] * k[i + l];
    weights[h * length] = ck_sum_lanes(lanes) * scale;
  }
}

CK_LOCAL_KERNEL(void, add_weighted_value,
                (const float *value, const float *weights, ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d,
                 float *out),
                (value, weights, length, heads, d, out)) {
  for (ptrdiff_t h = 0; h < heads; h++) {
    float w = weights[h * length];
    const float *v = value + h * d;
    float *o = out + h * d;
    for (ptrdiff_t i = 0; i < d; i++) o[i] += w * v[i];
  }
}

// Any number of heads of any size.
static void attend_any(const float *query, const ck_positions *past, ptrdiff_t heads, ptrdiff_t d, float scale,
                       const float *bias, float *weights, float *out) {
  ptrdiff_t length = past->length;
  for (ptrdiff_t t = 0; t < length; t++)
    scores_of_position(query, past->keys + ck_offset(past, t), heads, d, scale, weights + t, length);
  if (bias) ck_add(weights, bias, heads * length);
  ck_softmax(weights, heads, length, length);
  for (ptrdiff_t i = 0; i < heads * d; i++) out[i] = 0;
  for (ptrdiff_t t = 0; t < length; t++)
    add_weighted_value(past->values + ck_offset(past, t), weights + t, length, heads, d, out);
}

#define ATTEND(H, D)                                                                                          \
  CK_LOCAL_KERNEL(void, attend_##H##x##D,                                                                     \
                  (const float *query, const ck_positions *past, float scale, const float *bias, float *weights, \
                   float *out),                                                                               \
                  (query, past, scale, bias, weights, out)) {                                                 \
    ck_attend_heads(query, past, H, D, scale, bias, weights, out);                                            \
  }

ATTEND(8, 32)
ATTEND(8, 64)
ATTEND(16, 64)
ATTEND(16, 128)

void ck_attend(const float *query, const float *keys, const float *values, const ptrdiff_t *cells, ptrdiff_t stride,
               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d, float scale, const float *bias, float *weights,
               float *out) {
  const ck_positions past = {keys, values, cells, stride, length};
  if (length > CK_MOST_POSITIONS)
    attend_any(query, &past, heads, d, scale, bias, weights, out);
  else if (heads == 8 && d == 32)
    attend_8x32(query, &past, scale, bias, weights, out);
  else if (heads == 8 && d == 64)
    attend_8x64(query, &past, scale, bias, weights, out);
  else if (heads == 16 && d == 64)
    attend_16x64(query, &past, scale, bias, weights, out);
  else if (heads == 16 && d == 128)
    attend_16x128(query, &past, scale, bias, weights, out);
  else
    attend_any(query, &past, heads, d, scale, bias, weights, out);
}
