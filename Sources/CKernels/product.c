#include "CKernels.h"
#include "dispatch.h"

enum { COLUMNS = 32, ROWS = 4 };

// A block of c stays in registers while k runs; every element is summed in the order of k.
CK_INLINE void block_of_rows(const float *a, ptrdiff_t lda, const float *b, ptrdiff_t ldb, ptrdiff_t k, float *c,
                             ptrdiff_t ldc) {
  float sums[ROWS][COLUMNS] = {{0}};
  for (ptrdiff_t i = 0; i < k; i++) {
    const float *row = b + i * ldb;
    for (int r = 0; r < ROWS; r++) {
      float factor = a[r * lda + i];
      for (int j = 0; j < COLUMNS; j++) sums[r][j] += factor * row[j];
    }
  }
  for (int r = 0; r < ROWS; r++)
    for (int j = 0; j < COLUMNS; j++) c[r * ldc + j] = sums[r][j];
}

CK_INLINE void one_row(const float *a, const float *b, ptrdiff_t ldb, ptrdiff_t k, ptrdiff_t n, float *c) {
  float sums[COLUMNS] = {0};
  for (ptrdiff_t i = 0; i < k; i++)
    for (ptrdiff_t j = 0; j < n; j++) sums[j] += a[i] * b[i * ldb + j];
  for (ptrdiff_t j = 0; j < n; j++) c[j] = sums[j];
}

CK_KERNEL(void, ck_multiply,
          (const float *a, ptrdiff_t lda, const float *b, ptrdiff_t ldb, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,
           float *c, ptrdiff_t ldc),
          (a, lda, b, ldb, m, n, k, c, ldc)) {
  for (ptrdiff_t j = 0; j < n; j += COLUMNS) {
    ptrdiff_t width = n - j < COLUMNS ? n - j : COLUMNS, r = 0;
    if (width == COLUMNS)
      for (; r + ROWS <= m; r += ROWS) block_of_rows(a + r * lda, lda, b + j, ldb, k, c + r * ldc + j, ldc);
    for (; r < m; r++) one_row(a + r * lda, b + j, ldb, k, width, c + r * ldc + j);
  }
}

void ck_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float scale, float *y,
                  ptrdiff_t ldy) {
  for (ptrdiff_t r = 0; r < rows; r++)
    for (ptrdiff_t c = 0; c < columns; c++) y[c * ldy + r] = x[r * ldx + c] * scale;
  for (ptrdiff_t c = 0; c < columns; c++)
    for (ptrdiff_t r = rows; r < ldy; r++) y[c * ldy + r] = 0;
}
