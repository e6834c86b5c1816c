#include "monplug/duration.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "monplug/number.h"

/* From large to small; by value * times / parts, so that "250ms" is exact. */
static const struct unit {
	const char *name;
	double times;
	double parts;
} units[] = {
    {"y", 31557600, 1}, {"w", 604800, 1}, {"d", 86400, 1}, {"h", 3600, 1},
    {"m", 60, 1},       {"s", 1, 1},      {"ms", 1, 1e3},  {"us", 1, 1e6},
};

/* The unit that is named by all letters at *at, which moves past them. */
static bool read_unit(const char **at, size_t *ret_unit)
{
	size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyz");
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, *at, len) == 0) {
			*at += len;
			*ret_unit = i;
			return true;
		}
	}
	return false;
}

bool mp_duration_parse(const char *text, double *ret_seconds)
{
	const char *at = text;
	double sum = 0;
	size_t largest = 0; /* the largest unit that may still come */
	do {
		double value;
		size_t unit;
		if (*at == '-' || !mp_number_read(&at, &value))
			return false;
		if (*at == '\0' && largest == 0) { /* "90": a bare number alone */
			sum = value;
			break;
		}
		if (!read_unit(&at, &unit) || unit < largest)
			return false;
		largest = unit + 1;
		sum += value * units[unit].times / units[unit].parts;
	} while (*at);
	if (!isfinite(sum))
		return false;
	*ret_seconds = sum;
	return true;
}

const char *mp_duration_format(double seconds, char *buffer, size_t size)
{
	static const struct {
		int64_t length;
		char name;
	} parts[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	const char *sign = seconds <= -1 ? "-" : "";
	if (size == 0)
		return "";
	buffer[0] = '\0';
	if (!isfinite(seconds) || seconds > 1e15 || seconds < -1e15)
		return buffer;
	int64_t left = (int64_t)(seconds < 0 ? -seconds : seconds);
	size_t i = 0;
	while (i + 1 < ARRAY_LEN(parts) && left < parts[i].length)
		i++;
	int64_t first = left / parts[i].length;
	int64_t second = 0;
	if (i + 1 < ARRAY_LEN(parts))
		second = left % parts[i].length / parts[i + 1].length;
	int n;
	if (second > 0)
		n = snprintf(buffer, size, "%s%" PRId64 "%c %" PRId64 "%c", sign, first,
		             parts[i].name, second, parts[i + 1].name);
	else
		n = snprintf(buffer, size, "%s%" PRId64 "%c", sign, first, parts[i].name);
	if (n < 0 || (size_t)n >= size)
		buffer[0] = '\0';
	return buffer;
}
