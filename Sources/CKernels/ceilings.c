#include "CKernels.h"

#include "dispatch.h"
#include "include/int8.h"

// Enough of them to hide the latency of an instruction, few enough for the registers.
enum { CHAINS = 12 };

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f"))) static double float_avx512(ptrdiff_t rounds) {
  __m512 sums[CHAINS], factor = _mm512_set1_ps(0.999f);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm512_set1_ps((float)c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      sums[c] = _mm512_fmadd_ps(sums[c], factor, factor);
      __asm__ volatile("" : "+v"(sums[c]));
    }
  return 2.0 * 16 * CHAINS * (double)rounds;
}

__attribute__((target("avx2,fma"))) static double float_avx2(ptrdiff_t rounds) {
  __m256 sums[CHAINS], factor = _mm256_set1_ps(0.999f);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm256_set1_ps((float)c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      sums[c] = _mm256_fmadd_ps(sums[c], factor, factor);
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 8 * CHAINS * (double)rounds;
}

__attribute__((target("avx512f,avx512vnni"))) static double int8_vnni(ptrdiff_t rounds) {
  __m512i sums[CHAINS], factor = _mm512_set1_epi8(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm512_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      sums[c] = _mm512_dpbusd_epi32(sums[c], factor, factor);
      __asm__ volatile("" : "+v"(sums[c]));
    }
  return 2.0 * 64 * CHAINS * (double)rounds;
}

// Products of 8-bit numbers widened to 16 bits: what is exact without VNNI.
__attribute__((target("avx2"))) static double int8_avx2(ptrdiff_t rounds) {
  __m256i sums[CHAINS], factor = _mm256_set1_epi16(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm256_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m256i pairs = _mm256_madd_epi16(factor, factor);
      // Without this the product would be computed once.
      __asm__ volatile("" : "+x"(factor));
      sums[c] = _mm256_add_epi32(sums[c], pairs);
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 16 * CHAINS * (double)rounds;
}

__attribute__((target("avx512f,avx512bw"))) static double int8_avx512(ptrdiff_t rounds) {
  __m512i sums[CHAINS], factor = _mm512_set1_epi16(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm512_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m512i pairs = _mm512_madd_epi16(factor, factor);
      __asm__ volatile("" : "+v"(factor));
      sums[c] = _mm512_add_epi32(sums[c], pairs);
      __asm__ volatile("" : "+v"(sums[c]));
    }
  return 2.0 * 32 * CHAINS * (double)rounds;
}

double ck_peak_float(ptrdiff_t rounds) {
  if (__builtin_cpu_supports("avx512f")) return float_avx512(rounds);
  return __builtin_cpu_supports("fma") ? float_avx2(rounds) : 0;
}

double ck_peak_int8(ptrdiff_t rounds) {
  switch (ck_current_instruction_set()) {
    case CK_AVX512_VNNI: return int8_vnni(rounds);
    case CK_AVX512: return int8_avx512(rounds);
    case CK_AVX2: return int8_avx2(rounds);
    default: return 0;
  }
}
#else
double ck_peak_float(ptrdiff_t rounds) { return 0; }

double ck_peak_int8(ptrdiff_t rounds) { return 0; }
#endif

typedef int64_t vector __attribute__((vector_size(64), aligned(1)));

CK_DISPATCH
int64_t ck_read(const void *bytes, ptrdiff_t count) {
  const vector *from = bytes;
  vector a = {0}, b = {0}, c = {0}, d = {0};
  for (ptrdiff_t i = 0; i + 4 <= count / (ptrdiff_t)sizeof(vector); i += 4) {
    a ^= from[i];
    b ^= from[i + 1];
    c ^= from[i + 2];
    d ^= from[i + 3];
  }
  a ^= b ^ c ^ d;
  int64_t all = 0;
  for (int l = 0; l < 8; l++) all ^= a[l];
  return all;
}
