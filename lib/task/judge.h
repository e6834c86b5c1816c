/* From conditions to states: the map, the thresholds, the run as a whole. */
#ifndef TASK_JUDGE_H
#define TASK_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "task/metric.h"
#include "task/task.h"

/* What the judgement of a run gives. */
struct judgement {
	enum mp_state state;
	size_t count[TASK_N_CONDITIONS]; /* tasks in each condition */
	/* Of the run, or of its worst task; NAN: not known. */
	double metric[TASK_N_METRICS];
	/* Thresholds of the run that were passed, in words: at most one a metric. */
	char *alerts[TASK_N_METRICS];
	enum mp_state alert_states[TASK_N_METRICS];
	size_t n_alerts;
};

/*
 * Sets every task's state (and alert) and the run's: the worst of its tasks and
 * thresholds. token_seconds is what is left of the token, NAN where that is not
 * known; a threshold on it is then UNKNOWN, since it can't be judged.
 * False without memory.
 */
bool judge_run(struct task_list *tasks, const struct task_map *map,
               const struct task_thresholds *thresholds, double token_seconds,
               struct judgement *ret_judgement) MUST_CHECK;
void judgement_clear(struct judgement *judgement);

#endif
