#include "dispatch.h"
#include "include/best.h"

CK_DISPATCH
static int any_above(const float *x, ptrdiff_t n, float bar) {
  int found = 0;
  for (ptrdiff_t i = 0; i < n; i++) found |= x[i] > bar;
  return found;
}

static void insert(ck_entry new, ptrdiff_t k, ck_entry *entries) {
  ptrdiff_t place = k - 1;
  for (; place > 0 && entries[place - 1].value < new.value; place--) entries[place] = entries[place - 1];
  entries[place] = new;
}

void ck_add_best(const float *x, ptrdiff_t n, int32_t first, ptrdiff_t k, ck_entry *entries) {
  // Whole blocks are passed over while nothing in them beats the least of the best.
  const ptrdiff_t block = 256;
  for (ptrdiff_t start = 0; start < n; start += block) {
    ptrdiff_t end = start + block < n ? start + block : n;
    if (!any_above(x + start, end - start, entries[k - 1].value)) continue;
    for (ptrdiff_t i = start; i < end; i++)
      if (x[i] > entries[k - 1].value) insert((ck_entry){x[i], first + (int32_t)i}, k, entries);
  }
}

void ck_merge_best(const ck_entry *found, ptrdiff_t n, ptrdiff_t k, ck_entry *entries) {
  for (ptrdiff_t i = 0; i < n; i++)
    if (found[i].value > entries[k - 1].value) insert(found[i], k, entries);
}
