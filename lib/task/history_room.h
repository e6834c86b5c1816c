/* What a full history gives up: the tasks that were not seen for the longest time. */
#ifndef TASK_HISTORY_ROOM_H
#define TASK_HISTORY_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/compiler.h"

enum {
	HISTORY_MAX = 50000,                   /* entries kept in a file */
	HISTORY_KEEP_SECONDS = 30 * 24 * 3600, /* an entry not seen for longer goes */
	HISTORY_LIVE_SECONDS = 24 * 3600       /* one seen since is somebody's */
};

/* Whether a run writes a line of its own for this id. */
typedef bool history_own_fn(const void *ctx, const char *id);

/*
 * Finds the time since which an entry must have been seen to be kept beside the n_own
 * entries of the run. The file stands at its beginning before and after. False (with
 * errno) where it could not be read.
 */
bool history_room_since(FILE *file, size_t n_own, history_own_fn *is_own, const void *ctx,
                        int64_t now, int64_t *ret_since) MUST_CHECK;

#endif
