#include "task/history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "task/history_entry.h"
#include "task/history_file.h"
#include "task/history_known.h"
#include "task/history_room.h"
#include "task/statedir.h"

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

struct recall {
	const struct history *history;
	struct history_index index;
};

static bool recall_line(void *ctx, json_t *line, const char *raw, size_t len)
{
	(void)raw;
	(void)len;
	struct recall *recall = ctx;
	const struct history *history = recall->history;
	struct history_entry entry;
	if (!history_entry_read(line, &entry))
		return false;
	struct known_task *known = history_index_find(&recall->index, entry.id);
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
	if (!history_index_init(&recall.index, tasks))
		return;
	if (statedir_read(history->path, &file, &wrong, &err) && file) {
		/* A file with one bad line is not believed in any. */
		if (!history_file_read(file, recall_line, &recall, &wrong) || wrong)
			for (size_t i = 0; i < tasks->n; i++)
				task_reset(&tasks->items[i]);
		(void)fclose(file);
	}
	history_index_clear(&recall.index);
}

struct merge {
	struct history_index index;
	int64_t now;
	int64_t since; /* an entry not seen since goes */
	FILE *out;     /* NULL: nothing is written */
	size_t n;      /* lines written */
	size_t bytes;  /* in them, at most: ftell() would ask the system for each line */
	int failure;   /* errno of the first write that failed; 0: none */
};

static void note_failure(struct merge *merge, bool good)
{
	if (!good && merge->failure == 0)
		merge->failure = errno != 0 ? errno : EIO;
}

/* Half of what is read at most: from there on no more answers are kept. */
static bool is_nearly_full(const struct merge *merge)
{
	return merge->bytes > STATEDIR_FILE_MAX / 2;
}

/* The line of a task that another run asked about: it stays as it is. */
static bool copy_line(struct merge *merge, json_t *line, const char *raw, size_t len)
{
	merge->n++;
	merge->bytes += len;
	if (!is_nearly_full(merge) || !history_entry_has_answer(line))
		return fwrite(raw, 1, len, merge->out) == len;
	/* An answer can be asked for again, times cannot. */
	errno = ENOMEM; /* where no write says otherwise */
	return json_object_del(line, "answer") == 0 &&
	       json_dumpf(line, merge->out, JSON_COMPACT) == 0 &&
	       fputc('\n', merge->out) != EOF;
}

static bool merge_line(void *ctx, json_t *line, const char *raw, size_t len)
{
	struct merge *merge = ctx;
	struct history_entry entry;
	if (!history_entry_read(line, &entry))
		return false;
	struct known_task *known = history_index_find(&merge->index, entry.id);
	if (known) {
		const struct task *task = known->task;
		bool needed = !task_is_told(task) ||
		              (!task->remembered && history_entry_has_answer(line));
		known_take_times(known, &entry, merge->now);
		json_decref(known->old);
		known->old = needed ? json_incref(line) : NULL;
	} else if (merge->out && entry.seen >= merge->since &&
	           merge->n + merge->index.n < HISTORY_MAX) {
		note_failure(merge, copy_line(merge, line, raw, len));
	}
	return true;
}

/* Drops what was copied from a file that proved to be no history. */
static bool begin_again(FILE *out)
{
	return fflush(out) == 0 && fseek(out, 0, SEEK_SET) == 0 &&
	       ftruncate(fileno(out), 0) == 0 && history_file_head(out, 0);
}

static bool is_own(const void *ctx, const char *id)
{
	return history_index_find(ctx, id) != NULL;
}

/* Reads what the file says into the merge. */
static bool read_into(FILE *file, struct merge *merge, const char **ret_wrong)
{
	const struct history_index *index = &merge->index;
	return history_room_since(file, index->n, is_own, index, merge->now,
	                          &merge->since) &&
	       history_file_read(file, merge_line, merge, ret_wrong);
}

/* Reads the old file; one that is no history is set aside. */
static bool read_old(const struct history *history, struct merge *merge,
                     struct error *ret_notice, struct error *err)
{
	FILE *file;
	const char *wrong;
	if (!statedir_read(history->path, &file, &wrong, err))
		return false;
	if (file) {
		bool read = read_into(file, merge, &wrong);
		if (!read)
			error_set(err, "cannot read '%s': %s", history->path,
			          strerror(errno));
		(void)fclose(file);
		if (!read)
			return false;
	}
	if (!wrong) {
		if (merge->since > merge->now - HISTORY_LIVE_SECONDS)
			error_set(ret_notice,
			          "'%s' is full (%d tasks): some that were seen within a "
			          "day begin anew",
			          history->path, HISTORY_MAX);
		return true;
	}
	statedir_set_aside(history->path, wrong, ret_notice);
	history_index_forget(&merge->index);
	merge->n = merge->bytes = 0;
	if (merge->out)
		note_failure(merge, begin_again(merge->out));
	return true;
}

