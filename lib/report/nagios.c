/*
 * The form of the Nagios plugin guidelines, within what engines take: 4096
 * bytes in all, one "|", all perfdata on the first line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "monplug/perfdata.h"
#include "monplug/text.h"
#include "report/summary.h"
#include "report/writers.h"

enum {
	OUTPUT_MAX = 4096,  /* Nagios Core cuts longer output at random */
	SUMMARY_MAX = 1600, /* of it for the first line's text */
	MORE_MAX = 40,      /* room kept for "... and 9999 more" */
	BLOCK_MAX = 16384   /* more than a head with one loss too many takes */
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
	if (text->len <= max || !strbuf_ok(text)) {
		strbuf_add_buf(out, text);
		return;
	}
	strbuf_add(out, text->data, utf8_cut(text->data, max - 3));
	strbuf_adds(out, "...");
}

static void add_first_line(struct strbuf *out, const struct report *report)
{
	struct strbuf summary;
	strbuf_init(&summary, SUMMARY_TEXT_MAX);
	summary_run(&summary, report);
	strbuf_addf(out, "%s %s - ", report->title, mp_state_name(report->state));
	add_cut(out, &summary, SUMMARY_MAX);
	strbuf_clear(&summary);
	if (report->error)
		return;
	strbuf_adds(out, " | ");
	struct strbuf perfdata;
	strbuf_init(&perfdata, OUTPUT_MAX);
	add_perfdata(&perfdata, report);
	strbuf_add_buf(out, &perfdata);
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
	strbuf_adds(block, _(": "));
	summary_phrase(block, task, true);
	add_trace_id(block, task);
}

/* Line i of what a task lost: its reasons, then its files. False behind the last. */
static bool add_loss(struct strbuf *line, const struct task *task, size_t i)
{
	if (i < task->n_reasons) {
		strbuf_addf(line, "\n  %s", _("reason: "));
		add_clean(line, task->reasons[i], 240);
		return true;
	}
	i -= task->n_reasons;
	if (i >= task->n_files)
		return false;
	strbuf_addf(line, "\n  %s", _("failed file: "));
	add_clean(line, task->files[i].name, 160);
	strbuf_adds(line, " (fileId ");
	add_clean(line, task->files[i].id, 40);
	strbuf_addc(line, ')');
	return true;
}

/* How many losses the head has told: a reason that is the message, word for word. */
static size_t losses_said(const struct task *task)
{
	bool said = task->n_reasons == 1 && task->message &&
	            strcmp(task->message, task->reasons[0]) == 0;
	return said ? 1 : 0;
}

/* "... and 240 more failed files": what was not told. Where none of them is named the
   head alone says how many there are. */
static void add_rest(struct strbuf *block, const struct task *task, size_t told)
{
	size_t reasons = told < task->n_reasons ? task->n_reasons - told : 0;
	long long named =
	    told > task->n_reasons ? (long long)(told - task->n_reasons) : 0;
	long long files = named > 0 ? task->failed_files - named : 0;
	if (reasons > 0) {
		strbuf_adds(block, "\n  ");
		strbuf_addf(block,
		            i18n_count("... and %zu more reason",
		                       "... and %zu more reasons", reasons),
		            reasons);
	}
	if (files > 0) {
		strbuf_adds(block, "\n  ");
		strbuf_addf(block,
		            i18n_count("... and %lld more failed file",
		                       "... and %lld more failed files",
		                       (unsigned long)files),
		            files);
	}
}

/* Adds one more loss if, with what is to be said of the rest, the block has at most max
   bytes then. */
static bool add_next_loss(struct strbuf *block, const struct task *task, size_t told,
                          size_t max)
{
	size_t before = block->len;
	if (!add_loss(block, task, told))
		return false;
	size_t after = block->len;
	add_rest(block, task, told + 1);
	bool fits = block->len <= max && strbuf_ok(block);
	strbuf_cut(block, fits ? after : before);
	return fits;
}

/* Adds a task's lines: its head and, as far as *room lasts, its losses. */
static void add_task(struct strbuf *out, const struct task *task, size_t *room)
{
	struct strbuf block;
	strbuf_init(&block, BLOCK_MAX);
	add_head(&block, task);
	size_t max = block.len + *room;
	size_t said = losses_said(task);
	size_t told = said;
	while (add_next_loss(&block, task, told, max))
		told++;
	if (told > said)
		add_rest(&block, task, told);
	*room = max - block.len;
	strbuf_add_buf(out, &block);
	strbuf_clear(&block);
}

/* How many of the tasks' heads fit in *room, which is then what they leave. */
static size_t fit_heads(const struct task *const *order, size_t n, size_t *room,
                        struct strbuf *out)
{
	struct strbuf head;
	size_t fit = 0;
	strbuf_init(&head, BLOCK_MAX);
	for (; fit < n; fit++) {
		strbuf_cut(&head, 0);
		add_head(&head, order[fit]);
		if (head.len > *room)
			break;
		*room -= head.len;
	}
	if (!strbuf_ok(&head))
		strbuf_fail(out);
	strbuf_clear(&head);
	return fit;
}

/* The heads of all due tasks come before anything that one of them lost. */
static void add_task_lines(struct strbuf *out, const struct report *report)
{
	const struct task **order = summary_order(report->tasks);
	size_t used = out->len + 1 + MORE_MAX;
	size_t room = used < OUTPUT_MAX ? OUTPUT_MAX - used : 0;
	size_t due = 0;
	if (!order) {
		strbuf_fail(out);
		return;
	}
	for (size_t i = 0; i < report->tasks->n; i++)
		due += report->verbose > 0 || order[i]->state != MP_OK;
	size_t shown = fit_heads(order, due, &room, out);
	for (size_t i = 0; i < shown; i++)
		add_task(out, order[i], &room);
	free(order);
	if (shown < due) {
		strbuf_addc(out, '\n');
		strbuf_addf(out, _("... and %zu more"), due - shown);
	}
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
		if (out->len + line.len + 1 <= OUTPUT_MAX)
			strbuf_add_buf(out, &line);
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

const struct report_writer report_nagios = {"nagios", write_nagios, false};
