#include <string.h>

#include "int8_panel.h"

void ck_int8_panel_portable(const uint8_t *q, ptrdiff_t stride, const int8_t *panel, ptrdiff_t groups, int rows,
                            int32_t *sums) {
  memset(sums, 0, sizeof(int32_t) * (size_t)rows * CK_PANEL);
  for (ptrdiff_t g = 0; g < groups; g++, panel += CK_PANEL * CK_GROUP)
    for (int r = 0; r < rows; r++) {
      const uint8_t *a = q + r * stride + g * CK_GROUP;
      int32_t *row = sums + r * CK_PANEL;
      for (int o = 0; o < CK_PANEL; o++) {
        const int8_t *w = panel + o * CK_GROUP;
        row[o] += a[0] * w[0] + a[1] * w[1] + a[2] * w[2] + a[3] * w[3];
      }
    }
}