/* What is known of the task now: by this run, else by the file. */
static struct history_entry entry_of(const struct known_task *known, int64_t now)
{
	const struct task *task = known->task;
	struct history_entry entry = {.condition = task->condition,
	                              .progress = (double)NAN};
	if (task_is_told(task)) {
		entry.progress = task->progress;
		entry.status = task->status;
	} else if (known->old) {
		(void)!history_entry_read(known->old, &entry);
	}
	entry.id = task->id;
	entry.first = known->first;
	entry.changed = known->changed;
	entry.seen = now;
	return entry;
}

/* The answer that another run kept holds for as long as the task's end is the same. */
static bool keeps_old_answer(const struct known_task *known,
                             const struct history_entry *now)
{
	struct history_entry was;
	return known->old && history_entry_has_answer(known->old) &&
	       history_entry_read(known->old, &was) && was.condition == now->condition &&
	       task_is_finished(now->condition);
}

static bool write_task(const struct history *history, struct merge *merge,
                       const struct known_task *known, bool remember)
{
	struct history_entry entry = entry_of(known, merge->now);
	struct history_answer answer = {NULL, history->digest, NULL};
	bool full = is_nearly_full(merge);
	if (!full && remember && task_is_finished(known->task->condition))
		answer.task = known->task;
	else if (!full && keeps_old_answer(known, &entry))
		answer.old = known->old;
	merge->n++;
	size_t bytes = history_entry_write(merge->out, &entry, &answer);
	merge->bytes += bytes;
	return bytes > 0;
}

static bool write_tasks(const struct history *history, struct merge *merge, bool remember)
{
	for (size_t i = 0; i < merge->index.n && merge->failure == 0; i++)
		note_failure(
		    merge, write_task(history, merge, &merge->index.items[i], remember));
	note_failure(merge, fseek(merge->out, 0, SEEK_SET) == 0 &&
	                        history_file_head(merge->out, merge->n) &&
	                        fseek(merge->out, 0, SEEK_END) == 0);
	return merge->failure == 0;
}

static void merge_ages(struct merge *merge)
{
	for (size_t i = 0; i < merge->index.n; i++)
		known_set_ages(&merge->index.items[i], merge->now);
}

static bool merge_and_write(const struct history *history, struct merge *merge,
                            bool remember, struct error *ret_notice, struct error *err)
{
	struct statedir_write write;
	struct error begun = ERROR_INIT;
	/* Even if nothing can be written, what the file says of a hanging task counts. */
	bool writes = statedir_begin(history->path, 0, &write, &begun);
	merge->out = writes ? write.file : NULL;
	if (writes)
		note_failure(merge, history_file_head(write.file, 0));
	bool good = read_old(history, merge, ret_notice, err);
	merge_ages(merge);
	if (!writes)
		return error_set(err, "%s", begun.text);
	if (good && write_tasks(history, merge, remember))
		return statedir_commit(&write, err);
	if (good)
		error_set(err, "cannot write '%s': %s", history->path,
		          strerror(merge->failure));
	statedir_abandon(&write);
	return false;
}

/* Where the lock is held by another: what the file says, without writing. */
static void read_ages(const struct history *history, struct merge *merge)
{
	FILE *file = NULL;
	const char *wrong;
	struct error quiet = ERROR_INIT;
	if (statedir_read(history->path, &file, &wrong, &quiet) && file) {
		(void)!read_into(file, merge, &wrong);
		(void)fclose(file);
	}
	merge_ages(merge);
}

bool history_update(const struct history *history, struct task_list *tasks, int64_t now,
                    bool remember, double deadline, struct error *ret_notice,
                    struct error *err)
{
	struct merge merge = {.now = now};
	struct statedir_lock lock;
	if (!history_index_init(&merge.index, tasks))
		return error_set(err, "out of memory");
	bool good = statedir_lock(history->path, deadline, &lock, err);
	if (good) {
		good = merge_and_write(history, &merge, remember, ret_notice, err);
		statedir_unlock(&lock);
	} else {
		read_ages(history, &merge);
	}
	history_index_clear(&merge.index);
	return good;
}
