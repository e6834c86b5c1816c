/*
 * The Prometheus text format, for a node_exporter textfile collector. One
 * family after the other, as the format wants it.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "monplug/number.h"
#include "report/summary.h"
#include "report/writers.h"

static void add_label(struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, "%s=\"", name);
	for (size_t i = 0, n = strlen(value); i < n;) {
		uint32_t c;
		size_t bytes = utf8_read(value + i, n - i, &c);
		if (c == '\\' || c == '"')
			strbuf_addf(out, "\\%c", (char)c);
		else if (c == '\n')
			strbuf_adds(out, "\\n");
		else if (c >= 0x20)
			utf8_add(out, value + i, bytes, c);
		i += bytes;
	}
	strbuf_addc(out, '"');
}

static void add_head(struct strbuf *out, const char *name, const char *help)
{
	strbuf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void add_value(struct strbuf *out, double value)
{
	char number[MP_NUMBER_TEXT_MAX];
	strbuf_addf(out, " %s\n", mp_number_format(value, number, sizeof number));
}

/* The labels of a task, without the closing brace. */
static void add_task_labels(struct strbuf *out, const struct report *report,
                            const char *name, const struct task *task)
{
	strbuf_addf(out, "%s{", name);
	add_label(out, "plugin", report->plugin);
	strbuf_addc(out, ',');
	add_label(out, "task", task->id);
	strbuf_addc(out, ',');
	add_label(out, "label", task_name(task));
}

static double state_of(const struct task *task)
{
	return (double)task->state;
}

static double progress_of(const struct task *task)
{
	return task->progress;
}

static double failed_files_of(const struct task *task)
{
	return task->failed_files >= 0 ? (double)task->failed_files : (double)NAN;
}

static double age_of(const struct task *task)
{
	return task->age;
}

static double stalled_of(const struct task *task)
{
	return task->stalled;
}

static double time_of(const struct task *task)
{
	return task->time;
}

static const struct {
	const char *name;
	const char *help;
	double (*value)(const struct task *task);
} families[] = {
    {"cloud_task_state", "State of the task: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
     state_of},
    {"cloud_task_progress_percent", "Percent done.", progress_of},
    {"cloud_task_failed_files", "Files that were not copied.", failed_files_of},
    {"cloud_task_age_seconds", "Seconds since the task was first seen.", age_of},
    {"cloud_task_stalled_seconds", "Seconds since its status or progress last changed.",
     stalled_of},
    {"cloud_task_answer_seconds", "Seconds the slowest answer took.", time_of},
};

static void add_families(struct strbuf *out, const struct report *report)
{
	for (size_t f = 0; f < ARRAY_LEN(families); f++) {
		bool begun = false;
		for (size_t i = 0; i < report->tasks->n; i++) {
			const struct task *task = &report->tasks->items[i];
			double value = families[f].value(task);
			if (!isfinite(value))
				continue;
			if (!begun)
				add_head(out, families[f].name, families[f].help);
			begun = true;
			add_task_labels(out, report, families[f].name, task);
			strbuf_addc(out, '}');
			add_value(out, value);
		}
	}
}

static void add_conditions(struct strbuf *out, const struct report *report)
{
	static const char name[] = "cloud_task_condition";
	if (report->tasks->n > 0)
		add_head(out, name, "1 for the condition that the task is in.");
	for (size_t i = 0; i < report->tasks->n; i++) {
		const struct task *task = &report->tasks->items[i];
		add_task_labels(out, report, name, task);
		strbuf_addc(out, ',');
		add_label(out, "condition", task_condition_name(task->condition));
		strbuf_adds(out, "} 1\n");
	}
}

static void add_run_value(struct strbuf *out, const struct report *report,
                          const char *name, const char *help, double value)
{
	if (!isfinite(value))
		return;
	add_head(out, name, help);
	strbuf_addf(out, "%s{", name);
	add_label(out, "plugin", report->plugin);
	strbuf_addc(out, '}');
	add_value(out, value);
}

static void add_run_counts(struct strbuf *out, const struct report *report)
{
	static const char name[] = "cloud_task_run_tasks";
	add_head(out, name, "Tasks of the last run in each condition.");
	for (int i = 0; i < TASK_N_CONDITIONS; i++) {
		strbuf_addf(out, "%s{", name);
		add_label(out, "plugin", report->plugin);
		strbuf_addc(out, ',');
		add_label(out, "condition", task_condition_name((enum task_condition)i));
		strbuf_addc(out, '}');
		add_value(out, (double)report->judgement->count[i]);
	}
}

static bool write_openmetrics(const struct report *report, struct strbuf *out)
{
	add_run_value(out, report, "cloud_task_run_state",
	              "State of the last run: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
	              (double)report->state);
	add_run_value(out, report, "cloud_task_run_timestamp_seconds",
	              "When the last run was made, seconds since 1970.",
	              (double)report->checked_at);
	if (!report->error) {
		add_run_counts(out, report);
		add_run_value(out, report, "cloud_task_token_seconds",
		              "Seconds until the access token expires.",
		              report->judgement->metric[TASK_METRIC_TOKEN]);
		add_run_value(out, report, "cloud_task_token_renews",
		              "1 where the plugin gets a new token before this one ends.",
		              report->token_renews ? 1 : (double)NAN);
		add_families(out, report);
		add_conditions(out, report);
	}
	strbuf_adds(out, "# EOF\n");
	return strbuf_ok(out);
}

const struct report_writer report_openmetrics = {"openmetrics", write_openmetrics, false};
