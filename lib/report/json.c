/*
 * One JSON document on one line, for Zabbix and scripts. A member that is not
 * known is left out: a null, a boolean or an integer above 2^53 breaks an item.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "monplug/state.h"
#include "net/json_text.h"
#include "report/summary.h"
#include "report/writers.h"

enum { SHAPE_VERSION = 1, DIGITS = 12 };
static const double LARGEST_EXACT = 9007199254740992.0; /* 2^53 */

/* A string of valid UTF-8, whatever came in. */
static json_t *text_new(const char *text)
{
	size_t len = strlen(text);
	if (utf8_valid(text, len))
		return json_stringn_nocheck(text, len);
	struct strbuf mended;
	strbuf_init(&mended, 3 * len);
	utf8_add_mended(&mended, text, len);
	json_t *json = strbuf_ok(&mended)
	                   ? json_stringn_nocheck(strbuf_text(&mended), mended.len)
	                   : NULL;
	strbuf_clear(&mended);
	return json;
}

static bool put(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new_nocheck(object, name, value) == 0;
}

static bool put_text(json_t *object, const char *name, const char *text)
{
	return !text || put(object, name, text_new(text));
}

/* A number; whole ones without a fraction, what is not known or not exact left out. */
static bool put_number(json_t *object, const char *name, double value)
{
	if (!isfinite(value) || fabs(value) > LARGEST_EXACT)
		return true;
	if (value == floor(value))
		return put(object, name, json_integer((json_int_t)value));
	return put(object, name, json_real(round(value * 1e6) / 1e6));
}

static json_t *reasons_new(const struct task *task)
{
	json_t *reasons = json_array();
	for (size_t i = 0; reasons && i < task->n_reasons; i++) {
		if (json_array_append_new(reasons, text_new(task->reasons[i])) != 0) {
			json_decref(reasons);
			return NULL;
		}
	}
	return reasons;
}

static json_t *files_new(const struct task *task)
{
	json_t *files = json_array();
	for (size_t i = 0; files && i < task->n_files; i++) {
		json_t *file = json_object();
		bool good = file && put_text(file, "id", task->files[i].id) &&
		            put_text(file, "name", task->files[i].name);
		if (json_array_append_new(files, file) != 0 || !good) {
			json_decref(files);
			return NULL;
		}
	}
	return files;
}

static bool put_lists(json_t *object, const struct task *task)
{
	if (task->n_reasons > 0 && !put(object, "reasons", reasons_new(task)))
		return false;
	return task->n_files == 0 || put(object, "failed_file_list", files_new(task));
}

/* All members but the details. */
static json_t *task_new(const struct task *task)
{
	json_t *object = json_object();
	bool good = object && put_text(object, "id", task->id) &&
	            put_text(object, "label", task_name(task)) &&
	            put_text(object, "condition", task_condition_name(task->condition)) &&
	            put(object, "state", json_integer(task->state)) &&
	            put_text(object, "status", task->status) &&
	            put_number(object, "progress", task->progress) &&
	            put_text(object, "message", task->message) &&
	            put_text(object, "alert", task->alert) &&
	            put_number(object, "failed_files",
	                       task->failed_files >= 0 ? (double)task->failed_files
	                                               : (double)NAN) &&
	            put_number(object, "age", task->age) &&
	            put_number(object, "stalled", task->stalled) &&
	            put_number(object, "time", task->time) &&
	            put_text(object, "trace", task->trace) &&
	            (!task->remembered || put(object, "remembered", json_integer(1))) &&
	            put_lists(object, task);
	if (good)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *metrics_new(const struct report *report)
{
	struct summary_metric metrics[SUMMARY_METRICS_MAX];
	size_t n = summary_metrics(report, metrics);
	json_t *object = json_object();
	for (size_t i = 0; object && i < n; i++) {
		if (!put_number(object, metrics[i].name, metrics[i].value)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* All members but the tasks. */
static json_t *head_new(const struct report *report)
{
	struct strbuf summary;
	strbuf_init(&summary, SUMMARY_TEXT_MAX);
	summary_run(&summary, report);
	json_t *head = json_object();
	bool good = head && strbuf_ok(&summary) &&
	            put(head, "version", json_integer(SHAPE_VERSION)) &&
	            put_text(head, "plugin", report->plugin) &&
	            put(head, "state", json_integer(report->state)) &&
	            put_text(head, "state_name", mp_state_name(report->state)) &&
	            put_text(head, "summary", strbuf_text(&summary)) &&
	            put(head, "checked_at", json_integer(report->checked_at)) &&
	            put_text(head, "error", report->error);
	if (good && !report->error)
		good = put(head, "metrics", metrics_new(report));
	strbuf_clear(&summary);
	if (good)
		return head;
	json_decref(head);
	return NULL;
}

static bool add_task(struct strbuf *out, const struct task *task)
{
	strbuf_addc(out, '{');
	if (!json_text_members(out, task_new(task), DIGITS))
		return false;
	/* JSON already: kept as it was checked when the answer came. */
	if (task->details) {
		strbuf_adds(out, ",\"details\":");
		strbuf_adds(out, task->details);
	}
	strbuf_addc(out, '}');
	return true;
}

/* One by one, so that ten thousand tasks need no tree in memory. */
static bool add_tasks(struct strbuf *out, const struct task_list *tasks)
{
	strbuf_adds(out, ",\"tasks\":[");
	for (size_t i = 0; i < tasks->n; i++) {
		if (i > 0)
			strbuf_addc(out, ',');
		if (!add_task(out, &tasks->items[i]))
			return false;
	}
	strbuf_addc(out, ']');
	return true;
}

static bool write_json(const struct report *report, struct strbuf *out)
{
	strbuf_addc(out, '{');
	if (!json_text_members(out, head_new(report), DIGITS) ||
	    (!report->error && !add_tasks(out, report->tasks)))
		return false;
	strbuf_adds(out, "}\n");
	return strbuf_ok(out);
}

const struct report_writer report_json = {"json", write_json, true};
