#include <float.h>
#include <stdbool.h>
#include <string.h>

#include "dispatch.h"
#include "int8_panel.h"

#define GROUP_STRIDE (CK_PANEL * CK_GROUP)

// Offset of a group of an output's weights.
CK_INLINE ptrdiff_t offset_of(ptrdiff_t output, ptrdiff_t group, ptrdiff_t groups, bool paired) {
  ptrdiff_t panel = output / CK_PANEL * groups * GROUP_STRIDE, place = output % CK_PANEL * CK_GROUP;
  if (paired && (group | 1) < groups) return panel + group / 2 * 2 * GROUP_STRIDE + 2 * place + group % 2 * CK_GROUP;
  return panel + group * GROUP_STRIDE + place;
}

CK_INLINE ptrdiff_t groups_of(ptrdiff_t k) { return ck_int8_padded_inputs(k) / CK_GROUP; }

CK_INLINE int32_t sum_of(const int8_t *weights, ptrdiff_t k) {
  int32_t sum = 0;
  for (ptrdiff_t i = 0; i < k; i++) sum += weights[i];
  return sum;
}

// Packs some inputs of an output, from the group `first` on.
CK_INLINE void pack_groups(const int8_t *from, ptrdiff_t inputs, ptrdiff_t output, ptrdiff_t first, ptrdiff_t groups,
                           bool paired, int8_t *packed) {
  ptrdiff_t whole = inputs / CK_GROUP;
  for (ptrdiff_t g = 0; g < whole; g++)
    memcpy(packed + offset_of(output, first + g, groups, paired), from + g * CK_GROUP, CK_GROUP);
  if (inputs % CK_GROUP == 0) return;
  int8_t *last = packed + offset_of(output, first + whole, groups, paired);
  memset(last, 0, CK_GROUP);
  memcpy(last, from + whole * CK_GROUP, (size_t)(inputs % CK_GROUP));
}

CK_LOCAL_KERNEL(void, pack,
                (const int8_t *weights, const int32_t *rows, ptrdiff_t k, ptrdiff_t first, ptrdiff_t n, bool paired,
                 int8_t *packed, int32_t *sums),
                (weights, rows, k, first, n, paired, packed, sums)) {
  for (ptrdiff_t o = 0; o < n; o++) sums[o] = sum_of(weights + (rows ? rows[o] : o) * k, k);
  // A cache line of each output at a time: the lines of the panel that it goes to are still in the cache for the next.
  const ptrdiff_t block = 64;
  for (ptrdiff_t start = 0; start < k; start += block) {
    ptrdiff_t inputs = k - start < block ? k - start : block;
    for (ptrdiff_t o = 0; o < n; o++)
      pack_groups(weights + (rows ? rows[o] : o) * k + start, inputs, first + o, start / CK_GROUP, groups_of(k), paired,
                  packed);
  }
}

void ck_int8_pack(ck_instruction_set set, const int8_t *weights, const int32_t *rows, ptrdiff_t k, ptrdiff_t first,
                  ptrdiff_t n, int8_t *packed, int32_t *sums) {
  pack(weights, rows, k, first, n, ck_int8_paired(set), packed, sums);
}

void ck_int8_choose(ck_instruction_set set, const int8_t *packed, const int32_t *rows, ptrdiff_t k, ptrdiff_t n,
                    int8_t *chosen) {
  const ptrdiff_t groups = groups_of(k);
  const bool paired = ck_int8_paired(set);
  // A last group alone lies elsewhere.
  const ptrdiff_t regular = paired ? groups / 2 * 2 : groups;
  for (ptrdiff_t o = 0; o < n; o++) {
    const int8_t *from = packed + offset_of(rows[o], 0, groups, paired);
    int8_t *to = chosen + offset_of(o, 0, groups, paired);
    for (ptrdiff_t g = 0; g < regular; g++) {
      ptrdiff_t step = paired ? g / 2 * 2 * GROUP_STRIDE + g % 2 * CK_GROUP : g * GROUP_STRIDE;
      memcpy(to + step, from + step, CK_GROUP);
    }
    if (regular < groups)
      memcpy(chosen + offset_of(o, regular, groups, paired), packed + offset_of(rows[o], regular, groups, paired),
             CK_GROUP);
  }
}

