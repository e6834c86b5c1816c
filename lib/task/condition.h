/*
 * What a task ended a run in: exactly one condition, and the state of the
 * plugin that it counts as.
 */
#ifndef TASK_CONDITION_H
#define TASK_CONDITION_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "monplug/state.h"

/* clang-format off */
/* X(symbol, name, default state, meaning) */
#define TASK_CONDITIONS(X)                                                                \
	X(WAITING,     "waiting",     MP_OK,       "queued, not begun")                       \
	X(RUNNING,     "running",     MP_OK,       "under way")                               \
	X(RETRYING,    "retrying",    MP_WARNING,  "the provider tries it again")             \
	X(SUCCEEDED,   "succeeded",   MP_OK,       "finished, nothing lost")                  \
	X(PARTIAL,     "partial",     MP_WARNING,  "finished, but something was lost")        \
	X(FAILED,      "failed",      MP_CRITICAL, "the provider says that it failed")        \
	X(MISSING,     "missing",     MP_UNKNOWN,  "the provider says: no such task")         \
	X(DENIED,      "denied",      MP_UNKNOWN,  "token or signature refused")              \
	X(THROTTLED,   "throttled",   MP_UNKNOWN,  "rate limit, after retries")               \
	X(UNREACHABLE, "unreachable", MP_UNKNOWN,  "DNS, connection, TLS or HTTP 5xx, after retries") \
	X(TIMEOUT,     "timeout",     MP_UNKNOWN,  "the run's deadline passed first")         \
	X(INVALID,     "invalid",     MP_UNKNOWN,  "an answer that cannot be trusted")
/* clang-format on */

enum task_condition {
#define X(symbol, name, state, meaning) TASK_##symbol,
	TASK_CONDITIONS(X)
#undef X
	    TASK_N_CONDITIONS
};

/* "waiting" and so on. */
const char *task_condition_name(enum task_condition condition);
/* One phrase on what it means. */
const char *task_condition_meaning(enum task_condition condition);

/* Whether the task can still change: waiting, running, retrying. */
bool task_is_unfinished(enum task_condition condition);
/* Whether the provider gave the task's end: succeeded, partial, failed. */
bool task_is_finished(enum task_condition condition);

/* What each condition counts as. */
struct task_map {
	enum mp_state state[TASK_N_CONDITIONS];
	enum mp_state empty; /* a run without any task */
};

void task_map_init(struct task_map *map);

/*
 * Reads "CONDITION=STATE[,CONDITION=STATE...]"; "empty" is a condition here.
 * On failure the map may be changed in part; err names the word and what is
 * allowed.
 */
bool task_map_parse(struct task_map *map, const char *text, struct error *err) MUST_CHECK;

#endif
