#include "report/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "monplug/duration.h"
#include "monplug/number.h"
#include "monplug/text.h"

enum { NAME_CHARS = 80, STATUS_CHARS = 40, MESSAGE_CHARS = 240, NOTICE_CHARS = 300 };

static void add_clean(struct strbuf *out, const char *text, size_t max_chars)
{
	mp_text_add(out, text, strlen(text), MP_TEXT_FIRST_LINE, max_chars);
}

static void add_age(struct strbuf *out, const struct task *task)
{
	char age[MP_DURATION_TEXT_MAX];
	if (isnan(task->age) || !task_is_unfinished(task->condition))
		return;
	/* Translators: how long the task has been running, behind its condition. */
	strbuf_addf(out, _(" for %s"), mp_duration_format(task->age, age, sizeof age));
}

static void add_progress(struct strbuf *out, const struct task *task)
{
	char number[MP_NUMBER_TEXT_MAX];
	if (isnan(task->progress) || !task_is_unfinished(task->condition))
		return;
	strbuf_addf(out, _(", %s%%"),
	            mp_number_format(task->progress, number, sizeof number));
}

void summary_phrase(struct strbuf *out, const struct task *task, bool with_status)
{
	strbuf_adds(out, task_condition_word(task->condition));
	add_age(out, task);
	if (with_status && task->status) {
		strbuf_adds(out, _(", status "));
		add_clean(out, task->status, STATUS_CHARS);
	}
	add_progress(out, task);
	const char *message = task->message;
	if ((!message || !*message) && task->n_reasons > 0)
		message = task->reasons[0];
	if (message && *message) {
		/* Translators: before the words on why. */
		strbuf_adds(out, _(": "));
		add_clean(out, message, MESSAGE_CHARS);
	}
	if (task->condition == TASK_FAILED && task->failed_files > 0)
		strbuf_addf(out,
		            i18n_count(", %lld failed file", ", %lld failed files",
		                       (unsigned long)task->failed_files),
		            task->failed_files);
	if (task->alert)
		strbuf_addf(out, " (%s)", task->alert);
	if (task->remembered)
		strbuf_adds(out, _(" (remembered)"));
}

void summary_task(struct strbuf *out, const struct task *task)
{
	add_clean(out, task_name(task), NAME_CHARS);
	strbuf_addc(out, ' ');
	summary_phrase(out, task, false);
}

size_t summary_unknown(const struct judgement *judgement)
{
	size_t n = 0;
	for (int i = 0; i < TASK_N_CONDITIONS; i++)
		if (!task_is_finished((enum task_condition)i) &&
		    !task_is_unfinished((enum task_condition)i))
			n += judgement->count[i];
	return n;
}

/* What an operator wants to hear first comes first. */
static const enum task_condition told_first[] = {
    TASK_FAILED,      TASK_PARTIAL, TASK_INVALID, TASK_DENIED,
    TASK_UNREACHABLE, TASK_TIMEOUT, TASK_MISSING, TASK_THROTTLED,
    TASK_RETRYING,    TASK_RUNNING, TASK_WAITING, TASK_SUCCEEDED,
};
_Static_assert(ARRAY_LEN(told_first) == TASK_N_CONDITIONS, "each condition once");

static size_t rank(enum task_condition condition)
{
	size_t i = 0;
	while (told_first[i] != condition)
		i++;
	return i;
}

/* Which of two tasks is told first, as for qsort(): the worse one, else by condition, so
   that one that failed goes before one that is only late, else in the order given. */
static int compare_tasks(const struct task *left, const struct task *right)
{
	int order = mp_state_severity(right->state) - mp_state_severity(left->state);
	if (order == 0)
		order = (int)rank(left->condition) - (int)rank(right->condition);
	if (order == 0)
		order = left < right ? -1 : left > right;
	return order;
}

/* "2 succeeded, 1 running", beginning with the condition of the worst task. */
static void add_counts(struct strbuf *out, const struct report *report,
                       const struct task *worst)
{
	const size_t *count = report->judgement->count;
	if (worst)
		/* Translators: "1 of 3 tasks failed". */
		strbuf_addf(out,
		            i18n_count("%zu of %zu task %s", "%zu of %zu tasks %s",
		                       report->tasks->n),
		            count[worst->condition], report->tasks->n,
		            task_condition_word(worst->condition));
	bool first = !worst;
	for (size_t i = 0; i < ARRAY_LEN(told_first); i++) {
		enum task_condition condition = told_first[i];
		if (count[condition] == 0 || (worst && condition == worst->condition))
			continue;
		/* Translators: "1 running, 2 succeeded". */
		strbuf_addf(out, first ? _("%zu %s") : _(", %zu %s"), count[condition],
		            task_condition_word(condition));
		first = false;
	}
}

