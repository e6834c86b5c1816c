#include "monplug/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIGITS_MAX = 400,   /* the largest double has 309 */
	EXPONENT_ROOM = 24, /* "e-400" and a NUL, with room to spare */
	DECIMALS = 6,       /* of a measured value */
	DECIMALS_FULL = 17, /* of a bound: no double needs more above 0.1 */
	SPELLING_ROOM = 352 /* sign, 309 digits, a point of several bytes, decimals */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * strtod() wants the locale's decimal point, so it gets none: "-65.78" is
 * handed over as "-6578e-2", which every locale reads alike and rounds right.
 */
bool mp_number_read(const char **at, double *ret_value)
{
	char spelled[1 + DIGITS_MAX + EXPONENT_ROOM];
	size_t len = 0;
	size_t digits = 0;
	size_t decimals = 0;
	bool point = false;
	const char *s = *at;
	if (*s == '-')
		spelled[len++] = *s++;
	for (; is_digit(*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (++digits > DIGITS_MAX)
			return false;
		spelled[len++] = *s;
		decimals += point;
	}
	if (digits == 0)
		return false;
	snprintf(spelled + len, EXPONENT_ROOM, "e-%zu", decimals);
	double value = strtod(spelled, NULL);
	if (!isfinite(value))
		return false;
	*ret_value = value == 0 ? 0 : value;
	*at = s;
	return true;
}

/* Puts a "." where the locale's point stands, and drops what says nothing. */
static void tidy(char *spelled, size_t decimals)
{
	size_t len = strlen(spelled);
	size_t whole = strspn(spelled, "-0123456789");
	if (decimals > 0) {
		spelled[whole] = '.';
		memmove(spelled + whole + 1, spelled + len - decimals, decimals);
		len = whole + 1 + decimals;
		while (spelled[len - 1] == '0')
			len--;
		if (spelled[len - 1] == '.')
			len--;
		spelled[len] = '\0';
	}
	if (strcmp(spelled, "-0") == 0)
		memcpy(spelled, "0", sizeof "0");
}

static void spell(double value, size_t decimals, char spelled[SPELLING_ROOM])
{
	int n = snprintf(spelled, SPELLING_ROOM, "%.*f", (int)decimals, value);
	if (n < 0 || n >= SPELLING_ROOM)
		spelled[0] = '\0';
	else
		tidy(spelled, decimals);
}

static const char *give(const char *spelled, char *buffer, size_t size)
{
	size_t len = strlen(spelled);
	if (size == 0)
		return "";
	if (len >= size)
		len = 0;
	memcpy(buffer, spelled, len);
	buffer[len] = '\0';
	return buffer;
}

const char *mp_number_format(double value, char *buffer, size_t size)
{
	char spelled[SPELLING_ROOM] = "";
	if (isfinite(value))
		spell(value, DECIMALS, spelled);
	return give(spelled, buffer, size);
}

const char *mp_number_format_full(double value, char *buffer, size_t size)
{
	char spelled[SPELLING_ROOM] = "";
	if (!isfinite(value))
		return give(spelled, buffer, size);
	for (size_t decimals = 0; decimals <= DECIMALS_FULL; decimals++) {
		spell(value, decimals, spelled);
		const char *at = spelled;
		double back;
		if (mp_number_read(&at, &back) && back == value)
			break;
	}
	return give(spelled, buffer, size);
}
