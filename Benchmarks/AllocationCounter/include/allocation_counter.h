// Counts every heap allocation of the process it is linked into.
#ifndef PIM_ALLOCATION_COUNTER_H
#define PIM_ALLOCATION_COUNTER_H

#include <stdint.h>

/// Allocations since the process started; 0 where malloc cannot be interposed (anything but glibc).
uint64_t pim_allocation_count(void);

#endif
