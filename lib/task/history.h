/*
 * The memory between runs: when a task was first seen, when its status or
 * progress last changed, and the last answer of a finished one.
 *
 * One file for a plugin, URL and account: JSON lines, described in
 * docs/state.md. What another check of the same account saw meanwhile is
 * merged under the lock; nothing is lost.
 */
#ifndef TASK_HISTORY_H
#define TASK_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "task/provider.h"
#include "task/task.h"

struct history {
	const struct provider *provider;
	const void *own;
	/* Of the given token, for which alone a remembered answer holds; or "". */
	const char *digest;
	char *path;
};

/* Names the file; touches nothing. */
bool history_init(struct history *history, const struct provider *provider,
                  const void *own, const char *dir, const char *url, const char *account,
                  const char *digest, struct error *err) MUST_CHECK;
void history_clear(struct history *history);

/*
 * Fills in every task whose end is remembered, so that it is not asked. What
 * cannot be read is as if it were not there: history_update() tells.
 */
void history_recall(const struct history *history, struct task_list *tasks);

/*
 * Sets age and stalled of the unfinished tasks and writes what is known now, waiting for
 * others until the deadline on clock_steady(). `remember` keeps the answers of finished
 * tasks for history_recall(). False: nothing was written, and err says why; age and
 * stalled are set as far as the file could be read. ret_notice: a file was set aside, or
 * ages of others were given up for want of room, in words.
 */
bool history_update(const struct history *history, struct task_list *tasks, int64_t now,
                    bool remember, double deadline, struct error *ret_notice,
                    struct error *err) MUST_CHECK;

#endif
