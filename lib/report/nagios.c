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
	FILES_SHOWN = 100
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
	strbuf_init(&summary, 64 * 1024);
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
	strbuf_adds(out, strbuf_text(&perfdata));
	strbuf_clear(&perfdata);
}

static void add_clean(struct strbuf *block, const char *text, size_t max_chars)
{
	mp_text_add(block, text, strlen(text), MP_TEXT_LONG_LINE, max_chars);
}

/* The lines of one task, each behind a line break. */
static void task_block(struct strbuf *block, const struct task *task)
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
	if (task->trace) {
		strbuf_adds(block, " (trace ");
		add_clean(block, task->trace, 100);
		strbuf_addc(block, ')');
	}
	bool said = task->n_reasons == 1 && task->message &&
	            strcmp(task->message, task->reasons[0]) == 0;
	for (size_t i = 0; i < task->n_reasons && !said; i++) {
		strbuf_adds(block, "\n  reason: ");
		add_clean(block, task->reasons[i], 240);
	}
	for (size_t i = 0; i < task->n_files && i < FILES_SHOWN; i++) {
		strbuf_adds(block, "\n  failed file: ");
		add_clean(block, task->files[i].name, 160);
		strbuf_adds(block, " (fileId ");
		add_clean(block, task->files[i].id, 40);
		strbuf_addc(block, ')');
	}
	if (task->failed_files > 0 && (size_t)task->failed_files > task->n_files &&
	    task->n_files)
		strbuf_addf(block, "\n  ... and %lld more failed files",
		            task->failed_files - (long long)task->n_files);
}

/* Adds as many whole lines of the block as fit; whether all did. */
static bool add_lines(struct strbuf *out, const struct strbuf *block, size_t room)
{
	const char *text = strbuf_text(block);
	size_t len = block->len;
	bool whole = len <= room;
	if (!whole) {
		len = room;
		while (len > 0 && text[len] != '\n')
			len--;
	}
	strbuf_add(out, text, len);
	return whole;
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
	for (size_t i = 0; i < due; i++, shown++) {
		struct strbuf block;
		strbuf_init(&block, 2 * 1024 * 1024);
		task_block(&block, order[i]);
		bool more = i + 1 < due || i == 0;
		size_t used = out->len + 1 + (more ? MORE_MAX : 0);
		size_t room = used < OUTPUT_MAX ? OUTPUT_MAX - used : 0;
		/* A task is told whole or counted; but of the worst whatever fits is
		 * told. */
		bool fits = block.len <= room;
		if (fits || i == 0)
			(void)add_lines(out, &block, room);
		strbuf_clear(&block);
		if (!fits) {
			shown += i == 0;
			break;
		}
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
