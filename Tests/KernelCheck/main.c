// Usage: kernel-check SET …
// Runs every comparison once for each instruction set of this processor, which must be those named, and prints a line
// "kernel class digest" for each kernel. The exit status is 1 after a failure.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char *set_name = "";
static long comparisons, failures;

// MARK: Random values

static uint64_t state;

static uint64_t next_random(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

float random_float(float scale) { return ((float)(next_random() & 0xFFFFFF) / 8388608.0f - 1.0f) * scale; }

int random_int(int least, int greatest) { return least + (int)(next_random() % (uint64_t)(greatest - least + 1)); }

void *zeros(ptrdiff_t bytes) {
  void *memory = NULL;
  size_t size = (size_t)(bytes + 127) / 64 * 64;
  if (posix_memalign(&memory, 64, size) != 0) abort();
  return memset(memory, 0, size);
}

float *random_floats(ptrdiff_t count, float scale) {
  float *x = zeros(count * (ptrdiff_t)sizeof(float));
  for (ptrdiff_t i = 0; i < count; i++) x[i] = random_float(scale);
  return x;
}

int8_t *random_bytes(ptrdiff_t count) {
  int8_t *x = zeros(count);
  for (ptrdiff_t i = 0; i < count; i++) x[i] = (int8_t)random_int(-128, 127);
  return x;
}

float *copy_of(const float *x, ptrdiff_t count) {
  return memcpy(zeros(count * (ptrdiff_t)sizeof(float)), x, (size_t)count * sizeof(float));
}

// MARK: Comparisons

static void fail(const char *kernel, ptrdiff_t place, double found, double expected) {
  failures++;
  if (set_name[0] && failures <= 20)
    fprintf(stderr, "%s, %s: found %.9g at %td, expected %.9g\n", set_name, kernel, found, place, expected);
}

void expect_same(const char *kernel, const float *found, const float *expected, ptrdiff_t n) {
  comparisons += n;
  for (ptrdiff_t i = 0; i < n; i++)
    if (memcmp(found + i, expected + i, sizeof(float)) != 0) return fail(kernel, i, found[i], expected[i]);
}

void expect_near(const char *kernel, const float *found, const double *expected, ptrdiff_t n, double tolerance) {
  comparisons += n;
  for (ptrdiff_t i = 0; i < n; i++)
    if (!(fabs(found[i] - expected[i]) <= tolerance * (1 + fabs(expected[i]))))
      return fail(kernel, i, found[i], expected[i]);
}

void expect_true(const char *kernel, const char *what, bool holds) {
  comparisons++;
  if (holds) return;
  failures++;
  if (set_name[0]) fprintf(stderr, "%s, %s: expected that %s\n", set_name, kernel, what);
}

// A comparison that accepts everything would hide every failure.
static void check_comparisons(void) {
  float found[] = {1, 2}, other[] = {1, nextafterf(2, 3)}, missing[] = {1, NAN};
  double far[] = {1, 2.1};
  expect_same("", found, other, 2);
  expect_near("", found, far, 2, 1e-3);
  expect_near("", missing, far, 2, 1);
  expect_true("", "", false);
  if (failures != 4) {
    fprintf(stderr, "kernel-check: found %ld failures of comparisons that must fail, expected 4\n", failures);
    exit(1);
  }
  comparisons = failures = 0;
}

// MARK: Digests

typedef struct {
  char kernel[32], class[32];
  uint64_t value;
} digest_entry;

static digest_entry digests[128];
static int digest_count;

// FNV-1a (Fowler, Noll and Vo).
void digest(const char *kernel, const char *class, const void *bytes, ptrdiff_t count) {
  int i = 0;
  while (i < digest_count && (strcmp(digests[i].kernel, kernel) != 0 || strcmp(digests[i].class, class) != 0)) i++;
  if (i == digest_count) {
    if (++digest_count > (int)(sizeof digests / sizeof digests[0])) abort();
    snprintf(digests[i].kernel, sizeof digests[i].kernel, "%s", kernel);
    snprintf(digests[i].class, sizeof digests[i].class, "%s", class);
    digests[i].value = 14695981039346656037u;
  }
  uint64_t value = digests[i].value;
  for (ptrdiff_t b = 0; b < count; b++) value = (value ^ ((const uint8_t *)bytes)[b]) * 1099511628211u;
  digests[i].value = value;
}

static void print_digests(void) {
  for (int i = 0; i < digest_count; i++)
    printf("%s %s %016llx\n", digests[i].kernel, digests[i].class, (unsigned long long)digests[i].value);
  digest_count = 0;
}

// MARK: Sets

static bool is_named(const char *name, int count, char **list) {
  for (int i = 0; i < count; i++)
    if (strcmp(list[i], name) == 0) return true;
  return false;
}

static void check_set(ck_instruction_set set) {
  state = 1;
  ck_use_instruction_set(set);
  expect_true("choice", "the set asked for is used", ck_current_instruction_set() == set);
  check_int8(set);
  check_floats(set);
  check_rows();
  check_recurrences();
  check_attention();
  check_outputs(set);
  check_conversions();
}

int main(int count, char **arguments) {
  check_comparisons();
  int known = 0;
  for (int s = 0; ck_instruction_set_name(s); s++) {
    const char *name = ck_instruction_set_name(s);
    bool has = ck_has_instruction_set((ck_instruction_set)s), named = is_named(name, count - 1, arguments + 1);
    known += named;
    if (has != named && count > 1) {
      fprintf(stderr, "kernel-check: found that this processor has %s%s, expected the opposite\n", has ? "" : "no ",
              name);
      failures++;
    }
    if (!has) continue;
    const long before = failures;
    set_name = name;
    comparisons = 0;
    check_set((ck_instruction_set)s);
    print_digests();
    fprintf(stderr, "%s: %ld comparisons, %ld failures\n", set_name, comparisons, failures - before);
  }
  check_team();
  if (known != count - 1) {
    fprintf(stderr, "kernel-check: found an unknown instruction set among the arguments\n");
    failures++;
  }
  return failures ? 1 : 0;
}
