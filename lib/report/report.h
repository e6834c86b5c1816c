/* One report of a run, and the writers that give it a form. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/strbuf.h"
#include "task/judge.h"
#include "task/metric.h"
#include "task/task.h"

enum { REPORT_NOTICES_MAX = 8 };

/* A word on the run itself, such as a state directory that can't be used. */
struct report_notice {
	enum mp_state state;
	const char *text;
};

/* All of it is lent by the run, and outlives the report. */
struct report {
	const char *plugin; /* "check_NAME" */
	const char *title;  /* "NAME COPY" */
	enum mp_state state;
	const char *error; /* the run could not be made, and why; NULL: it was */
	const struct task_list *tasks; /* NULL with an error */
	const struct judgement *judgement;
	const struct task_thresholds *thresholds;
	struct report_notice notices[REPORT_NOTICES_MAX];
	size_t n_notices;
	bool token_renews; /* the token's end is known, and a new one is got before it */
	unsigned verbose;
	const char *trace;  /* lines on the requests made, for -vv; "" or NULL: none */
	int64_t checked_at; /* seconds since 1970 */
};

/* Adds a notice; the run's state is at least the notice's. The text of one
   beyond the room is not kept. */
void report_notice(struct report *report, enum mp_state state, const char *text);

/* A form of output. */
struct report_writer {
	const char *name; /* as in --output=NAME */
	/* Adds the whole output, closing line break included. False without memory. */
	bool (*write)(const struct report *report, struct strbuf *out);
	bool shows_details; /* task.details, which else need not be kept */
};

/* NULL for a name that is none. */
const struct report_writer *report_writer_find(const char *name);
/* The one that is used where none was asked for: nagios. */
const struct report_writer *report_writer_default(void);

/* The names of all writers, "nagios|json|...", for help and errors. */
#define REPORT_WRITER_NAMES "nagios|json|checkmk|openmetrics"

#endif
