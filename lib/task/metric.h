/* What thresholds can be set on. */
#ifndef TASK_METRIC_H
#define TASK_METRIC_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "monplug/range.h"

/* clang-format off */
/* X(symbol, name, unit of its ranges, unit in perfdata, whether each task has one, meaning) */
#define TASK_METRICS(X)                                                                      \
	X(AGE,          "age",          MP_UNIT_SECONDS, "s", true,  "since the task was first seen, or --since") \
	X(STALLED,      "stalled",      MP_UNIT_SECONDS, "s", true,  "since its status or progress last changed") \
	X(PROGRESS,     "progress",     MP_UNIT_PERCENT, "%", true,  "percent done, unfinished tasks only")       \
	X(FAILED_FILES, "failed_files", MP_UNIT_NONE,    "",  true,  "files that were not copied")                \
	X(FAILED,       "failed",       MP_UNIT_NONE,    "",  false, "failed tasks")                              \
	X(UNFINISHED,   "unfinished",   MP_UNIT_NONE,    "",  false, "unfinished tasks")                          \
	X(TIME,         "time",         MP_UNIT_SECONDS, "s", false, "what the slowest answer took")              \
	X(TOKEN,        "token",        MP_UNIT_SECONDS, "s", false, "until the token expires")

enum task_metric {
#define X(symbol, name, unit, uom, per_task, meaning) TASK_METRIC_##symbol,
	TASK_METRICS(X)
#undef X
	TASK_N_METRICS
};
/* clang-format on */

/* "age" and so on. */
const char *task_metric_name(enum task_metric metric);
/* "s", "%" or "": the unit of its perfdata. */
const char *task_metric_uom(enum task_metric metric);
enum mp_unit task_metric_unit(enum task_metric metric);
bool task_metric_is_per_task(enum task_metric metric);

/* The two ranges of one metric. */
struct task_threshold {
	bool has_warning;
	bool has_critical;
	struct mp_range warning;
	struct mp_range critical;
};

struct task_thresholds {
	struct task_threshold of[TASK_N_METRICS];
	bool untold[TASK_N_METRICS]; /* the provider has none of it: no error offers it */
};

/*
 * Reads "[METRIC=]RANGE", a bare RANGE being for age, into the warning or the
 * critical side. A metric given twice keeps its last range.
 * *ret_metric tells which one it was.
 */
bool task_thresholds_parse(struct task_thresholds *thresholds, bool critical,
                           const char *text, enum task_metric *ret_metric,
                           struct error *err) MUST_CHECK;

/* Whether either range of the metric is set. */
bool task_threshold_is_set(const struct task_threshold *threshold);

/* The ranges, NULL where not set. */
const struct mp_range *task_threshold_warning(const struct task_threshold *threshold);
const struct mp_range *task_threshold_critical(const struct task_threshold *threshold);

#endif
