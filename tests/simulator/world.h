/* Worlds: each plays all providers with a state of its own. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <jansson.h>
#include <stdbool.h>

#include "answer.h"
#include "base/error.h"
#include "request.h"

#define WORLD_DEFAULT "default"

/* Answers a request; path is what stands behind /world/NAME. */
void world_answer(const char *name, const char *path, const struct request *req,
                  struct answer *a);

bool world_configure(const char *name, json_t *settings, struct error *err) MUST_CHECK;
bool world_set_task(const char *name, const char *id, json_t *task,
                    struct error *err) MUST_CHECK;
void world_remove_task(const char *name, const char *id);
void world_revoke(const char *name);

/* Counters; NULL if there is no such world. The caller decrefs. */
json_t *world_stats(const char *name);

bool world_forget(const char *name);
void world_forget_all(void);

#endif
