#include "task/history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "task/history_entry.h"
#include "task/statedir.h"

#define FORMAT "cloud-task-plugins history"
enum { FORMAT_VERSION = 1 };

/* The head has one length whatever the count, which is known at the end only. */
#define HEAD_FORMAT "{\"format\":\"" FORMAT "\",\"version\":%d,\"tasks\":%10zu}\n"

/* Where the tasks of a run are found by id, and what the file said of each. */
struct known {
	struct task *task;
	struct history_entry entry;
	bool there;
	enum task_condition was; /* what the file said */
	json_t *old; /* the line, where it holds an answer that this run does not give */
};

struct index {
	struct known *items; /* sorted by id */
	size_t n;
};

/* What to do with a line; false: the line is no entry. */
typedef bool line_fn(void *ctx, json_t *line, const char *raw, size_t len);

bool history_init(struct history *history, const struct provider *provider,
                  const void *own, const char *dir, const char *url, const char *account,
                  const char *digest, struct error *err)
{
	const char *parts[] = {provider->plugin, url, account, NULL};
	*history = (struct history){provider, own, digest, NULL};
	return statedir_path(dir, "history", parts, &history->path, err);
}

void history_clear(struct history *history)
{
	free(history->path);
	history->path = NULL;
}

static int compare_known(const void *a, const void *b)
{
	const struct known *left = a;
	const struct known *right = b;
	return strcmp(left->task->id, right->task->id);
}

static bool index_init(struct index *index, struct task_list *tasks)
{
	index->n = tasks->n;
	index->items = calloc(tasks->n ? tasks->n : 1, sizeof *index->items);
	if (!index->items)
		return false;
	for (size_t i = 0; i < tasks->n; i++)
		index->items[i].task = &tasks->items[i];
	qsort(index->items, index->n, sizeof *index->items, compare_known);
	return true;
}

/* Forgets what the file said. */
static void index_forget(struct index *index)
{
	for (size_t i = 0; i < index->n; i++) {
		json_decref(index->items[i].old);
		index->items[i].old = NULL;
		index->items[i].there = false;
	}
}

static void index_clear(struct index *index)
{
	index_forget(index);
	free(index->items);
}

