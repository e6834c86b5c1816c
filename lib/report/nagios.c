/*
 * The form of the Nagios plugin guidelines, within what engines take: 4096
 * bytes in all, one "|", all perfdata on the first line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monplug/perfdata.h"
#include "monplug/text.h"
#include "report/summary.h"
#include "report/writers.h"

enum {
	OUTPUT_MAX = 4096,  /* Nagios Core cuts longer output at random */
	SUMMARY_MAX = 1600, /* of it for the first line's text */
	MORE_MAX = 40,      /* room kept for "... and 9999 more" */
	REST_MAX = 100      /* room kept for the two lines of add_rest() */
};

static void add_perfdata(struct strbuf *out, const struct report *report)
{
	struct summary_metric metrics[SUMMARY_METRICS_MAX];
	static const double zero = 0;
	static const double hundred = 100;
	size_t n = summary_metrics(report, metrics);
	for (size_t i = 0; i < n; i++) {
		const struct summary_metric *metric = &metrics[i];
		const struct task_threshold *threshold = metric->threshold;
		struct mp_perfdata item = {
		    .label = metric->name,
		    .value = metric->value,
		    .uom = metric->uom,
		    .warning = threshold ? task_threshold_warning(threshold) : NULL,
		    .critical = threshold ? task_threshold_critical(threshold) : NULL,
		    .min = metric->value >= 0 ? &zero : NULL,
		    .max = metric->is_percent ? &hundred : NULL,
		};
		(void)mp_perfdata_add(out, &item);
	}
}

/* Cuts at a character's end, so that the text and "..." take at most max bytes. */
static void add_cut(struct strbuf *out, const struct strbuf *text, size_t max)
{
	if (text->len <= max) {
		strbuf_add(out, strbuf_text(text), text->len);
		return;
	}
	size_t n = max - 3;
	while (n > 0 && ((unsigned char)text->data[n] & 0xC0) == 0x80)
		n--;
	strbuf_add(out, text->data, n);
	strbuf_adds(out, "...");
}

static void add_first_line(struct strbuf *out, const struct report *report)
{
	struct strbuf summary;
	strbuf_init(&summary, SUMMARY_TEXT_MAX);
	summary_run(&summary, report);
	strbuf_addf(out, "%s %s - ", report->title, mp_state_name(report->state));
	if (!strbuf_ok(&summary))
		out->failed = true;
	add_cut(out, &summary, SUMMARY_MAX);
	strbuf_clear(&summary);
	if (report->error)
		return;
	strbuf_adds(out, " | ");
	struct strbuf perfdata;
	strbuf_init(&perfdata, OUTPUT_MAX);
	add_perfdata(&perfdata, report);
	if (!strbuf_ok(&perfdata))
		out->failed = true;
	strbuf_adds(out, strbuf_text(&perfdata));
	strbuf_clear(&perfdata);
}

static void add_clean(struct strbuf *block, const char *text, size_t max_chars)
{
	mp_text_add(block, text, strlen(text), MP_TEXT_LONG_LINE, max_chars);
}

static void add_trace_id(struct strbuf *block, const struct task *task)
{
	if (!task->trace)
		return;
	strbuf_adds(block, " (trace ");
	add_clean(block, task->trace, 100);
	strbuf_addc(block, ')');
}

/* The first of a task's lines: who it is and what is known. */
static void add_head(struct strbuf *block, const struct task *task)
{
	strbuf_addf(block, "\n[%s] ", mp_state_name(task->state));
	add_clean(block, task_name(task), 100);
	if (task->label) {
		strbuf_adds(block, " (");
		add_clean(block, task->id, 0);
		strbuf_addc(block, ')');
	}
	strbuf_adds(block, ": ");
	summary_phrase(block, task, true);
	add_trace_id(block, task);
}

