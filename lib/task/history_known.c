#include "task/history_known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool task_is_told(const struct task *task)
{
	return task_is_unfinished(task->condition) || task_is_finished(task->condition);
}

static bool same_progress(double a, double b)
{
	return isnan(a) ? isnan(b) : a == b;
}

static bool has_changed(const struct task *task, const struct history_entry *was)
{
	return task->condition != was->condition ||
	       !history_entry_same_status(was, task->status) ||
	       !same_progress(task->progress, was->progress);
}

/* The run meets a task for the first time, or anew. */
static void begin_times(struct known_task *known, int64_t now)
{
	known->first = known->changed = now;
}

void known_take_times(struct known_task *known, const struct history_entry *was,
                      int64_t now)
{
	const struct task *task = known->task;
	known->there = true;
	if (task_is_finished(was->condition) && task_is_unfinished(task->condition)) {
		begin_times(known, now);
		return;
	}
	/* A clock that was ahead must not hide a hanging task until its time comes. */
	known->first = was->first < now ? was->first : now;
	known->changed = was->changed < now ? was->changed : now;
	if (known->changed < known->first)
		known->changed = known->first;
	if (task_is_told(task) && has_changed(task, was))
		known->changed = now;
}

void known_set_ages(struct known_task *known, int64_t now)
{
	struct task *task = known->task;
	if (!known->there)
		begin_times(known, now);
	if (!task_is_unfinished(task->condition))
		return;
	task->age = (double)(now - known->first);
	task->stalled = (double)(now - known->changed);
}

static int compare_ids(const void *a, const void *b)
{
	const struct known_task *left = a;
	const struct known_task *right = b;
	return strcmp(left->task->id, right->task->id);
}

static int compare_with_id(const void *id, const void *item)
{
	const struct known_task *known = item;
	return strcmp(id, known->task->id);
}

bool history_index_init(struct history_index *index, struct task_list *tasks)
{
	index->n = tasks->n;
	index->items = calloc(tasks->n ? tasks->n : 1, sizeof *index->items);
	if (!index->items)
		return false;
	for (size_t i = 0; i < tasks->n; i++)
		index->items[i].task = &tasks->items[i];
	qsort(index->items, index->n, sizeof *index->items, compare_ids);
	return true;
}

void history_index_clear(struct history_index *index)
{
	history_index_forget(index);
	free(index->items);
}

void history_index_forget(struct history_index *index)
{
	for (size_t i = 0; i < index->n; i++) {
		json_decref(index->items[i].old);
		index->items[i].old = NULL;
		index->items[i].there = false;
	}
}

struct known_task *history_index_find(const struct history_index *index, const char *id)
{
	return bsearch(id, index->items, index->n, sizeof *index->items, compare_with_id);
}
