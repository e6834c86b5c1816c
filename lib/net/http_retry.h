/* How long to wait before the next try. */
#ifndef NET_HTTP_RETRY_H
#define NET_HTTP_RETRY_H

#include <stdint.h>

/* Seconds of the `retries`-th wait (from 0): 0.25 doubling up to 8, each +-50 % at
   random, so that checks which failed together do not come back together. */
double net_backoff(unsigned retries, uint64_t *random);

/*
 * Reads Retry-After: seconds, or an HTTP date, which is taken relative to the
 * answer's own Date (NULL where absent) so that a wrong clock here does no
 * harm. Negative where there is none or it cannot be read.
 */
double net_retry_after(const char *value, const char *date);

#endif
