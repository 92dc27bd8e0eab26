// The greatest outputs of a wide float32 layer, without reading all of its weights: products in 8 bits say, within
// bounds that hold, which outputs can be among the greatest; these alone are computed in float32.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "best.h"

// How far 8-bit weights can lead astray: for inputs x, quantised with an error of length e,
// |x · w - what the 8-bit product gives| <= |x| * weight + e * input, rounding included.
typedef struct {
  float weight;
  float input;
} ck_screen_bound;

// Bounds that hold for all outputs of a panel of 64: weights (n, k), quantised with the steps `scales` (n). bounds has
// one for each of the n / 64 panels, rounded up.
void ck_screen_bounds(const float *weights, const float *scales, ptrdiff_t k, ptrdiff_t n, ck_screen_bound *bounds);

// What is known of a row's greatest outputs while blocks of them go by.
typedef struct {
  ptrdiff_t best;      // how many are looked for
  float size, error;   // |x|, and the length of what quantising took from it
  float *lowest;       // (best) the greatest of what outputs come to at least, greatest first; -infinity at the start
  ck_entry *found;     // (room) outputs that may be among the greatest, places ascending, with what they come to at most
  ptrdiff_t count, room;
  _Bool overflowed;    // more than `room` may be
} ck_screen_row;

// Fills in `size` and `error` of a row x (k), quantised as q with step `scale`.
void ck_screen_measure(const float *x, const uint8_t *q, float scale, ptrdiff_t k, ck_screen_row *row);

// Looks through some outputs, x (n) as the 8-bit product with bias gave them, the first having place `first`; bounds are
// those of its panels.
void ck_screen(const float *x, ptrdiff_t n, int32_t first, const ck_screen_bound *bounds, ck_screen_row *row);

// Drops what has turned out too small.
void ck_screen_settle(ck_screen_row *row);

// Each entry's value becomes x (k) · weights[place] (k) + bias[place], with the bits that `ck_packed_multiply` gives.
void ck_exact_outputs(const float *x, const float *weights, const float *bias, ptrdiff_t k, ptrdiff_t n,
                      ck_entry *entries);