static struct known *index_find(const struct index *index, const char *id)
{
	size_t low = 0;
	size_t high = index->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(id, index->items[middle].task->id);
		if (order == 0)
			return &index->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool read_head(const char *text, size_t len, size_t *ret_n)
{
	json_t *head = json_loadb(text, len, 0, NULL);
	const char *format = json_string_value(json_object_get(head, "format"));
	json_int_t version = json_integer_value(json_object_get(head, "version"));
	const json_t *n = json_object_get(head, "tasks");
	bool good = format && strcmp(format, FORMAT) == 0 && version == FORMAT_VERSION &&
	            json_is_integer(n) && json_integer_value(n) >= 0;
	if (good)
		*ret_n = (size_t)json_integer_value(n);
	json_decref(head);
	return good;
}

/* Said of a good file that there is no memory for: it is not set aside. */
static const char no_memory[] = "there is no memory for it";

/* Reads all lines. NULL: well; else what is wrong with the file. */
static const char *read_lines(FILE *file, line_fn *each, void *ctx)
{
	char *text = NULL;
	size_t room = 0;
	size_t n = 0;
	const char *wrong = NULL;
	ssize_t len = getline(&text, &room, file);
	if (len <= 0 || !read_head(text, (size_t)len, &n))
		wrong = "its head is not that of a history";
	for (size_t i = 0; !wrong && i < n; i++) {
		len = getline(&text, &room, file);
		if (len <= 0 || text[len - 1] != '\n') {
			wrong = "it is cut short";
			break;
		}
		json_t *line = len <= HISTORY_LINE_MAX
		                   ? json_loadb(text, (size_t)len, 0, NULL)
		                   : NULL;
		if (!json_is_object(line) || !each(ctx, line, text, (size_t)len))
			wrong = "a line is no entry";
		json_decref(line);
	}
	if (!wrong && getline(&text, &room, file) >= 0)
		wrong = "it is longer than its head says";
	free(text);
	return wrong;
}

struct recall {
	const struct history *history;
	struct index index;
};

static bool recall_line(void *ctx, json_t *line, const char *raw, size_t len)
{
	(void)raw;
	(void)len;
	struct recall *recall = ctx;
	const struct history *history = recall->history;
	struct history_entry entry;
	const char *id;
	if (!history_entry_read(line, &entry, &id))
		return false;
	struct known *known = index_find(&recall->index, id);
	if (!known || !history_entry_recall(line, history->digest, known->task))
		return true;
	const struct provider *provider = history->provider;
	if (provider->enough && !provider->enough(history->own, known->task))
		task_reset(known->task);
	return true;
}

void history_recall(const struct history *history, struct task_list *tasks)
{
	struct recall recall = {history, {NULL, 0}};
	FILE *file = NULL;
	const char *wrong;
	struct error err = ERROR_INIT;
	if (!index_init(&recall.index, tasks))
		return;
	if (statedir_read(history->path, &file, &wrong, &err) && file) {
		/* A file with one bad line is not believed in any. */
		if (read_lines(file, recall_line, &recall))
			for (size_t i = 0; i < tasks->n; i++)
				task_reset(&tasks->items[i]);
		(void)fclose(file);
	}
	index_clear(&recall.index);
}

/* What the merge knows of the task now, given what the file said. */
static void update_entry(struct known *known, int64_t now)
{
	const struct task *task = known->task;
	struct history_entry *entry = &known->entry;
	bool told =
	    task_is_unfinished(task->condition) || task_is_finished(task->condition);
	bool restarted = known->there && task_is_finished(entry->condition) &&
	                 task_is_unfinished(task->condition);
	if (!known->there || restarted) {
		entry->first = entry->changed = now;
		entry->condition = task->condition;
		entry->progress = (double)NAN;
		entry->status[0] = '\0';
	}
	/* A clock that was ahead must not hide a hanging task until its time comes. */
	if (entry->first > now)
		entry->first = now;
	if (entry->changed > now || entry->changed < entry->first)
		entry->changed = entry->changed > now ? now : entry->first;
	entry->seen = now;
	if (!told)
		return;
	struct history_entry told_now = *entry;
	history_entry_set_status(&told_now, task->status);
	bool same_progress = isnan(task->progress) ? isnan(entry->progress)
	                                           : task->progress == entry->progress;
	if (known->there && !restarted &&
	    (strcmp(told_now.status, entry->status) != 0 || !same_progress ||
	     task->condition != entry->condition))
		entry->changed = now;
	memcpy(entry->status, told_now.status, sizeof entry->status);
	entry->progress = task->progress;
	entry->condition = task->condition;
}

static void set_ages(struct known *known, int64_t now)
{
	struct task *task = known->task;
	if (!task_is_unfinished(task->condition))
		return;
	task->age = (double)(now - known->entry.first);
	task->stalled = (double)(now - known->entry.changed);
}

struct merge {
	struct index index;
	int64_t now;
	FILE *out; /* NULL: nothing is written */
	size_t n;  /* lines written */
	bool failed;
};

/* Half of what is read at most: from there on no more answers are kept. */
static bool is_nearly_full(FILE *out)
{
	return ftell(out) > STATEDIR_FILE_MAX / 2;
}

/* The line of a task that another run asked about: it stays as it is. */
static bool copy_line(struct merge *merge, json_t *line, const char *raw, size_t len)
{
	merge->n++;
	if (!is_nearly_full(merge->out) || !json_object_get(line, "answer"))
		return fwrite(raw, 1, len, merge->out) == len;
	/* An answer can be asked for again, times cannot. */
	return json_object_del(line, "answer") == 0 &&
	       json_dumpf(line, merge->out, JSON_COMPACT) == 0 &&
	       fputc('\n', merge->out) != EOF;
}

static bool merge_line(void *ctx, json_t *line, const char *raw, size_t len)
{
	struct merge *merge = ctx;
	struct history_entry entry;
	const char *id;
	if (!history_entry_read(line, &entry, &id))
		return false;
	struct known *known = index_find(&merge->index, id);
	if (known) {
		known->entry = entry;
		known->there = true;
		known->was = entry.condition;
		json_decref(known->old);
		known->old = !known->task->remembered && json_object_get(line, "answer")
		                 ? json_incref(line)
		                 : NULL;
	} else if (merge->out && merge->now - entry.seen <= HISTORY_KEEP_SECONDS &&
	           merge->n + merge->index.n < HISTORY_MAX) {
		merge->failed = !copy_line(merge, line, raw, len) || merge->failed;
	}
	return true;
}

static bool write_head(FILE *out, size_t n)
{
	return fprintf(out, HEAD_FORMAT, FORMAT_VERSION, n) > 0;
}

/* Drops what was copied from a file that proved to be no history. */
static bool begin_again(FILE *out)
{
	return fflush(out) == 0 && fseek(out, 0, SEEK_SET) == 0 &&
	       ftruncate(fileno(out), 0) == 0 && write_head(out, 0);
}

/* Reads the old file into the merge; one that is no history is set aside. */
static bool read_old(const struct history *history, struct merge *merge,
                     struct error *ret_notice, struct error *err)
{
	FILE *file;
	const char *wrong;
	if (!statedir_read(history->path, &file, &wrong, err))
		return false;
	if (file) {
		wrong = read_lines(file, merge_line, merge);
		(void)fclose(file);
	}
	if (!wrong)
		return true;
	if (wrong == no_memory)
		return error_set(err, "'%s': %s", history->path, wrong);
	statedir_set_aside(history->path, wrong, ret_notice);
	index_forget(&merge->index);
	merge->n = 0;
	if (merge->out && !begin_again(merge->out))
		merge->failed = true;
	return true;
}

static bool write_task(const struct history *history, struct merge *merge,
                       const struct known *known, bool remember)
{
	bool full = is_nearly_full(merge->out);
	bool answer = remember && !full && task_is_finished(known->task->condition);
	/* The answer that another run kept holds for as long as the task's end is the
	 * same. */
	bool keeps = known->old && !full && task_is_finished(known->entry.condition) &&
	             known->entry.condition == known->was;
	merge->n++;
	return history_entry_write(merge->out, known->task, &known->entry,
	                           answer ? history->digest : NULL,
	                           keeps ? known->old : NULL);
}

static bool write_tasks(const struct history *history, struct merge *merge, bool remember)
{
	for (size_t i = 0; i < merge->index.n; i++)
		if (!write_task(history, merge, &merge->index.items[i], remember))
			return false;
	return fseek(merge->out, 0, SEEK_SET) == 0 && write_head(merge->out, merge->n) &&
	       fseek(merge->out, 0, SEEK_END) == 0 && !merge->failed;
}

static void merge_ages(struct merge *merge)
{
	for (size_t i = 0; i < merge->index.n; i++) {
		update_entry(&merge->index.items[i], merge->now);
		set_ages(&merge->index.items[i], merge->now);
	}
}

static bool merge_and_write(const struct history *history, struct merge *merge,
                            bool remember, struct error *ret_notice, struct error *err)
{
	struct statedir_write write;
	struct error begun = ERROR_INIT;
	/* Even where nothing can be written, what the file says of a hanging task counts.
	 */
	bool writes = statedir_begin(history->path, 0, &write, &begun);
	merge->out = writes ? write.file : NULL;
	if (writes && !write_head(write.file, 0))
		merge->failed = true;
	bool good = read_old(history, merge, ret_notice, err);
	merge_ages(merge);
	if (!writes)
		return error_set(err, "%s", begun.text);
	if (good && write_tasks(history, merge, remember))
		return statedir_commit(&write, err);
	error_set(err, "cannot write '%s': %s", history->path, strerror(errno));
	statedir_abandon(&write);
	return false;
}

bool history_update(const struct history *history, struct task_list *tasks, int64_t now,
                    bool remember, double deadline, struct error *ret_notice,
                    struct error *err)
{
	struct merge merge = {.now = now};
	struct statedir_lock lock;
	if (!index_init(&merge.index, tasks))
		return error_set(err, "out of memory");
	bool good = false;
	if (statedir_lock(history->path, deadline, &lock, err)) {
		good = merge_and_write(history, &merge, remember, ret_notice, err);
		statedir_unlock(&lock);
	} else {
		FILE *ignored = NULL;
		const char *wrong;
		struct error quiet = ERROR_INIT;
		if (statedir_read(history->path, &ignored, &wrong, &quiet) && ignored) {
			(void)read_lines(ignored, merge_line, &merge);
			(void)fclose(ignored);
		}
		merge_ages(&merge);
	}
	index_clear(&merge.index);
	return good;
}
