// The interface of the kernels of each instruction set: one panel of 64 outputs for up to six rows.
#pragma once
#include <stdbool.h>

#include "dispatch.h"

// sums (rows, 64) = (q (rows, groups * 4) - ck_int8_shift) · panel; q rows are `stride` bytes apart. `tight` (pairs of
// groups) is as `ck_int8_mark_tight` says, and for kernels of 7-bit activations alone. If it `goes_on`, the next panel is
// prefetched: computing with many rows leaves memory the time.
typedef void (*ck_int8_panel)(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight,
                              ptrdiff_t groups, int rows, int32_t *sums, bool goes_on);

#define CK_PANEL_KERNEL(NAME)                                                                                  \
  void NAME(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, const uint8_t *tight, ptrdiff_t groups,   \
            int rows, int32_t *sums, bool goes_on)

CK_PANEL_KERNEL(ck_panel_portable);
#if defined(__x86_64__)
CK_PANEL_KERNEL(ck_panel_avx2);
CK_PANEL_KERNEL(ck_panel_avx_vnni);
CK_PANEL_KERNEL(ck_panel_avx512);
CK_PANEL_KERNEL(ck_panel_avx512_vnni);
#elif defined(__aarch64__)
CK_PANEL_KERNEL(ck_panel_dotprod);
CK_PANEL_KERNEL(ck_panel_i8mm);
#endif

ck_int8_panel ck_int8_panel_kernel(ck_instruction_set set);

// The number that the kernel of a set takes from activations before it multiplies them.
CK_INLINE int32_t ck_int8_shift(ck_instruction_set set) {
#if defined(__aarch64__)
  return set == CK_I8MM ? 0 : 128;
#else
  return 0;
#endif
}

// Whether panels of a set are paired: [n/64][k/8][64][8], a last group alone as [64][4].
CK_INLINE bool ck_int8_paired(ck_instruction_set set) {
#if defined(__aarch64__)
  return set == CK_I8MM;
#else
  return false;
#endif
}
