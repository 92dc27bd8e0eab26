// Comparisons of the kernels with plain loops, for processors on which Swift's tests cannot run.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

// Pseudorandom numbers, the same on every processor.
float random_float(float scale);  // -scale ... scale
int random_int(int least, int greatest);
// Memory with `count` random floats, or integers, which is never freed.
float *random_floats(ptrdiff_t count, float scale);
int8_t *random_bytes(ptrdiff_t count);
void *zeros(ptrdiff_t bytes);
float *copy_of(const float *x, ptrdiff_t count);

// Compares n floats with a twin, bit for bit, or within tolerance * (1 + |expected|). A failure names the `kernel`.
void expect_same(const char *kernel, const float *found, const float *expected, ptrdiff_t n);
void expect_near(const char *kernel, const float *found, const double *expected, ptrdiff_t n, double tolerance);
void expect_true(const char *kernel, const char *what, bool holds);

// Adds bytes to the digest of a kernel. Digests of one kernel and one class must agree on all instruction sets and
// processors.
void digest(const char *kernel, const char *class, const void *bytes, ptrdiff_t count);

// Each compares some kernels with the instructions of the current set.
void check_int8(ck_instruction_set set);
void check_floats(ck_instruction_set set);
void check_rows(void);
void check_recurrences(void);
void check_attention(void);
void check_outputs(ck_instruction_set set);
void check_conversions(void);
void check_team(void);
