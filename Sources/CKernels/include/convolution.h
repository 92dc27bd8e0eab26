// What stands around the products of a convolutional network.
#pragma once
#include <stddef.h>

// Gated linear unit (Dauphin et al. 2017): y (rows, n) = a * sigmoid(b), where [a ; b] = x (rows, 2n) + bias (2n).
void ck_gated_linear(const float *x, const float *bias, float *y, ptrdiff_t rows, ptrdiff_t n);

// x (n) = (x + y (n)) * sqrt(1/2): the sum of two keeps the variance of one.
void ck_blend(float *x, const float *y, ptrdiff_t n);

// x (n) *= factor
void ck_scale(float *x, float factor, ptrdiff_t n);
