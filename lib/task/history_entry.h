/* One line of a history file: what is kept of one task. */
#ifndef TASK_HISTORY_ENTRY_H
#define TASK_HISTORY_ENTRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/compiler.h"
#include "task/task.h"

enum { HISTORY_LINE_MAX = 1024 * 1024 }; /* bytes of a line */

struct history_entry {
	int64_t first;   /* when it was first seen, seconds since 1970 */
	int64_t changed; /* when its status or progress last changed */
	int64_t seen;    /* when it was last asked about */
	enum task_condition condition;
	double progress; /* NAN: none */
	char status[64]; /* as the provider gave it, cut */
};

/* Reads the fixed part. *ret_id is lent by the line. False for what is no entry. */
bool history_entry_read(const json_t *line, struct history_entry *ret_entry,
                        const char **ret_id) MUST_CHECK;

/* Fills in a finished task's answer from the line. False where it holds none for this
   digest, or one that cannot be trusted; the task is then as it was. */
bool history_entry_recall(const json_t *line, const char *digest,
                          struct task *task) MUST_CHECK;

/*
 * Writes a line: with the task's answer for `digest`, or where that is NULL with the
 * answer of the old line, NULL for none. An answer that makes the line too long for the
 * reader is left out. False without memory or on a write error.
 */
bool history_entry_write(FILE *file, const struct task *task,
                         const struct history_entry *entry, const char *digest,
                         const json_t *old) MUST_CHECK;

/* Sets the status, cut at a character's end. NULL is "". */
void history_entry_set_status(struct history_entry *entry, const char *status);

#endif
