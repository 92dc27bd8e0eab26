#include "CKernels.h"

#include <stdint.h>
#include <string.h>

#include "dispatch.h"

static inline float float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

void ck_convert_f64(const void *source, float *destination, ptrdiff_t count) {
  const char *bytes = source;
  for (ptrdiff_t i = 0; i < count; i++) {
    double value;
    memcpy(&value, bytes + i * 8, sizeof value);
    destination[i] = (float)value;
  }
}

void ck_convert_f32(const void *source, float *destination, ptrdiff_t count) {
  memcpy(destination, source, (size_t)count * sizeof(float));
}

// The exponent and fraction moved to their places in a float32 give the value times 2^(15 - 127); multiplying scales
// normal and subnormal numbers alike, so that the loop needs no branch and is vectorised.
void ck_convert_f16(const void *source, float *destination, ptrdiff_t count) {
  const char *bytes = source;
  for (ptrdiff_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, bytes + i * 2, sizeof half);
    uint32_t magnitude = (uint32_t)(half & 0x7FFF) << 13;
    uint32_t bits = bits_of_float(float_from_bits(magnitude) * 0x1p112f);
    bits |= magnitude >= 0x0F800000 ? 0x7F800000 : 0;  // infinity and NaN
    destination[i] = float_from_bits(bits | (uint32_t)(half & 0x8000) << 16);
  }
}

void ck_convert_bf16(const void *source, float *destination, ptrdiff_t count) {
  const char *bytes = source;
  for (ptrdiff_t i = 0; i < count; i++) {
    uint16_t upper;
    memcpy(&upper, bytes + i * 2, sizeof upper);
    destination[i] = float_from_bits((uint32_t)upper << 16);
  }
}

CK_KERNEL(bool, ck_all_finite, (const float *x, ptrdiff_t n), (x, n)) {
  uint32_t greatest = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7FFFFFFFu;
    greatest = bits > greatest ? bits : greatest;
  }
  return greatest < 0x7F800000u;
}
