#include "CKernels.h"
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

void ck_attend(const float *query, const float *keys, const float *values, const ptrdiff_t *cells, ptrdiff_t stride,
               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d, float scale, float *weights, float *out) {
  for (ptrdiff_t t = 0; t < length; t++) {
    ptrdiff_t offset = (cells ? cells[t] : t) * stride;
    scores_of_position(query, keys + offset, heads, d, scale, weights + t, length);
  }
  ck_softmax(weights, heads, length, length);
  for (ptrdiff_t i = 0; i < heads * d; i++) out[i] = 0;
  for (ptrdiff_t t = 0; t < length; t++) {
    ptrdiff_t offset = (cells ? cells[t] : t) * stride;
    add_weighted_value(values + offset, weights + t, length, heads, d, out);
  }
}
