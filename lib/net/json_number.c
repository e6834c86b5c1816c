#include "net/json_number.h"

#include <math.h>

enum { EXPONENT_MAX = 1000000 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The exponent at text, "+5" or "-400" or "3". One without end counts as EXPONENT_MAX. */
static long read_exponent(const char *text, size_t len)
{
	long exponent = 0;
	bool negative = len > 0 && *text == '-';
	for (size_t i = len > 0 && !is_digit(*text); i < len; i++)
		if (exponent < EXPONENT_MAX)
			exponent = exponent * 10 + (text[i] - '0');
	return negative ? -exponent : exponent;
}

/* Whether the last digit that is not 0 stands behind the point. */
static bool has_fraction(const char *text, size_t len)
{
	long behind = 0; /* digits behind the point */
	long place = 0;  /* the power of ten of the last digit that is not 0 */
	bool point = false;
	bool none = true;
	size_t i = 0;
	for (; i < len && text[i] != 'e' && text[i] != 'E'; i++) {
		point = point || text[i] == '.';
		if (!is_digit(text[i]))
			continue;
		behind += point;
		place += !point;
		if (text[i] != '0') {
			place = -behind;
			none = false;
		}
	}
	return !none &&
	       place + (i < len ? read_exponent(text + i + 1, len - i - 1) : 0) < 0;
}

bool net_json_rounds(const char *text, size_t len, double value)
{
	return trunc(value) == value && has_fraction(text, len);
}

size_t net_json_next_real(const char *body, size_t len, size_t *at)
{
	bool in_string = false;
	for (size_t i = *at; i < len; i++) {
		if (body[i] == '"') {
			in_string = !in_string;
		} else if (in_string) {
			i += body[i] == '\\'; /* what follows ends no string */
		} else if (is_digit(body[i])) {
			bool real = false;
			*at = i;
			for (; i < len &&
			       (is_digit(body[i]) || body[i] == '.' || body[i] == 'e' ||
			        body[i] == 'E' || body[i] == '+' || body[i] == '-');
			     i++)
				real = real || !is_digit(body[i]);
			if (real)
				return i - *at;
			i--;
		}
	}
	return 0;
}
