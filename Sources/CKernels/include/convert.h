// Stored weights to float32. Sources are little-endian and need no alignment.
#pragma once
#include <stdbool.h>
#include <stddef.h>

void ck_convert_f64(const void *source, float *destination, ptrdiff_t count);
void ck_convert_f32(const void *source, float *destination, ptrdiff_t count);
// IEEE binary16, subnormal numbers, infinities and NaN included.
void ck_convert_f16(const void *source, float *destination, ptrdiff_t count);
// The upper half of a float32.
void ck_convert_bf16(const void *source, float *destination, ptrdiff_t count);

// Whether none of x (n) is infinite or NaN.
bool ck_all_finite(const float *x, ptrdiff_t n);