static const struct task *worst_task(const struct task_list *tasks)
{
	const struct task *worst = NULL;
	for (size_t i = 0; i < tasks->n; i++)
		if (!worst || compare_tasks(&tasks->items[i], worst) < 0)
			worst = &tasks->items[i];
	return worst;
}

static void add_tasks(struct strbuf *out, const struct report *report,
                      const struct task *worst)
{
	if (!worst) {
		strbuf_adds(out, _("no tasks to check: -T and --tasks-file gave none"));
		return;
	}
	if (report->tasks->n == 1) {
		summary_task(out, worst);
		return;
	}
	if (worst->state == MP_OK) {
		strbuf_addf(out,
		            i18n_count("%zu task: ", "%zu tasks: ", report->tasks->n),
		            report->tasks->n);
		add_counts(out, report, NULL);
		return;
	}
	summary_task(out, worst);
	strbuf_adds(out, " (");
	add_counts(out, report, worst);
	strbuf_addc(out, ')');
}

/* The run's alerts and notices of at least this severity, or of less. */
static void add_words(struct strbuf *out, const struct report *report, int severity,
                      bool above)
{
	const struct judgement *judgement = report->judgement;
	for (size_t i = 0; i < judgement->n_alerts; i++) {
		if ((mp_state_severity(judgement->alert_states[i]) > severity) != above)
			continue;
		strbuf_adds(out, out->len ? " - " : "");
		add_clean(out, judgement->alerts[i], NOTICE_CHARS);
	}
	for (size_t i = 0; i < report->n_notices; i++) {
		if ((mp_state_severity(report->notices[i].state) > severity) != above)
			continue;
		strbuf_adds(out, out->len ? " - " : "");
		add_clean(out, report->notices[i].text, NOTICE_CHARS);
	}
}

void summary_run(struct strbuf *out, const struct report *report)
{
	if (report->error) {
		add_clean(out, report->error, 0);
		return;
	}
	/* A text of its own, so that "nothing yet" can be told. */
	struct strbuf text;
	strbuf_init(&text, out->max);
	const struct task *worst = worst_task(report->tasks);
	int severity = worst ? mp_state_severity(worst->state) : 0;
	add_words(&text, report, severity, true);
	strbuf_adds(&text, text.len ? " - " : "");
	add_tasks(&text, report, worst);
	add_words(&text, report, severity, false);
	strbuf_add_buf(out, &text);
	strbuf_clear(&text);
}

size_t summary_metrics(const struct report *report,
                       struct summary_metric ret_metrics[SUMMARY_METRICS_MAX])
{
	static const enum task_condition counted[] = {
	    TASK_SUCCEEDED, TASK_WAITING, TASK_RUNNING, TASK_RETRYING, TASK_PARTIAL};
	static const enum task_metric told[] = {
	    TASK_METRIC_TIME, TASK_METRIC_PROGRESS, TASK_METRIC_FAILED_FILES,
	    TASK_METRIC_AGE,  TASK_METRIC_STALLED,  TASK_METRIC_TOKEN};
	const struct judgement *judgement = report->judgement;
	const struct task_threshold *of = report->thresholds->of;
	size_t n = 0;
	ret_metrics[n++] =
	    (struct summary_metric){"tasks", "", (double)report->tasks->n, NULL, false};
	ret_metrics[n++] =
	    (struct summary_metric){"failed", "", judgement->metric[TASK_METRIC_FAILED],
	                            &of[TASK_METRIC_FAILED], false};
	ret_metrics[n++] = (struct summary_metric){
	    "unfinished", "", judgement->metric[TASK_METRIC_UNFINISHED],
	    &of[TASK_METRIC_UNFINISHED], false};
	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		ret_metrics[n++] = (struct summary_metric){
		    task_condition_name(counted[i]), "",
		    (double)judgement->count[counted[i]], NULL, false};
	ret_metrics[n++] = (struct summary_metric){
	    "unknown", "", (double)summary_unknown(judgement), NULL, false};
	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		ret_metrics[n++] = (struct summary_metric){
		    task_metric_name(told[i]), task_metric_uom(told[i]),
		    judgement->metric[told[i]], &of[told[i]],
		    told[i] == TASK_METRIC_PROGRESS};
	return n;
}

static int compare(const void *a, const void *b)
{
	const struct task *const *left = a;
	const struct task *const *right = b;
	return compare_tasks(*left, *right);
}

const struct task **summary_order(const struct task_list *tasks)
{
	const struct task **order = malloc((tasks->n ? tasks->n : 1) * sizeof *order);
	if (!order)
		return NULL;
	for (size_t i = 0; i < tasks->n; i++)
		order[i] = &tasks->items[i];
	qsort(order, tasks->n, sizeof *order, compare);
	return order;
}