CK_LOCAL_KERNEL(void, embed,
                (const int8_t *packed, ptrdiff_t k, ptrdiff_t output, bool paired, float scale, const float *position,
                 float *y),
                (packed, k, output, paired, scale, position, y)) {
  const ptrdiff_t groups = groups_of(k);
  for (ptrdiff_t i = 0; i < k; i++)
    y[i] = (float)packed[offset_of(output, i / CK_GROUP, groups, paired) + i % CK_GROUP] * scale + position[i];
}

void ck_int8_embed(ck_instruction_set set, const int8_t *packed, ptrdiff_t k, ptrdiff_t output, float scale,
                   const float *position, float *y) {
  embed(packed, k, output, ck_int8_paired(set), scale, position, y);
}

// The lanes of 16 bits in which two groups of eight outputs are summed.
enum { LANES = 16, MOST = 32767 / 127 };

CK_LOCAL_KERNEL(bool, is_tight, (const int8_t *first, const int8_t *second), (first, second)) {
  bool over = false;
  for (int l = 0; l < LANES; l++) {
    int positive = 0, negative = 0;
    for (int i = 0; i < 2; i++) {
      int a = first[2 * l + i], b = second[2 * l + i];
      positive += (a > 0 ? a : 0) + (b > 0 ? b : 0);
      negative += (a < 0 ? a : 0) + (b < 0 ? b : 0);
    }
    over |= positive > MOST || negative < -MOST;
  }
  return over;
}

void ck_int8_mark_tight(const int8_t *packed, ptrdiff_t k, ptrdiff_t n, uint8_t *tight) {
  ptrdiff_t groups = ck_int8_padded_inputs(k) / CK_GROUP, pairs = ck_int8_pairs(k);
  for (ptrdiff_t panel = 0; panel * CK_PANEL < n; panel++) {
    for (ptrdiff_t p = 0; p < pairs; p++) {
      const int8_t *from = packed + (panel * groups + 2 * p) * GROUP_STRIDE;
      uint8_t mask = 0;
      // A last group alone has room.
      for (int c = 0; c < CK_PANEL / 8 && 2 * p + 1 < groups; c++)
        mask |= (uint8_t)(is_tight(from + c * 2 * LANES, from + GROUP_STRIDE + c * 2 * LANES) << c);
      tight[panel * pairs + p] = mask;
    }
  }
}

// The bits of a float without its sign are ordered as the sizes are, infinity and NaN above all numbers.
CK_LOCAL_KERNEL(float, greatest_weight, (const float *x, ptrdiff_t k), (x, k)) {
  uint32_t greatest = 0;
  for (ptrdiff_t i = 0; i < k; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7FFFFFFF;
    greatest = bits > greatest ? bits : greatest;
  }
  float size;
  memcpy(&size, &greatest, sizeof size);
  return size;
}

// Adding and taking away 1.5 * 2^23 rounds half to even.
CK_LOCAL_KERNEL(void, quantize_weights, (const float *w, ptrdiff_t k, float factor, int8_t *q), (w, k, factor, q)) {
  for (ptrdiff_t i = 0; i < k; i++) q[i] = (int8_t)(int32_t)(w[i] * factor + 12582912.0f - 12582912.0f);
}

void ck_int8_quantize_weights(const float *weights, ptrdiff_t k, ptrdiff_t n, int levels, int8_t *q, float *scales) {
  for (ptrdiff_t o = 0; o < n; o++) {
    float greatest = greatest_weight(weights + o * k, k), factor = (float)levels / greatest;
    if (factor > 0 && factor <= FLT_MAX) {
      scales[o] = greatest / (float)levels;
      quantize_weights(weights + o * k, k, factor, q + o * k);
    } else {
      scales[o] = greatest < 1 ? 0 : greatest;
      memset(q + o * k, 0, (size_t)k);
    }
  }
}
