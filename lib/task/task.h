/* A task: what was asked for, and what is known of it by now. */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "task/condition.h"

enum {
	TASK_MAX = 10000,        /* tasks a run */
	TASK_ID_MAX = 256,       /* bytes of an id */
	TASK_LABEL_MAX = 256,    /* bytes of a label */
	TASK_MESSAGE_MAX = 2048, /* bytes kept of a message, a reason or a name */
	TASK_REASONS_MAX = 1000, /* reasons kept of one task */
	TASK_FILES_MAX = 10000   /* failed files kept of one task: 100 pages of 100 */
};

struct task_file {
	char *id;
	char *name;
};

struct task {
	char *id;
	char *label; /* NULL: none was given */

	enum task_condition condition;
	enum mp_state state; /* after the map and the thresholds */
	char *alert;         /* which threshold raised the state; NULL: none */

	char *status;  /* as the provider gave it; NULL: not known */
	char *message; /* the provider's words, or ours on why it could not be asked;
	                  NULL: none */
	char *trace;   /* what the provider's support asks for; NULL: none */
	char *details; /* further members, a JSON object as text; NULL: none */
	char **reasons;
	size_t n_reasons;
	struct task_file *files; /* the failed files that are to be named */
	size_t n_files;
	long long failed_files; /* how many there are; negative: not known */
	double progress;        /* percent; NAN: not known */
	double time;            /* seconds that the slowest answer took; NAN: none came */
	double age;             /* seconds; NAN: not known */
	double stalled;         /* seconds; NAN: not known */
	bool remembered;        /* not asked in this run */

	/* The poll's own. */
	unsigned step;      /* which request of the task is next: 0 asks for its status */
	unsigned token_use; /* which token the request carried */
	enum task_condition ended; /* from step 1 on: what step 0 found */
	char *ended_message;
};

/*
 * Reads "ID[=LABEL]" or, with a blank as the separator, a line of a tasks file.
 * Ids are letters, digits and . _ : ~ * @ + -, so that they are safe in URLs, files and
 * macros; a macro that was not filled in is named as such. A label is any valid
 * UTF-8 text without control characters; one of which nothing would be seen is none.
 */
bool task_init(struct task *task, const char *text, char separator,
               struct error *err) MUST_CHECK;
void task_clear(struct task *task);

/* The label, or the id where there is none. */
const char *task_name(const struct task *task);

/* Sets the condition, and the message in printf's way (NULL: none); the format is
   translated. Without memory the message is lost, never the condition. */
void task_set(struct task *task, enum task_condition condition, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Replaces a text member (status, message, ...) by a copy, NULL clears it. Cut at
   TASK_MESSAGE_MAX bytes, at a character's end. */
void task_text(char **member, const char *text);

/* Keeps an object's members as the task's details, and gives up the object; none where it
   is empty. */
void task_keep_details(struct task *task, json_t *details);

/* Adds a reason, counts none beyond the cap. False without memory. */
bool task_add_reason(struct task *task, const char *text) MUST_CHECK;
bool task_add_file(struct task *task, const char *id, const char *name) MUST_CHECK;

/* Forgets the failed files, and how many there are. */
void task_forget_files(struct task *task);

/* Forgets all but id and label: what an answer said, and how far the poll had come. */
void task_reset(struct task *task);

/* Tasks in the order given. */
struct task_list {
	struct task *items;
	size_t n;
	size_t room;
};

/* Adds a task at the end. At most TASK_MAX. */
bool task_list_add(struct task_list *list, const char *text, char separator,
                   struct error *err) MUST_CHECK;

/* Drops every task whose id came before; called once when all are there. */
bool task_list_unique(struct task_list *list, struct error *err) MUST_CHECK;
void task_list_clear(struct task_list *list);

#endif
