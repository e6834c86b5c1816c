#include "task/history_room.h"

#include <stdlib.h>

#include "task/history_entry.h"
#include "task/history_file.h"

/* So many are kept when too many are there, for it takes a second reading of the file. */
enum { ROOM_AFTER = HISTORY_MAX / 10 * 9 };

/* When the entries of others were seen. */
struct sights {
	int64_t *items;
	size_t n;
	size_t room;
	history_own_fn *is_own;
	const void *ctx;
};

static bool note_sight(void *ctx, json_t *line, const char *raw, size_t len)
{
	(void)raw;
	(void)len;
	struct sights *sights = ctx;
	struct history_entry entry;
	if (!history_entry_read(line, &entry))
		return false;
	if (sights->n < sights->room && !sights->is_own(sights->ctx, entry.id))
		sights->items[sights->n++] = entry.seen;
	return true;
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The time since which at most `keep` of them were seen. */
static int64_t since_when(struct sights *sights, size_t keep)
{
	qsort(sights->items, sights->n, sizeof *sights->items, compare_times);
	return sights->n > keep ? sights->items[sights->n - keep - 1] + 1 : 0;
}

static bool make_room(FILE *file, struct sights *sights, size_t n_own, int64_t *ret_since)
{
	const char *wrong;
	if (!history_file_read(file, note_sight, sights, &wrong))
		return false;
	if (sights->n > HISTORY_MAX - n_own) {
		int64_t since = since_when(sights, ROOM_AFTER - n_own);
		if (since > *ret_since)
			*ret_since = since;
	}
	return fseek(file, 0, SEEK_SET) == 0;
}

bool history_room_since(FILE *file, size_t n_own, history_own_fn *is_own, const void *ctx,
                        int64_t now, int64_t *ret_since)
{
	struct sights sights = {.is_own = is_own, .ctx = ctx};
	*ret_since = now - HISTORY_KEEP_SECONDS;
	if (!history_file_count(file, &sights.room))
		return false;
	if (sights.room <= HISTORY_MAX - n_own)
		return true;
	if (sights.room > HISTORY_MAX)
		sights.room = HISTORY_MAX;
	sights.items = calloc(sights.room, sizeof *sights.items);
	bool good = sights.items && make_room(file, &sights, n_own, ret_since);
	free(sights.items);
	return good;
}
