#include "net/http_retry.h"

#include <string.h>

#include "base/clock.h"
#include "net/http_date.h"

static const double FIRST_WAIT = 0.25;
static const double LONGEST_WAIT = 8;
static const double SECONDS_MAX = 1e9;

/* xorshift64: even enough to spread checks over time. */
static double next_random(uint64_t *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (double)(*random >> 11) / 9007199254740992.0; /* 2^53 */
}

double net_backoff(unsigned retries, uint64_t *random)
{
	double wait = FIRST_WAIT;
	for (unsigned i = 0; i < retries && wait < LONGEST_WAIT; i++)
		wait *= 2;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	return wait * (0.5 + next_random(random));
}

static double read_seconds(const char *digits)
{
	double seconds = 0;
	for (; *digits && seconds < SECONDS_MAX; digits++)
		seconds = seconds * 10 + (*digits - '0');
	return seconds < SECONDS_MAX ? seconds : SECONDS_MAX;
}

double net_retry_after(const char *value, const char *date)
{
	if (!value || !*value)
		return -1;
	if (strspn(value, "0123456789") == strlen(value))
		return read_seconds(value);
	if (strchr("0123456789+-. ",
	           *value)) /* a fraction or a sign: no HTTP date either */
		return -1;
	int64_t until;
	int64_t now;
	if (!net_http_date(value, &until))
		return -1;
	if (!net_http_date(date, &now))
		now = clock_wall();
	return until > now ? (double)(until - now) : 0;
}
