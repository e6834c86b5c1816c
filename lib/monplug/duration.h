/* Durations as operators write them. */
#ifndef MONPLUG_DURATION_H
#define MONPLUG_DURATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

enum { MP_DURATION_TEXT_MAX = 32 }; /* bytes that hold any, NUL included */

/*
 * Reads "90", "90s", "30m", "2h", "0.5d", "4w", "1y" (365.25 days), "250ms",
 * "10us" or a sum of them from large to small ("1h30m") as seconds. No sign,
 * no blanks, no exponent; in a sum every part has its unit, once. False for
 * anything else.
 */
bool mp_duration_parse(const char *text, double *ret_seconds) MUST_CHECK;

/*
 * Writes the two largest parts, days being the largest: "2h 5m", "3d", "45s",
 * "0s", "-5m". What is smaller is cut off, not rounded, so that a running time
 * never looks longer than it is; a second part of 0 is left out ("1d" for a
 * day and five minutes). NaN, infinities, what is beyond 1e15 seconds and what
 * does not fit give "". Returns buffer.
 */
const char *mp_duration_format(double seconds, char *buffer, size_t size);

#endif
