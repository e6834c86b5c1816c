#include "task/metric.h"

#include <string.h>

#include "base/strbuf.h"

enum { NAMES_MAX = 256 };

static const struct {
	const char *name;
	enum mp_unit unit;
	const char *uom;
	bool per_task;
} metrics[TASK_N_METRICS] = {
#define X(symbol, name, unit, uom, per_task, meaning) {name, unit, uom, per_task},
    TASK_METRICS(X)
#undef X
};

const char *task_metric_name(enum task_metric metric)
{
	return metrics[metric].name;
}

const char *task_metric_uom(enum task_metric metric)
{
	return metrics[metric].uom;
}

enum mp_unit task_metric_unit(enum task_metric metric)
{
	return metrics[metric].unit;
}

bool task_metric_is_per_task(enum task_metric metric)
{
	return metrics[metric].per_task;
}

/* "age, stalled, failed": those that can be told. */
static void list_names(const struct task_thresholds *thresholds, struct strbuf *ret_names)
{
	for (int i = 0; i < TASK_N_METRICS; i++)
		if (!thresholds->untold[i])
			strbuf_addf(ret_names, "%s%s", ret_names->len > 0 ? ", " : "",
			            metrics[i].name);
}

static bool find_metric(const struct task_thresholds *thresholds, const char *name,
                        size_t n, enum task_metric *ret, struct error *err)
{
	for (int i = 0; i < TASK_N_METRICS; i++) {
		if (strlen(metrics[i].name) == n &&
		    memcmp(metrics[i].name, name, n) == 0) {
			*ret = (enum task_metric)i;
			return true;
		}
	}
	struct strbuf names;
	strbuf_init(&names, NAMES_MAX);
	list_names(thresholds, &names);
	error_set(err, "'%.*s' is no metric; allowed are %s", (int)n, name,
	          strbuf_text(&names));
	strbuf_clear(&names);
	return false;
}

bool task_thresholds_parse(struct task_thresholds *thresholds, bool critical,
                           const char *text, enum task_metric *ret_metric,
                           struct error *err)
{
	enum task_metric metric = TASK_METRIC_AGE;
	const char *spec = text;
	const char *equals = strchr(text, '=');
	if (equals) {
		if (!find_metric(thresholds, text, (size_t)(equals - text), &metric, err))
			return false;
		spec = equals + 1;
	}
	struct error ignored = ERROR_INIT;
	if (!equals && find_metric(thresholds, text, strlen(text), &metric, &ignored))
		return error_set(
		    err, "'%s' is a metric without a range; METRIC=RANGE is wanted",
		    text);
	struct mp_range range;
	if (!mp_range_parse(spec, metrics[metric].unit, &range, err))
		return false;
	struct task_threshold *threshold = &thresholds->of[metric];
	if (critical) {
		threshold->critical = range;
		threshold->has_critical = true;
	} else {
		threshold->warning = range;
		threshold->has_warning = true;
	}
	*ret_metric = metric;
	return true;
}

bool task_threshold_is_set(const struct task_threshold *threshold)
{
	return threshold->has_warning || threshold->has_critical;
}

const struct mp_range *task_threshold_warning(const struct task_threshold *threshold)
{
	return threshold->has_warning ? &threshold->warning : NULL;
}

const struct mp_range *task_threshold_critical(const struct task_threshold *threshold)
{
	return threshold->has_critical ? &threshold->critical : NULL;
}
