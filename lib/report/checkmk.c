/*
 * Local-check lines for the Checkmk agent: STATE "NAME" METRICS TEXT. One
 * service a task; a line for the run where there is more to say than the
 * tasks do.
 */
#include <math.h>
#include <string.h>

#include "monplug/number.h"
#include "monplug/text.h"
#include "report/summary.h"
#include "report/writers.h"

/* A service's name stands between quotes, so it holds none. */
static void add_name(struct strbuf *out, const char *title, const char *name)
{
	struct strbuf clean;
	strbuf_init(&clean, 4096);
	mp_text_add(&clean, name, strlen(name), MP_TEXT_FIRST_LINE, 200);
	strbuf_addf(out, "\"%s%s", title, *name ? " " : "");
	for (const char *c = strbuf_text(&clean); *c; c++)
		strbuf_addc(out, (char)(*c == '"' || *c == '\\' ? '\'' : *c));
	strbuf_addc(out, '"');
	strbuf_clear(&clean);
}

/* A backslash begins an escape for Checkmk, which takes "\n" for a line break. */
static void add_text(struct strbuf *out, const struct strbuf *text)
{
	for (const char *c = strbuf_text(text); *c; c++)
		strbuf_addc(out, (char)(*c == '\\' ? '/' : *c));
}

static void add_metric(struct strbuf *out, const char **separator, const char *name,
                       double value)
{
	char number[64];
	if (!isfinite(value) || !*mp_number_format(value, number, sizeof number))
		return;
	strbuf_addf(out, "%s%s=%s", *separator, name, number);
	*separator = "|";
}

static void add_task(struct strbuf *out, const struct report *report,
                     const struct task *task)
{
	const char *separator = "";
	strbuf_addf(out, "%d ", (int)task->state);
	add_name(out, report->title, task_name(task));
	strbuf_addc(out, ' ');
	add_metric(out, &separator, "progress", task->progress);
	if (task->failed_files >= 0)
		add_metric(out, &separator, "failed_files", (double)task->failed_files);
	add_metric(out, &separator, "age", task->age);
	add_metric(out, &separator, "stalled", task->stalled);
	add_metric(out, &separator, "time", task->time);
	strbuf_adds(out, *separator ? " " : "- ");
	struct strbuf phrase;
	strbuf_init(&phrase, 8192);
	summary_task(&phrase, task);
	add_text(out, &phrase);
	strbuf_clear(&phrase);
	strbuf_addc(out, '\n');
}

/* The run itself: always there, so that a service does not vanish when it fails. */
static void add_run(struct strbuf *out, const struct report *report)
{
	const char *separator = "";
	struct strbuf summary;
	strbuf_init(&summary, 64 * 1024);
	summary_run(&summary, report);
	strbuf_addf(out, "%d ", (int)report->state);
	add_name(out, report->title, "");
	strbuf_addc(out, ' ');
	if (!report->error) {
		struct summary_metric metrics[SUMMARY_METRICS_MAX];
		size_t n = summary_metrics(report, metrics);
		for (size_t i = 0; i < n; i++)
			add_metric(out, &separator, metrics[i].name, metrics[i].value);
	}
	strbuf_adds(out, *separator ? " " : "- ");
	if (!strbuf_ok(&summary))
		out->failed = true;
	add_text(out, &summary);
	strbuf_clear(&summary);
	strbuf_addc(out, '\n');
}

static bool write_checkmk(const struct report *report, struct strbuf *out)
{
	add_run(out, report);
	for (size_t i = 0; report->tasks && !report->error && i < report->tasks->n; i++)
		add_task(out, report, &report->tasks->items[i]);
	return strbuf_ok(out);
}

const struct report_writer report_checkmk = {"checkmk", write_checkmk};
