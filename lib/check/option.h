/*
 * One option in one place: parser, help, manual page, completion and shipped
 * configurations are made from these rows.
 */
#ifndef CHECK_OPTION_H
#define CHECK_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "check/settings.h"

/* The headings of --help, in their order. */
enum option_section {
	SECTION_TASKS,
	SECTION_CREDENTIALS,
	SECTION_JUDGEMENT,
	SECTION_HISTORY,
	SECTION_NETWORK,
	SECTION_OUTPUT,
	OPTION_N_SECTIONS
};

/*
 * Takes a value (NULL for an option without one). own is the plugin's own
 * settings. On failure err says what was wrong with the value and what is
 * allowed; the parser puts the option's name in front.
 */
typedef bool option_set(struct settings *settings, void *own, const char *value,
                        struct error *err);

struct option_row {
	const char *name; /* the long name */
	char letter;      /* 0: none */
	const char *arg;  /* what its argument is called; NULL: it takes none */
	bool arg_is_optional;
	bool repeatable;
	enum option_section section;
	const char *help; /* one or more sentences, for N_(); "\n" where a line must end;
	                     may hold the places that help.c fills in */
	option_set *set;
};

/* The options that all plugins have. */
extern const struct option_row option_common[];
extern const size_t option_n_common;

/* --timeout, which counts before all others: reading their files takes time. */
option_set option_timeout;

/* Reads a whole number between least and most. */
bool option_whole_number(const char *value, unsigned least, unsigned most, unsigned *ret,
                         struct error *err) MUST_CHECK;

/* Refuses an empty value, and one that is an engine's macro that was not filled in. */
bool option_text(const char *value, const char **ret, struct error *err) MUST_CHECK;

/* A setter, static or extern, that reads its value with option_text or the like into a
   member of the plugin's own settings. */
#define OPTION_SETTER(linkage, name, read, type, member)                                 \
	linkage bool name(struct settings *settings, void *own, const char *value,       \
	                  struct error *err)                                             \
	{                                                                                \
		(void)settings;                                                          \
		return read(value, &((type *)own)->member, err);                         \
	}

#endif
