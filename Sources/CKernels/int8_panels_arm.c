// One panel of 64 outputs for up to six rows, by the instructions of arm64 processors.
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "int8_panel.h"

#if defined(__aarch64__)
#include <arm_neon.h>

enum { GROUP_BYTES = CK_PANEL * CK_GROUP };

// Signed activations q - 128, -127 ... 127.
CK_INLINE int8x16_t centred(uint8x16_t q) { return vreinterpretq_s8_u8(veorq_u8(q, vdupq_n_u8(0x80))); }

CK_INLINE uint32_t four_bytes(const uint8_t *q) {
  uint32_t four;
  memcpy(&four, q, sizeof four);
  return four;
}

// NEON, which every processor of this kind has.
//
// Two products of signed bytes fit in 16 bits: 2 * 127 * 128 < 32768. So `smull` and `smlal` multiply, and `sadalp`
// widens the sums to 32 bits: three instructions for sixteen products. A vector of four outputs has two sums of each.

// Four activations, four times.
CK_INLINE int8x16_t group_neon(const uint8_t *q) {
  return centred(vreinterpretq_u8_u32(vdupq_n_u32(four_bytes(q))));
}

// One or two rows of four vectors of four outputs, from the vector `first` on.
CK_INLINE void vectors_neon(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                            int first, int32_t *sums) {
  enum { vectors = 4 };
  int32x4_t low[2][vectors], high[2][vectors];
  ptrdiff_t g = 0;
  panel += first * 16;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) low[r][v] = high[r][v] = vdupq_n_s32(0);
  for (; g + 2 <= groups; g += 2, panel += 2 * GROUP_BYTES) {
    int8x16_t a[2][2];
    for (int r = 0; r < rows; r++)
      for (int h = 0; h < 2; h++) a[r][h] = group_neon(q + r * stride + (g + h) * CK_GROUP);
    for (int v = 0; v < vectors; v++) {
      int8x16_t w = vld1q_s8(panel + v * 16), next = vld1q_s8(panel + GROUP_BYTES + v * 16);
      for (int r = 0; r < rows; r++) {
        int16x8_t products = vmull_s8(vget_low_s8(w), vget_low_s8(a[r][0]));
        low[r][v] = vpadalq_s16(low[r][v], vmlal_s8(products, vget_low_s8(next), vget_low_s8(a[r][1])));
        products = vmull_high_s8(w, a[r][0]);
        high[r][v] = vpadalq_s16(high[r][v], vmlal_high_s8(products, next, a[r][1]));
      }
    }
  }
  if (g < groups)
    for (int r = 0; r < rows; r++) {
      int8x16_t a = group_neon(q + r * stride + g * CK_GROUP);
      for (int v = 0; v < vectors; v++) {
        int8x16_t w = vld1q_s8(panel + v * 16);
        low[r][v] = vpadalq_s16(low[r][v], vmull_s8(vget_low_s8(w), vget_low_s8(a)));
        high[r][v] = vpadalq_s16(high[r][v], vmull_high_s8(w, a));
      }
    }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++)
      vst1q_s32(sums + r * CK_PANEL + (first + v) * 4, vpaddq_s32(low[r][v], high[r][v]));
}

void ck_panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight, ptrdiff_t groups,
                       int rows, int32_t *sums, bool goes_on) {
  for (int r = 0; r < rows; r += 2)
    for (int v = 0; v < 16; v += 4) {
      if (r + 1 < rows)
        vectors_neon(q + r * stride, stride, panel, groups, 2, v, sums + r * CK_PANEL);
      else
        vectors_neon(q + r * stride, stride, panel, groups, 1, v, sums + r * CK_PANEL);
    }
}

// Dot products: `sdot` adds four products to each of four sums, and takes the activations from a quarter of a register.

#define DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))

DOTPROD CK_INLINE void vectors_dotprod(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups,
                                       int rows, int first, int vectors, int32_t *sums) {
  int32x4_t total[CK_ROWS][16];
  ptrdiff_t g = 0;
  panel += first * 16;
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) total[r][v] = vdupq_n_s32(0);
  for (; g + 4 <= groups; g += 4, panel += 4 * GROUP_BYTES) {
    int8x16_t a[CK_ROWS];
    for (int r = 0; r < rows; r++) a[r] = centred(vld1q_u8(q + r * stride + g * CK_GROUP));
#define GROUP(LANE)                                                       \
  for (int v = 0; v < vectors; v++) {                                     \
    int8x16_t w = vld1q_s8(panel + LANE * GROUP_BYTES + v * 16);          \
    for (int r = 0; r < rows; r++)                                        \
      total[r][v] = vdotq_laneq_s32(total[r][v], w, a[r], LANE);          \
  }
    GROUP(0)
    GROUP(1)
    GROUP(2)
    GROUP(3)
#undef GROUP
  }
  for (; g < groups; g++, panel += GROUP_BYTES)
    for (int r = 0; r < rows; r++) {
      int8x16_t a = group_neon(q + r * stride + g * CK_GROUP);
      for (int v = 0; v < vectors; v++) total[r][v] = vdotq_s32(total[r][v], vld1q_s8(panel + v * 16), a);
    }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) vst1q_s32(sums + r * CK_PANEL + (first + v) * 4, total[r][v]);
}

