// One source, compiled for several instruction sets; the loader picks at run time.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define CK_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_DISPATCH
#endif

// Sums may be taken in any order, so that they use vector registers; the order depends on the length alone.
#define CK_ANY_ORDER _Pragma("clang fp reassociate(on) contract(fast)")
