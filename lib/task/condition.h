/*
 * What a task ended a run in: exactly one condition, and the state of the
 * plugin that it counts as.
 */
#ifndef TASK_CONDITION_H
#define TASK_CONDITION_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/i18n.h"
#include "monplug/state.h"

/* clang-format off */
/* X(symbol, name, default state, meaning) */
#define TASK_CONDITIONS(X)                                                                \
	X(WAITING,     N_("waiting"),     MP_OK,       N_("queued, not begun"))                       \
	X(RUNNING,     N_("running"),     MP_OK,       N_("under way"))                               \
	X(RETRYING,    N_("retrying"),    MP_WARNING,  N_("the provider tries it again"))             \
	X(SUCCEEDED,   N_("succeeded"),   MP_OK,       N_("finished, nothing lost"))                  \
	X(PARTIAL,     N_("partial"),     MP_WARNING,  N_("finished, but something was lost"))        \
	X(FAILED,      N_("failed"),      MP_CRITICAL, N_("the provider says that it failed"))        \
	X(MISSING,     N_("missing"),     MP_UNKNOWN,  N_("the provider says: no such task"))         \
	X(DENIED,      N_("denied"),      MP_UNKNOWN,  N_("token or signature refused"))              \
	X(THROTTLED,   N_("throttled"),   MP_UNKNOWN,  N_("rate limit, after retries"))               \
	X(UNREACHABLE, N_("unreachable"), MP_UNKNOWN,  N_("DNS, connection, TLS or HTTP 5xx, after retries")) \
	X(TIMEOUT,     N_("timeout"),     MP_UNKNOWN,  N_("the run's deadline passed first"))         \
	X(INVALID,     N_("invalid"),     MP_UNKNOWN,  N_("an answer that cannot be trusted"))

enum task_condition {
#define X(symbol, name, state, meaning) TASK_##symbol,
	TASK_CONDITIONS(X)
#undef X
	TASK_N_CONDITIONS
};
/* clang-format on */

/* "waiting" and so on. */
const char *task_condition_name(enum task_condition condition);
/* The same word for a reader. */
const char *task_condition_word(enum task_condition condition);
/* One phrase on what it means, for a reader. */
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
