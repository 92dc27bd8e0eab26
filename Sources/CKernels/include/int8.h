// Products of int8 weights with activations quantised to 8 bits: exact 32-bit sums, so that every instruction set gives
// the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Weights lie in panels of 64 outputs, [n/64][k/4][64][4], the last panel and the last four inputs filled with zeros:
// one sequential stream for the kernels.
#define CK_PANEL 64
#define CK_GROUP 4

typedef enum { CK_PORTABLE = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_AVX512_VNNI = 3 } ck_instruction_set;

// The best set of this processor, or the lesser one that `ck_use_instruction_set` asked for.
ck_instruction_set ck_current_instruction_set(void);
// Limits the set, for comparisons and measurements. Not for use while products run. Products of float32 keep to it too,
// but use AVX2 at least.
void ck_use_instruction_set(ck_instruction_set set);

// Inputs rounded up to whole groups.
ptrdiff_t ck_int8_padded_inputs(ptrdiff_t k);
// Bytes of packed weights.
ptrdiff_t ck_int8_packed_size(ptrdiff_t k, ptrdiff_t n);

// Rows (n, k) of weights in 8 bits: scale (n) = max|w| / 127 of the row, q = round to even(w / scale). A row too small for
// a step size becomes zeros. If a weight is not finite, neither is the scale of its row.
void ck_int8_quantize_weights(const float *weights, ptrdiff_t k, ptrdiff_t n, int8_t *q, float *scales);

// Packs n outputs from the `first` on. weights: one row of k an output; output first + o is weights + rows[o] * k, or
// weights + o * k if rows is NULL. sums (n) receives each output's sum of weights, which the product takes back out of
// the shifted activations. The space after the last output of the last panel stays as it was.
void ck_int8_pack(const int8_t *weights, const int32_t *rows, ptrdiff_t k, ptrdiff_t first, ptrdiff_t n, int8_t *packed,
                  int32_t *sums);

// Packs the n outputs `rows` of weights packed already.
void ck_int8_choose(const int8_t *packed, const int32_t *rows, ptrdiff_t k, ptrdiff_t n, int8_t *chosen);

// y (k) = the weights of one packed output * scale + position (k)
void ck_int8_embed(const int8_t *packed, ptrdiff_t k, ptrdiff_t output, float scale, const float *position, float *y);

// q (rows, padded k) = clamp(round to even(x (rows, k) * alpha), -127, 127) + 128; padding becomes 128.
void ck_quantize(const float *x, ptrdiff_t rows, ptrdiff_t k, float alpha, uint8_t *q);

// Quantises with alpha = 127 / max|x| of each row; scales (rows) receives 1 / alpha.
void ck_quantize_rows(const float *x, ptrdiff_t rows, ptrdiff_t k, uint8_t *q, float *scales);

// y (rows, n), rows `stride` floats apart, = sum of (q - 128) * weight, times (row scale * column scale); added to y
// if `accumulate`. row_scales NULL means 1.
void ck_int8_multiply(const uint8_t *q, const int8_t *packed, const int32_t *sums, ptrdiff_t rows, ptrdiff_t k,
                      ptrdiff_t n, const float *row_scales, const float *column_scales, float *y, ptrdiff_t stride,
                      _Bool accumulate);
