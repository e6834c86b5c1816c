/* The two clocks: one that never jumps, for deadlines, and the calendar's. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/* Seconds on a clock that never goes backwards; its zero means nothing. */
double clock_steady(void);

/* Seconds since 1970, UTC. */
int64_t clock_wall(void);

/*
 * Reads an RFC 3339 time ("2025-03-23T15:48:37+08:00", fractions allowed, Z or
 * an offset required) as seconds since 1970, UTC. False for anything else.
 */
bool clock_parse_rfc3339(const char *text, int64_t *ret_seconds) MUST_CHECK;

/*
 * Writes a time as UTC: "20240909T033325Z" (basic) or "2024-09-09T03:33:25Z".
 * A year outside 1970..9999, or one that time_t does not hold, gives "".
 */
void clock_format_utc(int64_t seconds, bool basic, char buffer[32]);

#endif
