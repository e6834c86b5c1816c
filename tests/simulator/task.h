/* Tasks: those that a test has set, and those that every world has. */
#ifndef SIM_TASK_H
#define SIM_TASK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "state.h"

enum system { SYSTEM_COPY, SYSTEM_OFFLINE, SYSTEM_KOODRIVE, SYSTEM_COZE, SYSTEM_COUNT };

/* The task as a description (members as in the README); NULL if there is none. */
json_t *task_find(const struct world *w, enum system system, const char *id);

/*
 * The document's own example answer, where the id is an example's and no test
 * has set or removed that task; else NULL.
 */
const char *task_example(const struct call *c, enum system system, const char *id);

bool task_set(struct world *w, const char *id, json_t *task,
              struct error *err) MUST_CHECK;
void task_remove(struct world *w, const char *id);

/* Members of a description, with what stands for those that are not given. */
json_t *task_status(const json_t *task, json_t *good); /* good is taken over */
const char *task_text(const json_t *task, const char *name, const char *otherwise);

#endif
