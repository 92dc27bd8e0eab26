// What a row of logits comes to, read block by block.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  float value;
  int32_t place;
} ck_entry;

// entries (k), greatest first, the lower place first on ties, take in those of x (n) that are greater; x[i] has place
// first + i, and blocks come in ascending order.
void ck_add_best(const float *x, ptrdiff_t n, int32_t first, ptrdiff_t k, ck_entry *entries);

// The same for n entries that know their places, ascending.
void ck_merge_best(const ck_entry *found, ptrdiff_t n, ptrdiff_t k, ck_entry *entries);

// A sum of exponentials, as sum * exp(max): starts from -infinity and 0.
typedef struct {
  float max;
  float sum;
} ck_running_sum;

void ck_add_exponentials(const float *x, ptrdiff_t n, ck_running_sum *total);
// log(sum(exp(x))) of all that was added.
float ck_log_of(ck_running_sum total);
