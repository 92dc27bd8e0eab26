// What one core can do at most, for the kernel benchmark to compare with: loops that do nothing else.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Multiply-adds on registers alone; operations done, two each.
double ck_peak_float(ptrdiff_t rounds);
// The same with 8-bit products and 32-bit sums, by the best instructions that the kernels may use; 0 where they have
// none for it.
double ck_peak_int8(ptrdiff_t rounds);
// Reads whole blocks of 256 bytes, in order; what it returns depends on all of them.
int64_t ck_read(const void *bytes, ptrdiff_t count);
