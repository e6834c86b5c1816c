#include "task/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/strbuf.h"
#include "monplug/duration.h"
#include "monplug/number.h"

enum { ALERT_MAX = 400, VALUE_ROOM = 80 };

/* A metric's value as a person reads it: "7h 2m", "42%", "3". */
static void format_value(enum task_metric metric, double value, char text[VALUE_ROOM])
{
	char number[64];
	const char *sign = value < 0 && metric == TASK_METRIC_TOKEN ? "-" : "";
	const char *unit = task_metric_uom(metric);
	if (task_metric_unit(metric) == MP_UNIT_SECONDS && metric != TASK_METRIC_TIME) {
		mp_duration_format(fabs(value), number, sizeof number);
		unit = ""; /* it is in the text */
	} else {
		mp_number_format(value, number, sizeof number);
	}
	snprintf(text, VALUE_ROOM, "%s%s%s", sign, number, unit);
}

/* "age 7h 2m is over 6h", "token 2d is under 3d", "failed 3 is outside 10:20"; NULL
   without memory. */
static char *alert_new(enum task_metric metric, double value,
                       const struct mp_range *range)
{
	const char *name = task_metric_name(metric);
	char is[VALUE_ROOM];
	char limit[VALUE_ROOM];
	struct strbuf text;
	strbuf_init(&text, ALERT_MAX);
	format_value(metric, value, is);
	if (mp_range_is_plain(range)) {
		format_value(metric, range->end, limit);
		strbuf_addf(&text, _("%s %s is over %s"), name, is, limit);
	} else if (!range->inside && isinf(range->end)) {
		format_value(metric, range->start, limit);
		strbuf_addf(&text, _("%s %s is under %s"), name, is, limit);
	} else {
		mp_range_format(range, limit, sizeof limit);
		strbuf_addf(&text,
		            range->inside ? _("%s %s is inside %s")
		                          : _("%s %s is outside %s"),
		            name, is, limit);
	}
	return strbuf_take(&text);
}

/* What a task's metric is; NAN where it has none that counts. */
static double value_of(const struct task *task, enum task_metric metric)
{
	bool unfinished = task_is_unfinished(task->condition);
	switch (metric) {
	case TASK_METRIC_AGE:
		return unfinished ? task->age : (double)NAN;
	case TASK_METRIC_STALLED:
		return unfinished ? task->stalled : (double)NAN;
	case TASK_METRIC_PROGRESS:
		return unfinished ? task->progress : (double)NAN;
	case TASK_METRIC_FAILED_FILES:
		return task->failed_files >= 0 ? (double)task->failed_files : (double)NAN;
	default:
		return (double)NAN;
	}
}

/* Which threshold a value passes: its range, and the state it gives. */
static enum mp_state pass(const struct task_threshold *threshold, double value,
                          const struct mp_range **ret_range)
{
	const struct mp_range *warning = task_threshold_warning(threshold);
	const struct mp_range *critical = task_threshold_critical(threshold);
	enum mp_state state = mp_range_judge(warning, critical, value);
	*ret_range = state == MP_CRITICAL ? critical : warning;
	return state;
}

/* A task's metric against its threshold. *ret_alert is the caller's: why it is not OK. */
static bool judge_metric(const struct task *task, enum task_metric metric,
                         const struct task_threshold *threshold, enum mp_state *ret_state,
                         char **ret_alert)
{
	double value = value_of(task, metric);
	const struct mp_range *range;
	*ret_state = MP_OK;
	*ret_alert = NULL;
	if (!task_threshold_is_set(threshold))
		return true;
	if (!isnan(value)) {
		*ret_state = pass(threshold, value, &range);
		if (*ret_state == MP_OK)
			return true;
		*ret_alert = alert_new(metric, value, range);
	} else if (metric == TASK_METRIC_FAILED_FILES &&
	           task_is_finished(task->condition)) {
		/* What cannot be judged must not pass for good. */
		*ret_state = MP_UNKNOWN;
		*ret_alert = strdup(_("failed_files is not known"));
	} else {
		return true;
	}
	return *ret_alert != NULL;
}