DOTPROD void ck_panel_dotprod(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                              ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R)                               \
  for (int v = 0; v < 16; v += CK_VECTORS(R)) \
  vectors_dotprod(q, stride, panel, groups, R, v, CK_VECTORS(R), sums)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}

// Products of matrices: `usmmla` multiplies two rows of eight activations by two outputs of eight weights, which lie
// beside each other in paired panels.

#define I8MM __attribute__((target("arch=armv8.2-a+i8mm")))

// Pairs of outputs whose sums stay in registers beside so many pairs of rows.
#define OUTPUT_PAIRS(P) ((P) == 1 ? 16 : 8)

// Adds products of eight inputs to sums of pairs of outputs for pairs of rows.
I8MM CK_INLINE void add_eight(const uint8_t *const *row, ptrdiff_t at, const int8_t *panel, int pairs, int outputs,
                              int32x4_t (*total)[16]) {
  uint8x16_t a[CK_ROWS / 2];
  for (int p = 0; p < pairs; p++) a[p] = vcombine_u8(vld1_u8(row[2 * p] + at), vld1_u8(row[2 * p + 1] + at));
  for (int v = 0; v < outputs; v++) {
    int8x16_t w = vld1q_s8(panel + v * 16);
    for (int p = 0; p < pairs; p++) total[p][v] = vusmmlaq_s32(total[p][v], a[p], w);
  }
}

// Pairs of outputs from `first` on. The last of an odd number of rows is computed twice.
I8MM CK_INLINE void pairs_i8mm(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                               int first, int outputs, int32_t *sums) {
  int32x4_t total[CK_ROWS / 2][16];
  const uint8_t *row[CK_ROWS];
  const int pairs = (rows + 1) / 2;
  ptrdiff_t g = 0;
  for (int r = 0; r < 2 * pairs; r++) row[r] = q + (r < rows ? r : rows - 1) * stride;
  for (int p = 0; p < pairs; p++)
    for (int v = 0; v < outputs; v++) total[p][v] = vdupq_n_s32(0);
  panel += first * 16;
  // Three pairs of rows leave no registers for two steps.
  if (pairs < 3)
    for (; g + 4 <= groups; g += 4, panel += 4 * GROUP_BYTES) {
      add_eight(row, g * CK_GROUP, panel, pairs, outputs, total);
      add_eight(row, (g + 2) * CK_GROUP, panel + 2 * GROUP_BYTES, pairs, outputs, total);
    }
  for (; g + 2 <= groups; g += 2, panel += 2 * GROUP_BYTES)
    add_eight(row, g * CK_GROUP, panel, pairs, outputs, total);
  // A group alone is widened to eight inputs by zeros.
  if (g < groups) {
    panel -= first * 8;
    for (int p = 0; p < pairs; p++) {
      uint64x2_t a = {four_bytes(row[2 * p] + g * CK_GROUP), four_bytes(row[2 * p + 1] + g * CK_GROUP)};
      for (int v = 0; v < outputs; v++) {
        uint64x2_t w = vmovl_u32(vreinterpret_u32_s8(vld1_s8(panel + v * 8)));
        total[p][v] = vusmmlaq_s32(total[p][v], vreinterpretq_u8_u64(a), vreinterpretq_s8_u64(w));
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < outputs; v += 2) {
      int64x2_t one = vreinterpretq_s64_s32(total[r / 2][v]), two = vreinterpretq_s64_s32(total[r / 2][v + 1]);
      vst1q_s32(sums + r * CK_PANEL + (first + v) * 2,
                vreinterpretq_s32_s64(r % 2 ? vzip2q_s64(one, two) : vzip1q_s64(one, two)));
    }
}

I8MM void ck_panel_i8mm(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                        ptrdiff_t groups, int rows, int32_t *sums, bool goes_on) {
#define STEP(R)                                           \
  for (int v = 0; v < 32; v += OUTPUT_PAIRS((R + 1) / 2)) \
  pairs_i8mm(q, stride, panel, groups, R, v, OUTPUT_PAIRS((R + 1) / 2), sums)
  CK_FOR_ROWS(rows, STEP)
#undef STEP
}
#endif
