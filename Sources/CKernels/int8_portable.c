#include "int8_lanes.h"
#include "int8_panel.h"

// Eight outputs of two rows: their sums stay in registers while the inputs pass.
enum { OUTPUTS = 8, ROWS = 2 };

CK_INLINE void block(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                     int32_t *sums) {
  ck_sums total[ROWS][4];
  memset(total, 0, sizeof total);
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP) {
    ck_words w[4];
    ck_widen(panel, &w[0], &w[1]);
    ck_widen(panel + 16, &w[2], &w[3]);
    for (int r = 0; r < rows; r++) {
      ck_words a = ck_activations(q + r * stride + g * CK_GROUP);
      for (int c = 0; c < 4; c++) total[r][c] = ck_add_products(total[r][c], a, w[c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c += 2) ck_store_sums(sums + r * CK_PANEL + c * 2, total[r][c], total[r][c + 1]);
}

void ck_int8_panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                            int32_t *sums, bool goes_on) {
  for (int r = 0; r < rows; r += ROWS)
    for (int o = 0; o < CK_PANEL; o += OUTPUTS) {
      const uint8_t *a = q + r * stride;
      int32_t *out = sums + r * CK_PANEL + o;
      if (rows - r >= ROWS)
        block(a, stride, panel + o * CK_GROUP, groups, ROWS, out);
      else
        block(a, stride, panel + o * CK_GROUP, groups, 1, out);
    }
}
