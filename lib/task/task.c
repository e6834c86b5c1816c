#include "task/task.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/utf8.h"
#include "monplug/text.h"

/* More than 15 digits would show what a double makes of 0.1. */
enum { DETAILS_DIGITS = 15 };

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("._:~*@+-", c));
}

static bool check_id(const char *id, size_t n, struct error *err)
{
	int shown = (int)utf8_cut(id, n < 64 ? n : 64);
	if (n == 0)
		return error_set(err, "the task's id is empty");
	if (memchr(id, '$', n) || memchr(id, '{', n))
		return error_set(err, "'%.*s' is a macro that was not filled in", shown,
		                 id);
	if (n > TASK_ID_MAX)
		return error_set(err, "an id of %zu bytes; at most %d are allowed", n,
		                 TASK_ID_MAX);
	if ((n == 1 && id[0] == '.') || (n == 2 && id[0] == '.' && id[1] == '.'))
		return error_set(err, "'%.*s' is no id", shown, id);
	for (size_t i = 0; i < n; i++)
		if (!is_id_char(id[i]))
			return error_set(
			    err,
			    "the id '%.*s' may hold letters, digits and . _ : ~ * @ + - "
			    "only",
			    shown, id);
	return true;
}

static bool check_label(const char *label, struct error *err)
{
	size_t n = strlen(label);
	if (n > TASK_LABEL_MAX)
		return error_set(err, "a label of %zu bytes; at most %d are allowed", n,
		                 TASK_LABEL_MAX);
	if (!utf8_valid(label, n))
		return error_set(err, "the label is not valid UTF-8");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)label[i] < 0x20 || label[i] == 0x7F)
			return error_set(err, "the label holds a control character");
	return true;
}

/* Whether anything of it would be seen. */
static bool is_visible(const char *label)
{
	struct strbuf shown;
	strbuf_init(&shown, TASK_LABEL_MAX);
	mp_text_add(&shown, label, strlen(label), MP_TEXT_LONG_LINE, 0);
	bool visible = shown.len > 0 || !strbuf_ok(&shown);
	strbuf_clear(&shown);
	return visible;
}

bool task_init(struct task *task, const char *text, char separator, struct error *err)
{
	*task = (struct task){.state = MP_UNKNOWN};
	task_reset(task);
	const char *end =
	    separator == ' ' ? text + strcspn(text, " \t") : strchr(text, separator);
	size_t n = end && *end ? (size_t)(end - text) : strlen(text);
	if (!check_id(text, n, err))
		return false;
	const char *label = text[n] ? text + n + 1 : NULL;
	if (label && separator == ' ')
		label += strspn(label, " \t");
	if (label && !check_label(label, err))
		return false;
	if (label && !is_visible(label))
		label = NULL;
	task->id = strndup(text, n);
	task->label = label ? strdup(label) : NULL;
	if (task->id && (task->label || !label))
		return true;
	task_clear(task);
	return error_set(err, "out of memory");
}

const char *task_name(const struct task *task)
{
	return task->label ? task->label : task->id;
}

void task_forget_files(struct task *task)
{
	for (size_t i = 0; i < task->n_files; i++) {
		free(task->files[i].id);
		free(task->files[i].name);
	}
	free(task->files);
	task->files = NULL;
	task->n_files = 0;
	task->failed_files = -1;
}

void task_reset(struct task *task)
{
	free(task->alert);
	free(task->status);
	free(task->trace);
	free(task->message);
	free(task->details);
	for (size_t i = 0; i < task->n_reasons; i++)
		free(task->reasons[i]);
	free(task->reasons);
	task_forget_files(task);
	free(task->ended_message);
	task->ended_message = NULL;
	task->step = 0;
	task->alert = task->status = task->trace = NULL;
	task->message = task->details = NULL;
	task->reasons = NULL;
	task->n_reasons = 0;
	task->progress = task->time = task->age = task->stalled = (double)NAN;
	task->condition = TASK_INVALID;
	task->remembered = false;
}

void task_clear(struct task *task)
{
	task_reset(task);
	free(task->id);
	free(task->label);
	task->id = task->label = NULL;
}

void task_set(struct task *task, enum task_condition condition, const char *format, ...)
{
	task->condition = condition;
	if (!format) {
		task_text(&task->message, NULL);
		return;
	}
	char text[TASK_MESSAGE_MAX + 1];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text, sizeof text, _(format), args);
	va_end(args);
	if (n >= (int)sizeof text)
		text[utf8_cut(text, sizeof text - 1)] = '\0';
	task_text(&task->message, n > 0 ? text : NULL);
}

/* Words of libraries may come in any encoding; what is kept is UTF-8. */
static void replace_broken(char *text)
{
	for (size_t i = 0, n = strlen(text); i < n;) {
		uint32_t c;
		size_t bytes = utf8_read(text + i, n - i, &c);
		if (c == UINT32_MAX)
			memset(text + i, '?', bytes);
		i += bytes;
	}
}

void task_text(char **member, const char *text)
{
	char *copy = NULL;
	if (text) {
		size_t n = strlen(text);
		copy = strndup(
		    text, n > TASK_MESSAGE_MAX ? utf8_cut(text, TASK_MESSAGE_MAX) : n);
	}
	if (copy)
		replace_broken(copy);
	free(*member);
	*member = copy;
}

void task_keep_details(struct task *task, json_t *details)
{
	free(task->details);
	task->details =
	    json_object_size(details) > 0
	        ? json_dumps(details, JSON_COMPACT | JSON_REAL_PRECISION(DETAILS_DIGITS))
	        : NULL;
	json_decref(details);
}

bool task_add_reason(struct task *task, const char *text)
{
	if (task->n_reasons >= TASK_REASONS_MAX)
		return true;
	char **grown = realloc(task->reasons, (task->n_reasons + 1) * sizeof *grown);
	if (!grown)
		return false;
	task->reasons = grown;
	grown[task->n_reasons] = NULL;
	task_text(&grown[task->n_reasons], text);
	if (!grown[task->n_reasons])
		return false;
	task->n_reasons++;
	return true;
}

bool task_add_file(struct task *task, const char *id, const char *name)
{
	if (task->n_files >= TASK_FILES_MAX)
		return true;
	struct task_file *grown =
	    realloc(task->files, (task->n_files + 1) * sizeof *grown);
	if (!grown)
		return false;
	task->files = grown;
	struct task_file *file = &grown[task->n_files];
	*file = (struct task_file){NULL, NULL};
	task_text(&file->id, id);
	task_text(&file->name, name);
	if (!file->id || !file->name) {
		free(file->id);
		free(file->name);
		return false;
	}
	task->n_files++;
	return true;
}
