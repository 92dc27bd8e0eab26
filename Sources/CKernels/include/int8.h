// Products of int8 weights with activations quantised to 8 bits, or to 7 bits on sets without an instruction for sums of
// four products. 32-bit sums are exact, so that all sets of one number of bits give the same results.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Weights lie in panels of 64 outputs, [n/64][k/4][64][4], the last panel and the last four inputs filled with zeros:
// one sequential stream for the kernels. CK_I8MM reads [n/64][k/8][64][8], with an odd group of four inputs at the end as
// [64][4].
#define CK_PANEL 64
#define CK_GROUP 4

// The sets of this kind of processor, in the order of their speed.
typedef enum {
  CK_PORTABLE = 0,  // what every processor of its kind has: SSE2, NEON
#if defined(__x86_64__)
  CK_AVX2 = 1,
  CK_AVX_VNNI = 2,  // on vectors of 256 bits
  CK_AVX512 = 3,    // without VNNI
  CK_AVX512_VNNI = 4
#elif defined(__aarch64__)
  CK_DOTPROD = 1,  // sums of four products
  CK_I8MM = 2      // products of matrices of eight columns
#endif
} ck_instruction_set;

// The name that users give to a set, 0 for the first of this kind of processor; NULL after the last.
const char *ck_instruction_set_name(int set);
// Whether this processor has the set.
_Bool ck_has_instruction_set(ck_instruction_set set);
// The best set of this processor, or the lesser one that `ck_use_instruction_set` or the environment variable
// DRAGOMAN_INSTRUCTION_SET asked for.
ck_instruction_set ck_current_instruction_set(void);
// Limits kernels to the best set of this processor that is no better than `set`, for comparisons and measurements.
// Products of weights use the set that they are called with.
void ck_use_instruction_set(ck_instruction_set set);

// The bits of a set's quantised activations: 8, or 7 with AVX2 and AVX-512 without VNNI.
int ck_activation_bits(ck_instruction_set set);
// The greatest integer of quantised weights: 127, or 104 beside 7-bit activations, so that 16 bits hold nearly all sums
// of four products. The coarser steps cost less than those of the activations do.
int ck_weight_levels(ck_instruction_set set);

// Inputs rounded up to whole groups.
ptrdiff_t ck_int8_padded_inputs(ptrdiff_t k);
// Bytes of packed weights.
ptrdiff_t ck_int8_packed_size(ptrdiff_t k, ptrdiff_t n);

// Rows (n, k) of weights in 8 bits: scale (n) = max|w| / levels of the row, q = round to even(w / scale). A row too small for
// a step size becomes zeros. If a weight is not finite, neither is the scale of its row.
void ck_int8_quantize_weights(const float *weights, ptrdiff_t k, ptrdiff_t n, int levels, int8_t *q, float *scales);

// Packs n outputs from the `first` on, in the order that `set` reads. weights: one row of k an output; output first + o
// is weights + rows[o] * k, or weights + o * k if rows is NULL. sums (n) receives each output's sum of weights, which the
// product takes back out of the shifted activations. The space after the last output of the last panel stays as it was.
void ck_int8_pack(ck_instruction_set set, const int8_t *weights, const int32_t *rows, ptrdiff_t k, ptrdiff_t first,
                  ptrdiff_t n, int8_t *packed, int32_t *sums);

// Packs the n outputs `rows` of weights packed already, for the same set.
void ck_int8_choose(ck_instruction_set set, const int8_t *packed, const int32_t *rows, ptrdiff_t k, ptrdiff_t n,
                    int8_t *chosen);

// y (k) = the weights of one output packed for `set`, * scale + position (k)
void ck_int8_embed(ck_instruction_set set, const int8_t *packed, ptrdiff_t k, ptrdiff_t output, float scale,
                   const float *position, float *y);

// Groups of inputs two by two, the last one perhaps alone.
ptrdiff_t ck_int8_pairs(ptrdiff_t k);

// tight (n/64, pairs) tells where 16 bits cannot hold four products with 7-bit activations: bit c of a byte is set if
// some output 8c ..< 8c + 8 of the panel has, among inputs {0, 1, 4, 5} or {2, 3, 6, 7} of the pair, positive or negative
// weights with a sum beyond 258 = 32767 / 127.
void ck_int8_mark_tight(const int8_t *packed, ptrdiff_t k, ptrdiff_t n, uint8_t *tight);

// q (rows, padded k) = clamp(round to even(x (rows, k) * alpha), -127, 127) + 128; padding becomes 128.
void ck_quantize(const float *x, ptrdiff_t rows, ptrdiff_t k, float alpha, uint8_t *q);

// Quantises each row by its own step, the value of which goes to scales (rows); x ≈ (q - zero) * scale. In 8 bits the
// step is max|x| / 127 and the zero 128. In 7 bits, 0 ... 127, the step is (max(x, 0) - min(x, 0)) / 127, so that a row
// without negative values has steps as fine as in 8 bits. Padding becomes the zero.
void ck_quantize_rows(const float *x, ptrdiff_t rows, ptrdiff_t k, int bits, uint8_t *q, float *scales, int32_t *zeros);

typedef struct {
  const uint8_t *q;      // (rows, padded k)
  const float *scales;   // (rows); NULL means 1
  const int32_t *zeros;  // (rows); NULL means 128
} ck_int8_rows;

typedef struct {
  const int8_t *packed;  // (n/64, k/4, 64, 4)
  const uint8_t *tight;  // (n/64, pairs); NULL means everywhere. Used for 7-bit activations.
  const int32_t *sums;   // (n)
  const float *scales;   // (n)
} ck_int8_outputs;

// y (rows, n), rows `stride` floats apart, = sum of (q - zero) * weight, times (row scale * output scale); added to y if
// `accumulate`. The activations have the bits of `set`, and the weights its order.
void ck_int8_multiply(ck_instruction_set set, const ck_int8_rows *x, const ck_int8_outputs *w, ptrdiff_t rows,
                      ptrdiff_t k, ptrdiff_t n, float *y, ptrdiff_t stride, _Bool accumulate);
