// The interface of the kernels of each instruction set: one panel of 64 outputs for up to six rows.
#pragma once
#include <stdbool.h>

#include "dispatch.h"

// sums (rows, 64) = q (rows, groups * 4) · panel; q rows are `stride` bytes apart. `tight` (pairs of groups) is as
// `ck_int8_mark_tight` says, and for kernels of 7-bit activations alone. If it `goes_on`, the next panel is prefetched:
// computing with many rows leaves memory the time.
typedef void (*ck_int8_panel)(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                              ptrdiff_t groups, int rows, int32_t *sums, bool goes_on);

ck_int8_panel ck_int8_panel_kernel(ck_instruction_set set);
