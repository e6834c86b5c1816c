/*
 * Memory that runs out when a test says so. The test program is linked with
 * -Wl,--wrap=malloc, and so for calloc, realloc, strdup and strndup: every
 * allocation of our own objects (not of shared libraries) comes by here.
 */
#ifndef TESTS_ALLOC_H
#define TESTS_ALLOC_H

/* After `count` more allocations every one fails, until alloc_restore(). */
void alloc_fail_after(unsigned long count);

/* Ends that; returns how many allocations were refused. */
unsigned long alloc_restore(void);

#endif
