// Float32 products with weights packed once, in the order that the kernels read. OpenBLAS packs them on every call.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "int8.h"

// Whether these kernels are used. If not, BLAS multiplies.
bool ck_packed_available(void);
// Leaves later products to BLAS, for comparisons and measurements.
void ck_packed_disable(void);

// Floats of packed weights: panels of 64 outputs, [n/64][k][64], the last panel filled with zeros.
ptrdiff_t ck_packed_size(ptrdiff_t k, ptrdiff_t n);

// Packs weights (n, k), one row per output, as outputs first ... of a packed matrix.
void ck_pack(const float *weights, ptrdiff_t k, ptrdiff_t first, ptrdiff_t n, float *packed);

// y (rows, n), rows `stride` floats apart, = x (rows, k) · Wᵀ; added to y if `accumulate`. Every element is summed in
// the order of k, so a row's bits do not depend on the other rows. Multiply-adds are fused on every processor that has an
// instruction for them, and so give the same bits there.
void ck_packed_multiply(ck_instruction_set set, const float *x, const float *packed, ptrdiff_t rows, ptrdiff_t k,
                        ptrdiff_t n, float *y, ptrdiff_t stride, bool accumulate);
