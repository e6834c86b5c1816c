/* Numbers in and out, with a decimal point in every locale. */
#ifndef MONPLUG_NUMBER_H
#define MONPLUG_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

enum { MP_NUMBER_TEXT_MAX = 340 }; /* bytes that hold any double, NUL included */

/*
 * Reads a plain decimal number at *at ("-7", "0.5", ".5", "5.") and moves *at
 * past it. No exponent, hex, blank, nan, inf, plus sign. False where there is
 * no digit, and for what no double holds or takes more than 400 digits; *at
 * then stays. "-0" is 0.
 */
bool mp_number_read(const char **at, double *ret_value) MUST_CHECK;

/*
 * Writes a plain decimal number, no exponent: integers as such, others with at
 * most six decimals and no closing zeros. NaN and infinities give "".
 * Returns buffer, of MP_NUMBER_TEXT_MAX bytes or less; what does not fit gives "".
 */
const char *mp_number_format(double value, char *buffer, size_t size);

/*
 * The same with as many decimals, up to 17, as it takes to read the value back
 * unchanged: for what an operator wrote, such as a threshold.
 */
const char *mp_number_format_full(double value, char *buffer, size_t size);

#endif
