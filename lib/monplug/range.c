#include "monplug/range.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "monplug/duration.h"
#include "monplug/number.h"

enum {
	SPEC_MAX = 127,
	BOUND_ROOM = 48, /* sign, 24 digits, point, 17 decimals, NUL */
	RANGE_ROOM = 2 * BOUND_ROOM
};

static const double bound_max = 1e24;

static bool refuse(struct error *err, const char *spec, enum mp_unit unit,
                   const char *why)
{
	static const char *const suffixes[] = {
	    [MP_UNIT_NONE] = "",
	    [MP_UNIT_SECONDS] =
	        N_(", each in seconds or with units (90, 30m, 1h30m, 2d)"),
	    [MP_UNIT_PERCENT] = N_(", each a number with or without %"),
	};
	return error_set(
	    err,
	    "range \"%.*s\": %s; allowed is [@][START:][END], such as 10, 10:, "
	    "~:10 or @10:20%s",
	    SPEC_MAX, spec, why, _(suffixes[unit]));
}

static bool read_bound(const char *text, enum mp_unit unit, double *ret_value)
{
	const char *at = text;
	double value;
	if (unit == MP_UNIT_SECONDS) {
		bool negative = *at == '-';
		if (!mp_duration_parse(at + negative, &value))
			return false;
		if (negative && value != 0)
			value = -value;
	} else {
		if (!mp_number_read(&at, &value))
			return false;
		if (unit == MP_UNIT_PERCENT && *at == '%')
			at++;
		if (*at)
			return false;
	}
	*ret_value = value;
	return value < bound_max && value > -bound_max;
}

/* The bounds of "START:" and "END", where start is NULL without a colon. */
static bool read_bounds(const char *start, const char *end, enum mp_unit unit,
                        struct mp_range *range, const char **ret_why)
{
	bool start_is_open = start && strcmp(start, "~") == 0;
	bool start_is_left_out = !start || !*start;
	if ((start_is_open || start_is_left_out) && !*end) {
		*ret_why = _("it has no bound");
		return false;
	}
	if (start_is_open)
		range->start = -INFINITY;
	else if (!start_is_left_out && !read_bound(start, unit, &range->start)) {
		*ret_why = _("its start is neither ~ nor a number that can be used");
		return false;
	}
	if (*end && !read_bound(end, unit, &range->end)) {
		*ret_why = _("its end is not a number that can be used");
		return false;
	}
	if (range->start > range->end) {
		*ret_why = start_is_left_out
		               ? _("its start, 0 where left out, is above its end")
		               : _("its start is above its end");
		return false;
	}
	return true;
}

bool mp_range_parse(const char *spec, enum mp_unit unit, struct mp_range *ret_range,
                    struct error *err)
{
	char copy[SPEC_MAX + 1];
	size_t len = strlen(spec);
	if (len > SPEC_MAX)
		return refuse(err, spec, unit, _("it is too long"));
	memcpy(copy, spec, len + 1);

	struct mp_range range = {.start = 0, .end = INFINITY, .inside = copy[0] == '@'};
	char *start = copy + range.inside;
	char *end = start;
	char *colon = strchr(start, ':');
	if (colon) {
		*colon = '\0';
		end = colon + 1;
	}
	const char *why;
	if (!read_bounds(colon ? start : NULL, end, unit, &range, &why))
		return refuse(err, spec, unit, why);
	*ret_range = range;
	return true;
}

bool mp_range_alerts(const struct mp_range *range, double value)
{
	if (isnan(value))
		return true;
	bool within = value >= range->start && value <= range->end;
	return within == range->inside;
}

const char *mp_range_format(const struct mp_range *range, char *buffer, size_t size)
{
	char start[BOUND_ROOM];
	char end[BOUND_ROOM];
	char text[RANGE_ROOM + 4];
	if (size == 0)
		return "";
	buffer[0] = '\0';
	mp_number_format_full(range->start, start, sizeof start);
	mp_number_format_full(range->end, end, sizeof end);
	bool open_start = isinf(range->start);
	bool open_end = isinf(range->end);
	if ((!open_start && !start[0]) ||
	    (!open_end && !end[0])) /* larger than any parsed */
		return buffer;
	bool left_out = range->start == 0 && !open_end;
	const char *at = range->inside ? "@" : "";
	if (left_out)
		snprintf(text, sizeof text, "%s%s", at, end);
	else
		snprintf(text, sizeof text, "%s%s:%s", at, open_start ? "~" : start, end);
	size_t len = strlen(text);
	if (len < size)
		memcpy(buffer, text, len + 1);
	return buffer;
}

bool mp_range_is_plain(const struct mp_range *range)
{
	return !range->inside && range->start == 0 && isfinite(range->end);
}

enum mp_state mp_range_judge(const struct mp_range *warning,
                             const struct mp_range *critical, double value)
{
	if (critical && mp_range_alerts(critical, value))
		return MP_CRITICAL;
	if (warning && mp_range_alerts(warning, value))
		return MP_WARNING;
	return MP_OK;
}
