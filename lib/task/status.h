/* A provider's status table: the number or word, and the condition, in one row. */
#ifndef TASK_STATUS_H
#define TASK_STATUS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/json.h"
#include "task/task.h"

struct status_row {
	const char *value; /* as the provider gives it: "3", "failed" */
	const char *name;  /* the provider's own word for it, as the manual page has it */
	enum task_condition condition;
};

/*
 * Reads the member `name` of an object (a number, a numeric string, or, where the table's
 * values are words, a string), sets the task's status and condition, and forgets its
 * message. False, with the task `invalid` and the words in its message, where the member
 * is missing, mistyped, or a value that the table does not have. `where` leads in words:
 * "data.".
 */
bool status_read(const json_t *object, const char *name, const char *where,
                 const struct status_row *rows, size_t n, struct task *task);

/* The member `name` of an answer, an object; else NULL, and the task is `invalid`. */
json_t *status_object(const json_t *root, const char *name, struct task *task);

/* Whether a member that must be there was read. Otherwise the task is `invalid`, with
   "'data.total' is missing" (where "data.", name "total") or the error's words. */
bool status_got(enum net_member got, const char *where, const char *name,
                const struct error *err, struct task *task);

#endif
