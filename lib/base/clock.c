#include "base/clock.h"

#include <stdio.h>
#include <time.h>

double clock_steady(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int64_t clock_wall(void)
{
	return (int64_t)time(NULL);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, years from March. */
static int64_t days_since_epoch(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t in_era = year - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Exactly `width` digits at *at, which moves past them. */
static bool digits(const char **at, int width, int *ret)
{
	*ret = 0;
	for (int i = 0; i < width; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*ret = *ret * 10 + (**at - '0');
	}
	return true;
}

static bool literal(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool parse_date(const char **at, int *ret_year, int *ret_month, int *ret_day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (!digits(at, 4, ret_year) || !literal(at, '-') || !digits(at, 2, ret_month) ||
	    !literal(at, '-') || !digits(at, 2, ret_day))
		return false;
	if (*ret_year < 1970 || *ret_month < 1 || *ret_month > 12)
		return false;
	int length = lengths[*ret_month - 1] + (*ret_month == 2 && is_leap(*ret_year));
	return *ret_day >= 1 && *ret_day <= length;
}

/* "Z", "+08:00" or "-05:30", in seconds east of UTC. */
static bool parse_offset(const char **at, int *ret_east)
{
	*ret_east = 0;
	if (literal(at, 'Z') || literal(at, 'z'))
		return true;
	int sign = **at == '-' ? -1 : 1;
	int hours;
	int minutes;
	if ((!literal(at, '+') && !literal(at, '-')) || !digits(at, 2, &hours) ||
	    !literal(at, ':') || !digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_east = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool clock_parse_rfc3339(const char *text, int64_t *ret_seconds)
{
	const char *at = text;
	int year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
	int east;
	if (!parse_date(&at, &year, &month, &day))
		return false;
	if (!literal(&at, 'T') && !literal(&at, 't') && !literal(&at, ' '))
		return false;
	if (!digits(&at, 2, &hour) || !literal(&at, ':') || !digits(&at, 2, &minute) ||
	    !literal(&at, ':') || !digits(&at, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60) /* 60: a leap second */
		return false;
	if (literal(&at, '.')) {
		int digit;
		if (!digits(&at, 1, &digit))
			return false;
		while (*at >= '0' && *at <= '9')
			at++;
	}
	if (!parse_offset(&at, &east) || *at)
		return false;
	int64_t of_day = ((int64_t)hour * 60 + minute) * 60 + second;
	*ret_seconds = days_since_epoch(year, month, day) * 86400 + of_day - east;
	return true;
}

void clock_format_utc(int64_t seconds, bool basic, char buffer[32])
{
	time_t when = (time_t)seconds;
	struct tm tm;
	buffer[0] = '\0';
	/* Not the same: a time_t of 32 bits. */
	if (seconds < 0 || when != seconds || !gmtime_r(&when, &tm) || tm.tm_year > 8099)
		return;
	if (strftime(buffer, 32, basic ? "%Y%m%dT%H%M%SZ" : "%Y-%m-%dT%H:%M:%SZ", &tm) ==
	    0)
		buffer[0] = '\0';
}
