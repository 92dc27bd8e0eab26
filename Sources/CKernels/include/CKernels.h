// Arithmetic that BLAS has no call for, on row-major float32. Every function runs on the calling thread and gives the
// same bits for a row whatever rows stand beside it. Shapes are in comments; pointers must not overlap unless said.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "best.h"
#include "ceilings.h"
#include "convert.h"
#include "convolution.h"
#include "int8.h"
#include "packed.h"
#include "recurrence.h"
#include "screen.h"
#include "team.h"

typedef enum {
  CK_RELU = 0,
  CK_SWISH = 1,     // x * sigmoid(x)
  CK_GELU = 2,      // x * Phi(x), by the error function
  CK_GELU_TANH = 3,  // Hendrycks and Gimpel's approximation of it
  CK_GELU_SIGMOID = 4  // x * sigmoid(1.702 x), the same paper's other one; Marian's "gelu"
} ck_activation;

// x (rows, n) += bias (n)
void ck_add_bias(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n);

// x (n) += y (n)
void ck_add(float *x, const float *y, ptrdiff_t n);

// x (rows, n) = f(x + bias (n))
void ck_add_bias_activate(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n, ck_activation f);

// y (rows, n) = (z - mean(z)) / sqrt(var(z) + epsilon) * scale (n) + shift (n), where z = x (rows, n) + bias (n).
// Ba et al. 2016. bias may be NULL; y may be x.
void ck_layer_norm(const float *x, const float *bias, const float *scale, const float *shift, float epsilon,
                   float *y, ptrdiff_t rows, ptrdiff_t n);

// Each row of x (rows, n), rows `stride` floats apart, becomes softmax(row).
void ck_softmax(float *x, ptrdiff_t rows, ptrdiff_t n, ptrdiff_t stride);

// Scaled dot-product attention of one query over `length` positions, head by head (Vaswani et al. 2017, 3.2).
// query and out are (heads, d). Position t has its key and value (heads, d) at keys + offset and values + offset,
// where offset is cells[t] * stride, or t * stride where cells is NULL. weights (heads, length) receives the softmax.
void ck_attend(const float *query, const float *keys, const float *values, const ptrdiff_t *cells, ptrdiff_t stride,
               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t d, float scale, float *weights, float *out);

// c (m, n) = a (m, k) · b (k, n); lda … are the distances between rows. For products too small for BLAS, and with the
// same bits on every instruction set: each element is summed in the order of k.
void ck_multiply(const float *a, ptrdiff_t lda, const float *b, ptrdiff_t ldb, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,
                 float *c, ptrdiff_t ldc);

// y (columns, ldy) = x (rows, columns) transposed, times scale; zeros beyond `rows`.
void ck_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float scale, float *y,
                  ptrdiff_t ldy);

// y (n) = table row (n) * scale + position (n)
void ck_embed(const float *row, float scale, const float *position, float *y, ptrdiff_t n);
void ck_embed_int8(const int8_t *row, float scale, const float *position, float *y, ptrdiff_t n);

// One step of a simple recurrent unit (Kim et al. 2019): candidate_gate (rows, 2n) holds x W and x Wf, gate_bias (n) is
// bf; cell (rows, n) becomes f * cell + (1 - f) * candidate with f = sigmoid(gate + bf); hidden (rows, n) = relu(cell).
void ck_simple_recurrence(const float *candidate_gate, const float *gate_bias, float *cell, float *hidden,
                          ptrdiff_t rows, ptrdiff_t n);
