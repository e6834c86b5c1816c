/* The tasks of a run, beside what a history says of them. */
#ifndef TASK_HISTORY_KNOWN_H
#define TASK_HISTORY_KNOWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "task/history_entry.h"
#include "task/task.h"

/* There are ten thousand of them: no more than is needed. */
struct known_task {
	struct task *task;
	int64_t first;   /* when it was first seen, seconds since 1970 */
	int64_t changed; /* when its status or progress last changed */
	json_t *old;     /* its line, where that says what this run does not; or NULL */
	bool there;      /* it has a line */
};

/* Whether this run found out how the task is. */
bool task_is_told(const struct task *task);

/* Takes the times from a task's line, judged by what this run found. */
void known_take_times(struct known_task *known, const struct history_entry *was,
                      int64_t now);

/* When all lines were read: a task without one is seen for the first time; gives an
   unfinished task its age and stalled. */
void known_set_ages(struct known_task *known, int64_t now);

/* Finds them by their ids. */
struct history_index {
	struct known_task *items; /* sorted by id */
	size_t n;
};

/* The tasks are lent, and must stay where they are. False without memory. */
bool history_index_init(struct history_index *index, struct task_list *tasks) MUST_CHECK;
void history_index_clear(struct history_index *index);
/* Forgets what the lines said. */
void history_index_forget(struct history_index *index);
/* NULL: no task of the run. */
struct known_task *history_index_find(const struct history_index *index, const char *id);

#endif
