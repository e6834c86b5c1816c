/*
 * Local-check lines for the Checkmk agent: STATE "NAME" METRICS TEXT. One
 * service a task; a line for the run where there is more to say than the
 * tasks do.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monplug/number.h"
#include "monplug/text.h"
#include "report/summary.h"
#include "report/writers.h"

/* The services' names, in the tasks' order and sorted. */
struct names {
	const struct task_list *tasks;
	char **cleaned; /* NULL for each task whose name is good as it is */
	const char **sorted;
};

static const char *name_of(const struct names *names, size_t i)
{
	return names->cleaned[i] ? names->cleaned[i] : task_name(&names->tasks->items[i]);
}

/* A task's name as Checkmk takes it between quotes, without any. */
static void add_name(struct strbuf *out, const char *name)
{
	mp_text_add(out, name, strlen(name), MP_TEXT_FIRST_LINE, 200);
	for (size_t i = 0; i < out->len; i++)
		if (strchr("\"'\\", out->data[i]))
			out->data[i] = '_';
}

/* Keeps the task's cleaned name, if that is another; scratch is for all tasks. */
static bool clean_name(struct names *names, size_t i, struct strbuf *scratch)
{
	const char *name = task_name(&names->tasks->items[i]);
	strbuf_cut(scratch, 0);
	add_name(scratch, name);
	if (!strbuf_ok(scratch))
		return false;
	if (strcmp(strbuf_text(scratch), name) == 0)
		return true;
	names->cleaned[i] = strdup(strbuf_text(scratch));
	return names->cleaned[i] != NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void names_clear(struct names *names)
{
	for (size_t i = 0; names->cleaned && i < names->tasks->n; i++)
		free(names->cleaned[i]);
	free(names->cleaned);
	free(names->sorted);
}

static bool names_init(struct names *names, const struct task_list *tasks)
{
	size_t n = tasks->n;
	names->tasks = tasks;
	names->cleaned = calloc(n ? n : 1, sizeof *names->cleaned);
	names->sorted = calloc(n ? n : 1, sizeof *names->sorted);
	struct strbuf scratch;
	strbuf_init(&scratch, 4096);
	bool good = names->cleaned && names->sorted;
	for (size_t i = 0; good && i < n; i++) {
		good = clean_name(names, i, &scratch);
		names->sorted[i] = name_of(names, i);
	}
	strbuf_clear(&scratch);
	if (good)
		qsort(names->sorted, n, sizeof *names->sorted, compare_names);
	return good;
}

/*
 * Whether more than one task has this name. Checkmk keeps the last of such lines alone,
 * so a failed task would hide behind one that succeeded.
 */
static bool is_ambiguous(const struct names *names, const char *name)
{
	size_t low = 0;
	size_t high = names->tasks->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(names->sorted[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low + 1 < names->tasks->n && strcmp(names->sorted[low + 1], name) == 0;
}

/* A backslash begins an escape for Checkmk, which takes "\n" for a line break. */
static void add_text(struct strbuf *out, const struct strbuf *text)
{
	if (!strbuf_ok(text))
		strbuf_fail(out);
	for (const char *c = strbuf_text(text); *c; c++)
		strbuf_addc(out, (char)(*c == '\\' ? '/' : *c));
}

static void add_metric(struct strbuf *out, const char **separator, const char *name,
                       double value)
{
	char number[MP_NUMBER_TEXT_MAX];
	if (!isfinite(value) || !*mp_number_format(value, number, sizeof number))
		return;
	strbuf_addf(out, "%s%s=%s", *separator, name, number);
	*separator = "|";
}

static void add_task(struct strbuf *out, const struct report *report,
                     const struct names *names, size_t i)
{
	const char *separator = "";
	const struct task *task = &report->tasks->items[i];
	const char *name = name_of(names, i);
	bool with_id = is_ambiguous(names, name);
	strbuf_addf(out, "%d \"%s %s%s%s%s\" ", (int)task->state, report->title, name,
	            with_id ? " (" : "", with_id ? task->id : "", with_id ? ")" : "");
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
	strbuf_init(&summary, SUMMARY_TEXT_MAX);
	summary_run(&summary, report);
	strbuf_addf(out, "%d \"%s\" ", (int)report->state, report->title);
	if (!report->error) {
		struct summary_metric metrics[SUMMARY_METRICS_MAX];
		size_t n = summary_metrics(report, metrics);
		for (size_t i = 0; i < n; i++)
			add_metric(out, &separator, metrics[i].name, metrics[i].value);
	}
	strbuf_adds(out, *separator ? " " : "- ");
	add_text(out, &summary);
	strbuf_clear(&summary);
	strbuf_addc(out, '\n');
}

static bool write_checkmk(const struct report *report, struct strbuf *out)
{
	add_run(out, report);
	if (report->error)
		return strbuf_ok(out);
	struct names names;
	bool good = names_init(&names, report->tasks);
	for (size_t i = 0; good && i < report->tasks->n; i++)
		add_task(out, report, &names, i);
	names_clear(&names);
	return good && strbuf_ok(out);
}

const struct report_writer report_checkmk = {"checkmk", write_checkmk, false};
