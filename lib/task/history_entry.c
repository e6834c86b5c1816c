#include "task/history_entry.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "net/json_text.h"

enum {
	DIGITS = 17,     /* a double comes back as it was */
	ENTRY_MAX = 2048 /* bytes of a line without its answer, more than it can have */
};

static bool read_condition(const json_t *line, enum task_condition *ret)
{
	const char *name = json_string_value(json_object_get(line, "condition"));
	for (int i = 0; name && i < TASK_N_CONDITIONS; i++) {
		if (strcmp(name, task_condition_name((enum task_condition)i)) == 0) {
			*ret = (enum task_condition)i;
			return true;
		}
	}
	return false;
}

static bool read_time(const json_t *line, const char *name, int64_t *ret)
{
	const json_t *value = json_object_get(line, name);
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret = json_integer_value(value);
	return true;
}

bool history_entry_read(const json_t *line, struct history_entry *ret_entry)
{
	ret_entry->id = json_string_value(json_object_get(line, "id"));
	if (!ret_entry->id || !read_time(line, "first", &ret_entry->first) ||
	    !read_time(line, "changed", &ret_entry->changed) ||
	    !read_time(line, "seen", &ret_entry->seen) ||
	    !read_condition(line, &ret_entry->condition))
		return false;
	const json_t *progress = json_object_get(line, "progress");
	ret_entry->progress =
	    json_is_number(progress) ? json_number_value(progress) : (double)NAN;
	ret_entry->status = json_string_value(json_object_get(line, "status"));
	return true;
}

bool history_entry_same_status(const struct history_entry *entry, const char *status)
{
	const char *was = entry->status ? entry->status : "";
	const char *is = status ? status : "";
	size_t kept = (size_t)utf8_prefix(is, HISTORY_STATUS_MAX);
	return strlen(was) == kept && memcmp(was, is, kept) == 0;
}

bool history_entry_has_answer(const json_t *line)
{
	return json_object_get(line, "answer") != NULL;
}

static bool recall_lists(const json_t *answer, struct task *task)
{
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(answer, "reasons"), i, item)
	{
		if (!json_is_string(item) ||
		    !task_add_reason(task, json_string_value(item)))
			return false;
	}
	json_array_foreach(json_object_get(answer, "files"), i, item)
	{
		const char *id = json_string_value(json_array_get(item, 0));
		const char *name = json_string_value(json_array_get(item, 1));
		if (!id || !name || !task_add_file(task, id, name))
			return false;
	}
	return true;
}

static bool recall_answer(const json_t *line, const json_t *answer, struct task *task)
{
	if (!read_condition(line, &task->condition) || !task_is_finished(task->condition))
		return false;
	task_text(&task->status, json_string_value(json_object_get(line, "status")));
	task_text(&task->message, json_string_value(json_object_get(answer, "message")));
	task_text(&task->trace, json_string_value(json_object_get(answer, "trace")));
	const json_t *failed = json_object_get(answer, "failed_files");
	task->failed_files = json_is_integer(failed) ? json_integer_value(failed) : -1;
	const json_t *progress = json_object_get(line, "progress");
	task->progress =
	    json_is_number(progress) ? json_number_value(progress) : (double)NAN;
	json_t *details = json_object_get(answer, "details");
	if (json_is_object(details))
		task_keep_details(task, json_incref(details));
	return recall_lists(answer, task);
}

bool history_entry_recall(const json_t *line, const char *digest, struct task *task)
{
	const json_t *answer = json_object_get(line, "answer");
	const char *token = json_string_value(json_object_get(line, "token"));
	if (!json_is_object(answer) || !token || strcmp(token, digest) != 0)
		return false;
	if (recall_answer(line, answer, task)) {
		task->remembered = true;
		return true;
	}
	task_reset(task);
	return false;
}

/* Adds a string member if there is one; false only without memory or for broken UTF-8. */
static bool put_text(json_t *object, const char *name, const char *text)
{
	return !text || json_object_set_new(object, name, json_string(text)) == 0;
}

