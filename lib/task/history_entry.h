/* One line of a history file: what is kept of one task. */
#ifndef TASK_HISTORY_ENTRY_H
#define TASK_HISTORY_ENTRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/compiler.h"
#include "task/task.h"

enum {
	HISTORY_LINE_MAX = 1024 * 1024, /* bytes of a line */
	HISTORY_STATUS_MAX = 63         /* bytes kept of a status */
};

/* All but the answer. Texts are lent by the line, or by the task. */
struct history_entry {
	const char *id;
	int64_t first;   /* when it was first seen, seconds since 1970 */
	int64_t changed; /* when its status or progress last changed */
	int64_t seen;    /* when it was last asked about */
	enum task_condition condition;
	double progress;    /* NAN: none */
	const char *status; /* as the provider gave it; NULL: none */
};

/* False for what is no entry. */
bool history_entry_read(const json_t *line, struct history_entry *ret_entry) MUST_CHECK;

/* Whether a task's status is the one that was kept (which may have been cut). */
bool history_entry_same_status(const struct history_entry *entry, const char *status);

/* Whether the line holds an answer. */
bool history_entry_has_answer(const json_t *line);

/* Fills in a finished task's answer from the line. False where it holds none for this
   digest, or one that cannot be trusted; the task is then as it was. */
bool history_entry_recall(const json_t *line, const char *digest,
                          struct task *task) MUST_CHECK;

/* Which answer a line gets: a task's for a digest, or that of an old line, or none. */
struct history_answer {
	const struct task *task; /* NULL: none */
	const char *digest;      /* with task */
	const json_t *old;       /* without task; NULL: none */
};

/* Writes a line. An answer that there is no memory for, or that makes the line too long
   for the reader, is left out. Returns the line's length in bytes; 0, with errno, without
   memory or on a write error. */
size_t history_entry_write(FILE *file, const struct history_entry *entry,
                           const struct history_answer *answer) MUST_CHECK;

#endif
