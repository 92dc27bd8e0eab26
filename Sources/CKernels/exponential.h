// exp and erf written so that compilers can put them into vector registers.
#pragma once
#include <stdint.h>
#include <string.h>

#include "dispatch.h"

// e^x within 2 units in the last place; 0 below -87.3, finite above 88. NaN stays NaN.
CK_INLINE float ck_exp(float x) {
  x = x < -87.33654f ? -87.33654f : x;
  x = x > 88.37f ? 88.37f : x;
  // x = n ln 2 + r with |r| <= ln 2 / 2; adding and taking away 1.5 * 2^23 rounds to the nearest whole number, which
  // then is in the lowest bits of the sum.
  float shifted = x * 1.44269504f + 12582912.0f;
  float n = shifted - 12582912.0f;
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  float value = p * r * r + r + 1.0f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4B400000u + 127u) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return value * power;
}

// Abramowitz and Stegun 7.1.26: within 1.5e-7.
CK_INLINE float ck_erf(float x) {
  float a = x < 0 ? -x : x;
  float t = 1.0f / (1.0f + 0.3275911f * a);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float y = 1.0f - p * t * ck_exp(-a * a);
  return x < 0 ? -y : y;
}
