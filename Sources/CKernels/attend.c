#include "CKernels.h"
#include "attend_heads.h"
#include "dispatch.h"

CK_DISPATCH
static void scores_of_position(const float *query, const float *key, ptrdiff_t heads, ptrdiff_t d, float scale,
                               float *weights, ptrdiff_t length) {
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

CK_DISPATCH
static void add_weighted_value(const float *value, const float *weights, ptrdiff_t length, ptrdiff_t heads,
                               ptrdiff_t d, float *out) {
  for (ptrdiff_t h = 0; h < heads; h++) {
    float w = weights[h * length];
    const float *v = value + h * d;
    float *o = out + h * d;
    for (ptrdiff_t i = 0; i < d; i++) o[i] += w * v[i];
  }
}

// Any number of heads of any size.
static void attend_any(const float *query, const ck_positions *past, ptrdiff_t heads, ptrdiff_t d, float scale,
                       float *weights, float *out) {
  ptrdiff_t length = past->length;
  for (ptrdiff_t t = 0; t < length; t++)
    scores_of_position(query, past->keys + ck_offset(past, t), heads, d, scale, weights + t, length);
  ck_softmax(weights, heads, length, length);
  for (ptrdiff_t i = 0; i < heads * d; i++) out[i] = 0;
  for (ptrdiff_t t = 0; t < length; t++)
    add_weighted_value(past->values + ck_offset(past, t), weights + t, length, heads, d, out);
}

CK_DISPATCH
static void attend_8x32(const float *query, const ck_positions *past, float scale, float *weights, float *out) {
  ck_attend_heads(query, past, 8, 32, scale, weights, out);
}

CK_DISPATCH
static void attend_8x64(const float *query, const ck_positions *past, float scale, float *weights, float *out) {
  ck_attend_heads(query, past, 8, 64, scale, weights, out);
}

CK_DISPATCH
static void attend_16x64(const float *query, const ck_positions *past, float scale, float *weights, float *out) {
  ck_attend_heads(query, past, 16, 64, scale, weights, out);
}

void ck_attend(const float *query, const float *keys, const float *values, const ptrdiff_t *cells, ptrdiff_t stride,
               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d, float scale, float *weights, float *out) {
  const ck_positions past = {keys, values, cells, stride, length};
  if (length > CK_MOST_POSITIONS)
    attend_any(query, &past, heads, d, scale, weights, out);
  else if (heads == 8 && d == 32)
    attend_8x32(query, &past, scale, weights, out);
  else if (heads == 8 && d == 64)
    attend_8x64(query, &past, scale, weights, out);
  else if (heads == 16 && d == 64)
    attend_16x64(query, &past, scale, weights, out);
  else
    attend_any(query, &past, heads, d, scale, weights, out);
}