static json_t *reasons_new(const struct task *task)
{
	json_t *reasons = json_array();
	for (size_t i = 0; reasons && i < task->n_reasons; i++) {
		if (json_array_append_new(reasons, json_string(task->reasons[i])) != 0) {
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
		json_t *file = json_pack("[ss]", task->files[i].id, task->files[i].name);
		if (json_array_append_new(files, file) != 0) {
			json_decref(files);
			return NULL;
		}
	}
	return files;
}

/* All of a task's answer but its details. */
static json_t *answer_new(const struct task *task)
{
	json_t *answer = json_object();
	bool good = answer && put_text(answer, "message", task->message) &&
	            put_text(answer, "trace", task->trace);
	if (good && task->failed_files >= 0)
		good = json_object_set_new(answer, "failed_files",
		                           json_integer(task->failed_files)) == 0;
	/* Most have neither list, and an empty array costs as much as two members. */
	if (good && task->n_reasons > 0)
		good = json_object_set_new(answer, "reasons", reasons_new(task)) == 0;
	if (good && task->n_files > 0)
		good = json_object_set_new(answer, "files", files_new(task)) == 0;
	if (good)
		return answer;
	json_decref(answer);
	return NULL;
}

/* Adds ,"token":...,"answer":{...} of this run. The details are JSON already. */
static bool add_new_answer(struct strbuf *line, const struct task *task,
                           const char *digest)
{
	strbuf_addf(line, ",\"token\":\"%s\",\"answer\":{", digest);
	size_t before = line->len;
	if (!json_text_members(line, answer_new(task), DIGITS))
		return false;
	if (task->details)
		strbuf_addf(line, "%s\"details\":%s", line->len > before ? "," : "",
		            task->details);
	strbuf_addc(line, '}');
	return strbuf_ok(line);
}

static bool add_old_answer(struct strbuf *line, const json_t *old)
{
	json_t *members = json_object();
	if (members &&
	    (json_object_set(members, "token", json_object_get(old, "token")) != 0 ||
	     json_object_set(members, "answer", json_object_get(old, "answer")) != 0)) {
		json_decref(members);
		return false;
	}
	strbuf_addc(line, ',');
	return json_text_members(line, members, DIGITS);
}

/* All but the closing brace. Ids and conditions hold nothing that JSON escapes. */
static bool add_entry(struct strbuf *line, const struct history_entry *entry)
{
	strbuf_addf(line,
	            "{\"id\":\"%s\",\"first\":%" PRId64 ",\"changed\":%" PRId64
	            ",\"seen\":%" PRId64 ",\"condition\":\"%s\"",
	            entry->id, entry->first, entry->changed, entry->seen,
	            task_condition_name(entry->condition));
	json_t *more = json_object();
	bool good = more != NULL;
	if (good && entry->status && entry->status[0])
		good = json_object_set_new(
		           more, "status",
		           json_stringn(entry->status,
		                        (size_t)utf8_prefix(entry->status,
		                                            HISTORY_STATUS_MAX))) == 0;
	if (good && !isnan(entry->progress))
		good = json_object_set_new(more, "progress",
		                           json_real(entry->progress)) == 0;
	if (!good || json_object_size(more) == 0) {
		json_decref(more);
		return good;
	}
	strbuf_addc(line, ',');
	return json_text_members(line, more, DIGITS);
}

size_t history_entry_write(FILE *file, const struct history_entry *entry,
                           const struct history_answer *answer)
{
	struct strbuf line;
	struct strbuf more;
	strbuf_init(&line, HISTORY_LINE_MAX);
	strbuf_init(&more, HISTORY_LINE_MAX - ENTRY_MAX);
	bool good = add_entry(&line, entry) && strbuf_ok(&line);
	bool answered = answer->task ? add_new_answer(&more, answer->task, answer->digest)
	                             : answer->old && add_old_answer(&more, answer->old);
	/* An answer that cannot be kept is asked for again: the times are still good. */
	if (good && answered && strbuf_ok(&more))
		strbuf_add(&line, more.data, more.len);
	strbuf_adds(&line, "}\n");
	errno = ENOMEM; /* where no write says otherwise */
	size_t n = good && strbuf_ok(&line) ? fwrite(line.data, 1, line.len, file) : 0;
	bool whole = n == line.len;
	strbuf_clear(&line);
	strbuf_clear(&more);
	return whole ? n : 0;
}
