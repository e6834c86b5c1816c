#include "monplug/state.h"

#include <stddef.h>

static const struct {
	const char *name;
	int severity;
} states[] = {
    [MP_OK] = {"OK", 0},
    [MP_WARNING] = {"WARNING", 2},
    [MP_CRITICAL] = {"CRITICAL", 3},
    [MP_UNKNOWN] = {"UNKNOWN", 1},
};

/* What is no state counts as UNKNOWN, never as OK. */
static size_t index_of(enum mp_state state)
{
	size_t i = (size_t)state;
	return i < ARRAY_LEN(states) ? i : MP_UNKNOWN;
}

const char *mp_state_name(enum mp_state state)
{
	return states[index_of(state)].name;
}

int mp_state_severity(enum mp_state state)
{
	return states[index_of(state)].severity;
}

enum mp_state mp_state_worst(enum mp_state a, enum mp_state b)
{
	return mp_state_severity(a) >= mp_state_severity(b) ? a : b;
}

/* Not strcasecmp(): in a Turkish locale "critical" has no capital I. */
static bool same_word(const char *text, const char *upper)
{
	for (; *upper; text++, upper++) {
		char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
		if (c != *upper)
			return false;
	}
	return *text == '\0';
}

bool mp_state_parse(const char *text, enum mp_state *ret_state)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		const char number[] = {(char)('0' + (int)i), '\0'};
		if (same_word(text, states[i].name) || same_word(text, number)) {
			*ret_state = (enum mp_state)i;
			return true;
		}
	}
	return false;
}
