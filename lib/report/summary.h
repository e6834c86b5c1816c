/* What all forms of output say in the same words. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "base/strbuf.h"
#include "report/report.h"

enum { SUMMARY_TEXT_MAX = 65536 }; /* the longest text of summary_run() */

/* "failed: no such file (age 7h is over 6h)": what is known of a task, safe for a first
   line; with_status adds ", status 3" as the provider gave it. */
void summary_phrase(struct strbuf *out, const struct task *task, bool with_status);

/* The same behind the task's name. */
void summary_task(struct strbuf *out, const struct task *task);

/* The run in one line, without title, state and perfdata: the worst first, and why. */
void summary_run(struct strbuf *out, const struct report *report);

/* A number of the run that every form tells under the same name. */
struct summary_metric {
	const char *name;
	const char *uom;
	double value;                           /* NAN: not known */
	const struct task_threshold *threshold; /* NULL: none can be set */
	bool is_percent;
};

enum { SUMMARY_METRICS_MAX = 24 };

/* Fills in the metrics, returns how many. */
size_t summary_metrics(const struct report *report,
                       struct summary_metric ret_metrics[SUMMARY_METRICS_MAX]);

/* The tasks by severity, the worst first, then by condition, one that failed before one
   that is only late, then in the order given. The caller frees; NULL without memory. */
const struct task **summary_order(const struct task_list *tasks);

/* How many are in a condition that says nothing of the task itself. */
size_t summary_unknown(const struct judgement *judgement);

#endif
