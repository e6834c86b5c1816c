/* Numbers as JSON writes them, and what a double makes of them. */
#ifndef NET_JSON_NUMBER_H
#define NET_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/*
 * Whether a number's text (that is well-formed) has a fraction which `value`, the double
 * nearest to it, has not: 1e-400 is not 0, and 1.99999999999999999999 is not 2.
 */
bool net_json_rounds(const char *text, size_t len, double value) MUST_CHECK;

/* The next number of a document at or behind `at` that is written with a point or an
   exponent; its length, 0 where there is none. What stands in strings is none. */
size_t net_json_next_real(const char *body, size_t len, size_t *at) MUST_CHECK;

#endif
