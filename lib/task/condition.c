#include "task/condition.h"

#include <string.h>

static const struct {
	const char *name;
	const char *meaning;
	enum mp_state state;
} conditions[TASK_N_CONDITIONS] = {
#define X(symbol, name, state, meaning) {name, meaning, state},
    TASK_CONDITIONS(X)
#undef X
};

enum { WORD_MAX = 32 };

/* "waiting, running, ": each with its comma. */
#define X(symbol, name, state, meaning) name ", "
#define ALL_NAMES                       TASK_CONDITIONS(X)

const char *task_condition_name(enum task_condition condition)
{
	return conditions[condition].name;
}

const char *task_condition_word(enum task_condition condition)
{
	return _(conditions[condition].name);
}

const char *task_condition_meaning(enum task_condition condition)
{
	return _(conditions[condition].meaning);
}

bool task_is_unfinished(enum task_condition condition)
{
	return condition == TASK_WAITING || condition == TASK_RUNNING ||
	       condition == TASK_RETRYING;
}

bool task_is_finished(enum task_condition condition)
{
	return condition == TASK_SUCCEEDED || condition == TASK_PARTIAL ||
	       condition == TASK_FAILED;
}

void task_map_init(struct task_map *map)
{
	for (size_t i = 0; i < TASK_N_CONDITIONS; i++)
		map->state[i] = conditions[i].state;
	map->empty = MP_UNKNOWN;
}

/* The place in the map that a name stands for, NULL where it is no condition. */
static enum mp_state *find(struct task_map *map, const char *name)
{
	for (size_t i = 0; i < TASK_N_CONDITIONS; i++)
		if (strcmp(conditions[i].name, name) == 0)
			return &map->state[i];
	return strcmp(name, "empty") == 0 ? &map->empty : NULL;
}

/* Copies a word of n bytes; false where it is empty or longer than any that we know. */
static bool copy_word(char word[WORD_MAX], const char *text, size_t n)
{
	if (n == 0 || n >= WORD_MAX)
		return false;
	memcpy(word, text, n);
	word[n] = '\0';
	return true;
}

static bool parse_pair(struct task_map *map, const char *pair, size_t n,
                       struct error *err)
{
	char name[WORD_MAX];
	char state[WORD_MAX];
	const char *equals = memchr(pair, '=', n);
	if (!equals)
		return error_set(err, "'%.*s' has no '='; CONDITION=STATE is wanted",
		                 (int)n, pair);
	size_t name_len = (size_t)(equals - pair);
	enum mp_state *place = copy_word(name, pair, name_len) ? find(map, name) : NULL;
	if (!place)
		return error_set(err, "'%.*s' is no condition; allowed are %s",
		                 (int)name_len, pair, ALL_NAMES "empty");
	if (!copy_word(state, equals + 1, n - name_len - 1) ||
	    !mp_state_parse(state, place))
		return error_set(err, "'%.*s' is no state; allowed are %s",
		                 (int)(n - name_len - 1), equals + 1, _(MP_STATE_WORDS));
	return true;
}

bool task_map_parse(struct task_map *map, const char *text, struct error *err)
{
	for (const char *at = text;;) {
		size_t n = strcspn(at, ",");
		if (!parse_pair(map, at, n, err))
			return false;
		if (!at[n])
			return true;
		at += n + 1;
	}
}
