// Counts every heap allocation of the process it is linked into.
#ifndef PIM_ALLOCATION_COUNTER_H
#define PIM_ALLOCATION_COUNTER_H

#include <stdint.h>

/// Allocations since the process started; 0 where malloc cannot be interposed: anything but glibc, and under
/// sanitizers, which have an allocator of their own.
uint64_t pim_allocation_count(void);

/// Allocations of the calling thread: what others do meanwhile does not count.
uint64_t pim_thread_allocation_count(void);

/// Bytes this process has allocated and not freed, as the allocator counts them; 0 where it does not.
unsigned long pim_heap_bytes_in_use(void);

#endif
