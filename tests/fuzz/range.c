/* Thresholds: what can be read can be written, and means the same again. */
#include <math.h>

#include "fuzz.h"
#include "monplug/range.h"

/* 17 decimals are written, so the smallest numbers lose their last digits. */
static int is_near(double a, double b)
{
	return a == b || fabs(a - b) < 1e-16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *spec = fuzz_text(data, size);
	for (int unit = MP_UNIT_NONE; unit <= MP_UNIT_PERCENT; unit++) {
		struct mp_range range;
		struct mp_range again;
		struct error err = ERROR_INIT;
		char text[80];
		if (!mp_range_parse(spec, (enum mp_unit)unit, &range, &err)) {
			MUST(error_is_set(&err));
			continue;
		}
		MUST(range.start <= range.end);
		mp_range_format(&range, text, sizeof text);
		MUST(mp_range_parse(text, MP_UNIT_NONE, &again, &err));
		MUST(is_near(again.start, range.start) && is_near(again.end, range.end) &&
		     again.inside == range.inside);
	}
	free(spec);
	return 0;
}
