#pragma once
#include <stdint.h>

/// Sets the instruction counter of Callgrind to zero. Does nothing outside Valgrind.
void cost_zero(void);

/// Lets Callgrind write what it has counted since `cost_zero` to its next output file. Does nothing outside Valgrind.
void cost_dump(void);

/// Forgets the peak of `cost_peak_bytes` so far.
/// - Returns: the bytes of the heap that are in use.
int64_t cost_reset_peak(void);

/// The most bytes of the heap that were in use at once since `cost_reset_peak`.
int64_t cost_peak_bytes(void);
