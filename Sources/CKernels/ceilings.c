#include "CKernels.h"

#include "dispatch.h"

// Enough of them to hide the latency of an instruction, few enough for the registers.
#if defined(__aarch64__)
enum { CHAINS = 24 };
#else
enum { CHAINS = 12 };
#endif

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

__attribute__((target("avx2,avxvnni"))) static double int8_avx_vnni(ptrdiff_t rounds) {
  __m256i sums[CHAINS], factor = _mm256_set1_epi8(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm256_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      sums[c] = _mm256_dpbusd_avx_epi32(sums[c], factor, factor);
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 32 * CHAINS * (double)rounds;
}

// Without VNNI: two vectors of products by `maddubs`, added in 16 bits and widened by `madd`, five instructions. The
// barriers keep the compiler from computing a product once.
__attribute__((target("avx2"))) static double int8_avx2(ptrdiff_t rounds) {
  __m256i sums[CHAINS], factor = _mm256_set1_epi8(3), ones = _mm256_set1_epi16(1);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm256_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m256i low = _mm256_maddubs_epi16(factor, factor);
      __asm__ volatile("" : "+x"(factor));
      __m256i high = _mm256_maddubs_epi16(factor, factor);
      __asm__ volatile("" : "+x"(factor));
      sums[c] = _mm256_add_epi32(sums[c], _mm256_madd_epi16(_mm256_add_epi16(low, high), ones));
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 64 * CHAINS * (double)rounds;
}

__attribute__((target("avx512f,avx512bw"))) static double int8_avx512(ptrdiff_t rounds) {
  __m512i sums[CHAINS], factor = _mm512_set1_epi8(3), ones = _mm512_set1_epi16(1);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm512_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m512i low = _mm512_maddubs_epi16(factor, factor);
      __asm__ volatile("" : "+v"(factor));
      __m512i high = _mm512_maddubs_epi16(factor, factor);
      __asm__ volatile("" : "+v"(factor));
      sums[c] = _mm512_add_epi32(sums[c], _mm512_madd_epi16(_mm512_add_epi16(low, high), ones));
      __asm__ volatile("" : "+v"(sums[c]));
    }
  return 2.0 * 128 * CHAINS * (double)rounds;
}

// SSE2, which every processor of this kind has: a product and a sum, one after another.
static double float_portable(ptrdiff_t rounds) {
  __m128 sums[CHAINS], factor = _mm_set1_ps(0.999f);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm_set1_ps((float)c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m128 product = _mm_mul_ps(factor, factor);
      __asm__ volatile("" : "+x"(product));
      sums[c] = _mm_add_ps(sums[c], product);
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 4 * CHAINS * (double)rounds;
}

static double int8_portable(ptrdiff_t rounds) {
  __m128i sums[CHAINS], factor = _mm_set1_epi16(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = _mm_set1_epi32(c);
  for (ptrdiff_t i = 0; i < rounds; i++)
    for (int c = 0; c < CHAINS; c++) {
      __m128i pairs = _mm_madd_epi16(factor, factor);
      __asm__ volatile("" : "+x"(factor));
      sums[c] = _mm_add_epi32(sums[c], pairs);
      __asm__ volatile("" : "+x"(sums[c]));
    }
  return 2.0 * 8 * CHAINS * (double)rounds;
}

double ck_peak_float(ptrdiff_t rounds) {
  ck_instruction_set set = ck_instructions();
  return set >= CK_AVX512 ? float_avx512(rounds) : set >= CK_AVX2 ? float_avx2(rounds) : float_portable(rounds);
}

double ck_peak_int8(ptrdiff_t rounds) {
  switch (ck_instructions()) {
    case CK_AVX512_VNNI: return int8_vnni(rounds);
    case CK_AVX512: return int8_avx512(rounds);
    case CK_AVX_VNNI: return int8_avx_vnni(rounds);
    case CK_AVX2: return int8_avx2(rounds);
    case CK_PORTABLE: break;
  }
  return int8_portable(rounds);
}
#elif defined(__aarch64__)
#include <arm_neon.h>

#define REPEAT(STEP)                         \
  for (ptrdiff_t i = 0; i < rounds; i++)     \
    for (int c = 0; c < CHAINS; c++) {       \
      STEP;                                  \
      __asm__ volatile("" : "+w"(sums[c]));  \
    }

double ck_peak_float(ptrdiff_t rounds) {
  float32x4_t sums[CHAINS], factor = vdupq_n_f32(0.999f);
  for (int c = 0; c < CHAINS; c++) sums[c] = vdupq_n_f32((float)c);
  REPEAT(sums[c] = vfmaq_f32(sums[c], factor, factor))
  return 2.0 * 4 * CHAINS * (double)rounds;
}

// NEON alone: two products of each lane in 16 bits, widened to 32. The barriers keep the compiler from computing a
// product once.
static double int8_portable(ptrdiff_t rounds) {
  int32x4_t sums[CHAINS];
  int8x16_t factor = vdupq_n_s8(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = vdupq_n_s32(c);
  REPEAT({
    int16x8_t products = vmull_high_s8(factor, factor);
    __asm__ volatile("" : "+w"(factor));
    sums[c] = vpadalq_s16(sums[c], vmlal_high_s8(products, factor, factor));
  })
  return 2.0 * 16 * CHAINS * (double)rounds;
}

__attribute__((target("arch=armv8.2-a+dotprod"))) static double int8_dotprod(ptrdiff_t rounds) {
  int32x4_t sums[CHAINS];
  int8x16_t factor = vdupq_n_s8(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = vdupq_n_s32(c);
  REPEAT(sums[c] = vdotq_s32(sums[c], factor, factor))
  return 2.0 * 16 * CHAINS * (double)rounds;
}

__attribute__((target("arch=armv8.2-a+i8mm"))) static double int8_i8mm(ptrdiff_t rounds) {
  int32x4_t sums[CHAINS];
  uint8x16_t factor = vdupq_n_u8(3);
  for (int c = 0; c < CHAINS; c++) sums[c] = vdupq_n_s32(c);
  REPEAT(sums[c] = vusmmlaq_s32(sums[c], factor, vreinterpretq_s8_u8(factor)))
  return 2.0 * 32 * CHAINS * (double)rounds;
}

double ck_peak_int8(ptrdiff_t rounds) {
  switch (ck_instructions()) {
    case CK_I8MM: return int8_i8mm(rounds);
    case CK_DOTPROD: return int8_dotprod(rounds);
    case CK_PORTABLE: break;
  }
  return int8_portable(rounds);
}
#else
double ck_peak_float(ptrdiff_t rounds) { return 0; }

double ck_peak_int8(ptrdiff_t rounds) { return 0; }
#endif

typedef int64_t vector __attribute__((vector_size(64), aligned(1)));

CK_KERNEL(int64_t, ck_read, (const void *bytes, ptrdiff_t count), (bytes, count)) {
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
