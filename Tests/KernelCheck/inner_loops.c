// The kernels of one panel for a constant number of rows, each in a function of its own, so that `inner_loops.py` finds
// their inner loops in the disassembly. Compiled for arm64 and never run.
#include "../../Sources/CKernels/int8_panels_arm.c"
#include "../../Sources/CKernels/packed.c"

#define INT8 const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int32_t *sums

#define KERNELS(R)                                                                                      \
  DOTPROD void dotprod_##R(INT8) { vectors_dotprod(q, stride, panel, groups, R, 0, CK_VECTORS(R), sums); } \
  I8MM void i8mm_##R(INT8) { pairs_i8mm(q, stride, panel, groups, R, 0, OUTPUT_PAIRS((R + 1) / 2), sums); } \
  void float32_##R(const float *x, ptrdiff_t k, const float *panel, float *sums) {                      \
    rows_neon(x, k, panel, R, CK_VECTORS(R), sums);                                                     \
  }

// Without dot products, more rows are taken two at a time.
void portable_2(INT8) { vectors_neon(q, stride, panel, groups, 2, 0, sums); }

KERNELS(4)
KERNELS(5)
KERNELS(6)