/* Line i of what a task lost: its reasons, then its files. False behind the last. */
static bool add_loss(struct strbuf *line, const struct task *task, size_t i)
{
	if (i < task->n_reasons) {
		strbuf_adds(line, "\n  reason: ");
		add_clean(line, task->reasons[i], 240);
		return true;
	}
	i -= task->n_reasons;
	if (i >= task->n_files)
		return false;
	strbuf_adds(line, "\n  failed file: ");
	add_clean(line, task->files[i].name, 160);
	strbuf_adds(line, " (fileId ");
	add_clean(line, task->files[i].id, 40);
	strbuf_addc(line, ')');
	return true;
}

/* A reason that is the message, word for word, is not said twice. */
static size_t losses_said(const struct task *task)
{
	return task->n_reasons == 1 && task->message &&
	       strcmp(task->message, task->reasons[0]) == 0;
}

/* "... and 240 more failed files": what was neither named nor had room. */
static void add_rest(struct strbuf *block, const struct task *task, size_t told)
{
	long long reasons =
	    told < task->n_reasons ? (long long)(task->n_reasons - told) : 0;
	long long named =
	    told > task->n_reasons ? (long long)(told - task->n_reasons) : 0;
	long long files = task->failed_files - named;
	if (reasons > 0)
		strbuf_addf(block, "\n  ... and %lld more reason%s", reasons,
		            reasons == 1 ? "" : "s");
	if (files > 0 && task->n_files > 0)
		strbuf_addf(block, "\n  ... and %lld more failed file%s", files,
		            files == 1 ? "" : "s");
}

/* Adds a task's lines, as many of its losses as fit in room. False where not even its
   first line fits; then nothing is added. */
static bool add_task(struct strbuf *out, const struct task *task, size_t room)
{
	struct strbuf block;
	strbuf_init(&block, OUTPUT_MAX);
	add_head(&block, task);
	bool fits = strbuf_ok(&block) && block.len + REST_MAX <= room;
	size_t told = losses_said(task);
	for (bool more = fits; more; told++) {
		struct strbuf line;
		strbuf_init(&line, OUTPUT_MAX);
		more = add_loss(&line, task, told) &&
		       block.len + line.len + REST_MAX <= room;
		if (more)
			strbuf_adds(&block, strbuf_text(&line));
		out->failed = out->failed || !strbuf_ok(&line);
		strbuf_clear(&line);
		if (!more)
			break;
	}
	add_rest(&block, task, told);
	/* Its parts are cut far below the cap: it is memory that was missing. */
	out->failed = out->failed || !strbuf_ok(&block);
	if (fits)
		strbuf_adds(out, strbuf_text(&block));
	strbuf_clear(&block);
	return fits;
}

static void add_task_lines(struct strbuf *out, const struct report *report)
{
	const struct task **order = summary_order(report->tasks);
	size_t shown = 0;
	size_t due = 0;
	if (!order) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < report->tasks->n; i++)
		due += report->verbose > 0 || order[i]->state != MP_OK;
	for (; shown < due; shown++) {
		size_t used = out->len + 1 + MORE_MAX;
		if (used >= OUTPUT_MAX || !add_task(out, order[shown], OUTPUT_MAX - used))
			break;
	}
	free(order);
	if (shown < due)
		strbuf_addf(out, "\n... and %zu more", due - shown);
}

/* Lines on the requests, as many as fit. */
static void add_trace(struct strbuf *out, const struct report *report)
{
	const char *at = report->verbose > 1 && report->trace ? report->trace : "";
	while (*at) {
		size_t n = strcspn(at, "\n");
		struct strbuf line;
		strbuf_init(&line, OUTPUT_MAX);
		strbuf_adds(&line, "\n");
		mp_text_add(&line, at, n, MP_TEXT_LONG_LINE, 400);
		if (out->len + line.len + 1 <= OUTPUT_MAX && strbuf_ok(&line))
			strbuf_adds(out, strbuf_text(&line));
		strbuf_clear(&line);
		at += n + (at[n] == '\n');
	}
}

static bool write_nagios(const struct report *report, struct strbuf *out)
{
	add_first_line(out, report);
	if (!report->error) {
		add_task_lines(out, report);
		add_trace(out, report);
	}
	strbuf_addc(out, '\n');
	return strbuf_ok(out);
}

const struct report_writer report_nagios = {"nagios", write_nagios};
