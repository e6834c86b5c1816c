/*
 * Threshold ranges: [@][START:][END], after the Monitoring Plugins Development
 * Guidelines ("Threshold and Ranges"). START is 0 where left out and ~ is minus
 * infinity; END is infinity where left out after a colon. A value outside the
 * range alerts, one inside it with @. Both ends belong to the range.
 *
 * Where the guideline is silent: "", ":", "~", "~:" and the same behind an "@"
 * (no bound at all) and blanks anywhere are refused, a leading zero is decimal,
 * exponents, hex, nan and inf are refused, START above END is refused (so "-10",
 * which is 0:-10, too), ":5" is "0:5". A bound is below 1e24 and a spec has at
 * most 127 bytes, since nothing sensible is larger.
 */
#ifndef MONPLUG_RANGE_H
#define MONPLUG_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "monplug/state.h"

struct mp_range {
	double start; /* -INFINITY for ~ */
	double end;   /* INFINITY where open */
	bool inside;  /* @: alert inside, ends included */
};

/* Bytes that hold all that mp_range_parse() reads, NUL included. */
enum { MP_RANGE_TEXT_MAX = 80 };

/* What a bound may carry behind its digits. */
enum mp_unit {
	MP_UNIT_NONE,
	MP_UNIT_SECONDS, /* as in duration.h, with a sign; the bound becomes seconds */
	MP_UNIT_PERCENT  /* an optional % */
};

/*
 * Reads a range. On failure *ret_range is untouched and err says what was
 * wrong with which part of the spec, and what is allowed.
 */
bool mp_range_parse(const char *spec, enum mp_unit unit, struct mp_range *ret_range,
                    struct error *err) MUST_CHECK;

/* Whether the value raises the alert. NaN always does: it can't be judged. */
bool mp_range_alerts(const struct mp_range *range, double value);

/*
 * Writes the canonical spelling ("10", "10:", "~:10", "@10:20", "1:1") with a
 * decimal point in every locale, with the decimals that the bounds have. Returns
 * buffer; what does not fit gives "".
 */
const char *mp_range_format(const struct mp_range *range, char *buffer, size_t size);

/* Whether it is a plain upper bound 0..END, which every engine reads as a number. */
bool mp_range_is_plain(const struct mp_range *range);

/* WARNING, CRITICAL or OK for a value against two ranges, either may be NULL. */
enum mp_state mp_range_judge(const struct mp_range *warning,
                             const struct mp_range *critical, double value);

#endif
