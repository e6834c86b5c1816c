#include "task/history_entry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

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

void history_entry_set_status(struct history_entry *entry, const char *status)
{
	const char *text = status ? status : "";
	snprintf(entry->status, sizeof entry->status, "%.*s",
	         utf8_prefix(text, sizeof entry->status - 1), text);
}

bool history_entry_read(const json_t *line, struct history_entry *ret_entry,
                        const char **ret_id)
{
	*ret_id = json_string_value(json_object_get(line, "id"));
	if (!*ret_id || !read_time(line, "first", &ret_entry->first) ||
	    !read_time(line, "changed", &ret_entry->changed) ||
	    !read_time(line, "seen", &ret_entry->seen) ||
	    !read_condition(line, &ret_entry->condition))
		return false;
	const json_t *progress = json_object_get(line, "progress");
	ret_entry->progress =
	    json_is_number(progress) ? json_number_value(progress) : (double)NAN;
	const char *status = json_string_value(json_object_get(line, "status"));
	history_entry_set_status(ret_entry, status);
	return true;
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
	const json_t *details = json_object_get(answer, "details");
	if (json_is_object(details))
		task->details = json_dumps(details, JSON_COMPACT);
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

/* Adds a string member where there is one; false only without memory or for broken UTF-8.
 */
static bool put_text(json_t *object, const char *name, const char *text)
{
	return !text || json_object_set_new(object, name, json_string(text)) == 0;
}

static json_t *answer_new(const struct task *task)
{
	json_t *answer = json_object();
	json_t *reasons = json_array();
	json_t *files = json_array();
	bool good = answer && reasons && files &&
	            put_text(answer, "message", task->message) &&
	            put_text(answer, "trace", task->trace);
	if (good && task->failed_files >= 0)
		good = json_object_set_new(answer, "failed_files",
		                           json_integer(task->failed_files)) == 0;
	if (good && task->details)
		good = json_object_set_new(answer, "details",
		                           json_loads(task->details, 0, NULL)) == 0;
	for (size_t i = 0; good && i < task->n_reasons; i++)
		good = json_array_append_new(reasons, json_string(task->reasons[i])) == 0;
	for (size_t i = 0; good && i < task->n_files; i++)
		good = json_array_append_new(files, json_pack("[ss]", task->files[i].id,
		                                              task->files[i].name)) == 0;
	/* Most have neither, and an empty array costs as much as two members. */
	if (good && task->n_reasons > 0)
		good = json_object_set(answer, "reasons", reasons) == 0;
	if (good && task->n_files > 0)
		good = json_object_set(answer, "files", files) == 0;
	json_decref(reasons);
	json_decref(files);
	if (good)
		return answer;
	json_decref(answer);
	return NULL;
}

/* Adds the answer of this run, or the one that the old line holds. */
static bool put_answer(json_t *line, const struct task *task, const char *digest,
                       const json_t *old)
{
	if (!digest)
		return !old || (json_object_set(line, "token",
		                                json_object_get(old, "token")) == 0 &&
		                json_object_set(line, "answer",
		                                json_object_get(old, "answer")) == 0);
	json_t *answer = answer_new(task);
	return answer && json_object_set_new(line, "answer", answer) == 0 &&
	       put_text(line, "token", digest);
}

static json_t *line_new(const struct task *task, const struct history_entry *entry)
{
	json_t *line = json_pack(
	    "{ss sI sI sI ss}", "id", task->id, "first", (json_int_t)entry->first,
	    "changed", (json_int_t)entry->changed, "seen", (json_int_t)entry->seen,
	    "condition", task_condition_name(entry->condition));
	if (line && entry->status[0] && !put_text(line, "status", entry->status))
		goto fail;
	if (line && !isnan(entry->progress) &&
	    json_object_set_new(line, "progress", json_real(entry->progress)) != 0)
		goto fail;
	return line;
fail:
	json_decref(line);
	return NULL;
}

bool history_entry_write(FILE *file, const struct task *task,
                         const struct history_entry *entry, const char *digest,
                         const json_t *old)
{
	json_t *line = line_new(task, entry);
	/* An answer that cannot be kept is asked for again: no reason to lose the times.
	 */
	char *text = line && put_answer(line, task, digest, old)
	                 ? json_dumps(line, JSON_COMPACT)
	                 : NULL;
	if (line && (!text || strlen(text) >= HISTORY_LINE_MAX)) {
		free(text);
		(void)json_object_del(line, "token");
		(void)json_object_del(line, "answer");
		text = json_dumps(line, JSON_COMPACT);
	}
	bool good = text && fputs(text, file) >= 0 && fputc('\n', file) != EOF;
	free(text);
	json_decref(line);
	return good;
}
