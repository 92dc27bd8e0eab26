// The output layer: the greatest logits of a row and their sum of exponentials, read block by block.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "int8.h"

typedef struct {
  float value;
  int32_t index;
} ck_entry;

// Inserts the greatest of x (n) into entries (k), which are ordered by value, and by index on ties. x[i] has index
// first + i. Blocks come in ascending order.
void ck_add_best(const float *x, ptrdiff_t n, int32_t first, ptrdiff_t k, ck_entry *entries);

// Inserts the greatest of n entries with ascending indices.
void ck_merge_best(const ck_entry *found, ptrdiff_t n, ptrdiff_t k, ck_entry *entries);

// A sum of exponentials, as sum * exp(max): starts from -infinity and 0.
typedef struct {
  float max;
  float sum;
} ck_running_sum;

void ck_add_exponentials(const float *x, ptrdiff_t n, ck_running_sum *total);
// log(sum(exp(x))) of all that was added.
float ck_log_of(ck_running_sum total);

// MARK: Screening

// The greatest outputs of a wide float32 layer are found without reading all of its weights. Products in 8 bits bound
// every output, and only outputs that can be among the greatest are computed in float32.

// A bound of the error of 8-bit products. For inputs x, quantised with an error of length e,
// |x · w - 8-bit product| <= |x| * weight + e * input, rounding included.
typedef struct {
  float weight;
  float input;
} ck_screen_bound;

// Bounds that hold for all outputs of a panel of 64: weights (n, k), quantised with the steps `scales` (n). bounds has
// one for each of the n / 64 panels, rounded up.
void ck_screen_bounds(const float *weights, const float *scales, ptrdiff_t k, ptrdiff_t n, ck_screen_bound *bounds);

// The state of the search for one row's greatest outputs.
typedef struct {
  ptrdiff_t best;      // number of outputs searched for
  float size, error;   // |x|, and the length of its quantisation error
  float *lowest;       // (best) greatest lower bounds, greatest first; -infinity at the start
  ck_entry *found;     // (room) outputs that can be among the greatest, indices ascending, with upper bounds
  ptrdiff_t count, room;
  _Bool overflowed;    // more than `room` outputs can be among the greatest
} ck_screen_row;

// Fills in `size` and `error` of a row x (k), quantised as (q - zero) * scale.
void ck_screen_measure(const float *x, const uint8_t *q, float scale, int32_t zero, ptrdiff_t k, ck_screen_row *row);

// Searches some outputs x (n) of the 8-bit product with bias, the first of which has index `first`. bounds belong to
// their panels.
void ck_screen(const float *x, ptrdiff_t n, int32_t first, const ck_screen_bound *bounds, ck_screen_row *row);

// Drops outputs that have turned out to be too small.
void ck_screen_settle(ck_screen_row *row);

// Each entry's value becomes x (k) · weights[index] (k) + bias[index], with the bits that `ck_packed_multiply` gives
// with the same set.
void ck_exact_outputs(ck_instruction_set set, const float *x, const float *weights, const float *bias, ptrdiff_t k,
                      ptrdiff_t n, ck_entry *entries);