static bool judge_task(struct task *task, const struct task_map *map,
                       const struct task_thresholds *thresholds)
{
	enum mp_state worst = MP_OK;
	for (int i = 0; i < TASK_N_METRICS; i++) {
		enum mp_state state;
		char *alert;
		if (!judge_metric(task, (enum task_metric)i, &thresholds->of[i], &state,
		                  &alert))
			return false;
		if (mp_state_severity(state) <= mp_state_severity(worst)) {
			free(alert);
			continue;
		}
		worst = state;
		free(task->alert);
		task->alert = alert;
	}
	task->state = mp_state_worst(map->state[task->condition], worst);
	return true;
}

/* The worst task's: the least progress, the most of all else. */
static void note_worst(struct judgement *judgement, const struct task *task)
{
	for (int i = 0; i < TASK_N_METRICS; i++) {
		double value = value_of(task, (enum task_metric)i);
		double *worst = &judgement->metric[i];
		if (isnan(value))
			continue;
		if (isnan(*worst) ||
		    (i == TASK_METRIC_PROGRESS ? value < *worst : value > *worst))
			*worst = value;
	}
	double *slowest = &judgement->metric[TASK_METRIC_TIME];
	if (!isnan(task->time) && (isnan(*slowest) || task->time > *slowest))
		*slowest = task->time;
}

static bool add_alert(struct judgement *judgement, char *alert, enum mp_state state)
{
	if (!alert)
		return false;
	judgement->alerts[judgement->n_alerts] = alert;
	judgement->alert_states[judgement->n_alerts++] = state;
	judgement->state = mp_state_worst(judgement->state, state);
	return true;
}

static bool judge_thresholds(struct judgement *judgement,
                             const struct task_thresholds *thresholds)
{
	for (int i = 0; i < TASK_N_METRICS; i++) {
		enum task_metric metric = (enum task_metric)i;
		const struct task_threshold *threshold = &thresholds->of[i];
		double value = judgement->metric[i];
		const struct mp_range *range;
		if (task_metric_is_per_task(metric) || !task_threshold_is_set(threshold))
			continue;
		if (isnan(value) && metric == TASK_METRIC_TOKEN) {
			struct strbuf text;
			strbuf_init(&text, ALERT_MAX);
			strbuf_adds(&text, _("when the token expires is not known, so "
			                     "its threshold cannot be judged"));
			if (!add_alert(judgement, strbuf_take(&text), MP_UNKNOWN))
				return false;
		}
		if (isnan(value)) /* no answer came: the tasks say so */
			continue;
		enum mp_state state = pass(threshold, value, &range);
		if (state != MP_OK &&
		    !add_alert(judgement, alert_new(metric, value, range), state))
			return false;
	}
	return true;
}

bool judge_run(struct task_list *tasks, const struct task_map *map,
               const struct task_thresholds *thresholds, double token_seconds,
               struct judgement *ret_judgement)
{
	struct judgement *judgement = ret_judgement;
	*judgement = (struct judgement){.state = tasks->n ? MP_OK : map->empty};
	for (int i = 0; i < TASK_N_METRICS; i++)
		judgement->metric[i] = (double)NAN;
	for (size_t i = 0; i < tasks->n; i++) {
		struct task *task = &tasks->items[i];
		if (!judge_task(task, map, thresholds))
			return false;
		judgement->count[task->condition]++;
		judgement->state = mp_state_worst(judgement->state, task->state);
		note_worst(judgement, task);
	}
	size_t unfinished = 0;
	for (int i = 0; i < TASK_N_CONDITIONS; i++)
		if (task_is_unfinished((enum task_condition)i))
			unfinished += judgement->count[i];
	judgement->metric[TASK_METRIC_FAILED] = (double)judgement->count[TASK_FAILED];
	judgement->metric[TASK_METRIC_UNFINISHED] = (double)unfinished;
	judgement->metric[TASK_METRIC_TOKEN] = token_seconds;
	return judge_thresholds(judgement, thresholds);
}

void judgement_clear(struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->n_alerts; i++)
		free(judgement->alerts[i]);
	judgement->n_alerts = 0;
}
