// Arithmetic that BLAS has no call for, on row-major float32. Every function runs on the calling thread and gives the
// same bits for a row whatever the other rows are. Shapes are in comments. Pointers must not overlap unless stated.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "int8.h"
#include "output.h"
#include "packed.h"
#include "recurrence.h"
#include "team.h"

typedef enum {
  CK_RELU = 0,
  CK_SWISH = 1,     // x * sigmoid(x)
  CK_GELU = 2,      // x * Phi(x), by the error function
  CK_GELU_TANH = 3,  // Hendrycks and Gimpel's tanh approximation of GELU
  CK_GELU_SIGMOID = 4,  // x * sigmoid(1.702 x), the sigmoid approximation of the same paper; Marian's "gelu"
  CK_TANH = 5,
  CK_SIGMOID = 6
} ck_activation;

// x (rows, n) += bias (n)
void ck_add_bias(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n);

// x (n) += y (n)
void ck_add(float *x, const float *y, ptrdiff_t n);

// x (rows, n) = f(x + bias (n))
void ck_add_bias_activate(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n, ck_activation f);

// y (rows, n) = f(a) * b, where [a ; b] = x (rows, 2n) + bias (2n); x is overwritten. Shazeer 2020.
void ck_gated_activate(float *x, const float *bias, float *y, ptrdiff_t rows, ptrdiff_t n, ck_activation f);

// y (rows, n) = (z - mean(z)) / sqrt(var(z) + epsilon) * scale (n) + shift (n), where z = x (rows, n) + bias (n).
// Ba et al. 2016. bias can be NULL; y can be x.
void ck_layer_norm(const float *x, const float *bias, const float *scale, const float *shift, float epsilon,
                   float *y, ptrdiff_t rows, ptrdiff_t n);

// y (rows, n) = z / sqrt(mean(z * z) + epsilon) * scale (n), where z = x (rows, n) + bias (n). Zhang and Sennrich 2019.
// bias can be NULL; y can be x.
void ck_rms_norm(const float *x, const float *bias, const float *scale, float epsilon, float *y, ptrdiff_t rows,
                 ptrdiff_t n);

// Each row of x (rows, n), rows `stride` floats apart, becomes softmax(row).
void ck_softmax(float *x, ptrdiff_t rows, ptrdiff_t n, ptrdiff_t stride);

// Scaled dot-product attention of one query over `length` positions, head by head (Vaswani et al. 2017, 3.2).
// query and out are (heads, d). Position t has its key and value (heads, d) at keys + offset and values + offset,
// where offset is cells[t] * stride, or t * stride if cells is NULL. bias (heads, length) is added to the scaled scores;
// NULL means 0. weights (heads, length) receives the softmax.
void ck_attend(const float *query, const float *keys, const float *values, const ptrdiff_t *cells, ptrdiff_t stride,
               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d, float scale, const float *bias, float *weights,
               float *out);

// Distances from a query at `place` to keys 0 ..< length, cut at ±limit: key t is at limit + clamp(t - place).
// x (length) += table (2 * limit + 1) at each key's distance
void ck_add_by_distance(const float *table, ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length, float *x);
// sums (2 * limit + 1) = sums of x (length) by distance
void ck_sum_by_distance(const float *x, ptrdiff_t limit, ptrdiff_t place, ptrdiff_t length, float *sums);

// c (m, n) = a (m, k) · b (k, n); Rows are lda, ldb and ldc floats apart. For products too small for BLAS, and with the
// same bits on every instruction set: each element is summed in the order of k.
void ck_multiply(const float *a, ptrdiff_t lda, const float *b, ptrdiff_t ldb, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,
                 float *c, ptrdiff_t ldc);

// y (columns, ldy) = x (rows, columns) transposed, times scale; zeros beyond `rows`.
void ck_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float scale, float *y,
                  ptrdiff_t ldy);

// y (n) = table row (n) * scale + position (n)
void ck_embed(const float *row, float scale, const float *position, float *y, ptrdiff_t n);
void ck_embed_int8(const int8_t *row, float scale, const float *position, float *y, ptrdiff_t n);

// MARK: Convolutional networks

// Gated linear unit (Dauphin et al. 2017): y (rows, n) = a * sigmoid(b), where [a ; b] = x (rows, 2n) + bias (2n).
void ck_gated_linear(const float *x, const float *bias, float *y, ptrdiff_t rows, ptrdiff_t n);

// x (n) = (x + y (n)) * sqrt(1/2): the sum of two keeps the variance of one.
void ck_blend(float *x, const float *y, ptrdiff_t n);

// x (n) *= factor
void ck_scale(float *x, float factor, ptrdiff_t n);

// MARK: Stored weights

// Stored weights to float32. Sources are little-endian and need no alignment.

void ck_convert_f64(const void *source, float *destination, ptrdiff_t count);
void ck_convert_f32(const void *source, float *destination, ptrdiff_t count);
// IEEE binary16, subnormal numbers, infinities and NaN included.
void ck_convert_f16(const void *source, float *destination, ptrdiff_t count);
// The upper half of a float32.
void ck_convert_bf16(const void *source, float *destination, ptrdiff_t count);

// Whether none of x (n) is infinite or NaN.
bool ck_all_finite(const float *x, ptrdiff_t n);

// MARK: Benchmarks

// Upper bounds of one core's speed, with which the kernel benchmark compares: loops that do nothing else.

// Multiply-adds on registers alone, by the current instruction set. Returns the number of operations, two per
// multiply-add; 0 if the set has no such loop.
double ck_peak_float(ptrdiff_t rounds);
// Multiply-adds of 8-bit products and 32-bit sums, likewise, by the instructions of the kernels.
double ck_peak_int8(ptrdiff_t rounds);
// Reads whole blocks of 256 bytes, in order. The result depends on all of them.
int64_t ck_read(const void *bytes, ptrdiff_t count);
