#include "report/report.h"

#include <string.h>

#include "report/writers.h"

static const struct report_writer *const writers[] = {
    &report_nagios, &report_json, &report_checkmk, &report_openmetrics};

void report_notice(struct report *report, enum mp_state state, const char *text)
{
	report->state = mp_state_worst(report->state, state);
	if (report->n_notices < REPORT_NOTICES_MAX)
		report->notices[report->n_notices++] =
		    (struct report_notice){state, text};
}

const struct report_writer *report_writer_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (strcmp(writers[i]->name, name) == 0)
			return writers[i];
	return NULL;
}

const struct report_writer *report_writer_default(void)
{
	return &report_nagios;
}
