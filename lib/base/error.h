/*
 * One error, in words for the operator.
 *
 * Library code never prints and never exits: a function that can fail returns
 * false (or NULL) and says why in the struct error its caller lent it. The
 * first error wins, since what follows it is mostly its consequence.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#include "base/compiler.h"

enum { ERROR_TEXT_MAX = 512 };

struct error {
	char text[ERROR_TEXT_MAX]; /* "" while nothing went wrong; valid UTF-8 if its
	                              parts were */
};

#define ERROR_INIT                                                                       \
	{                                                                                \
		.text = ""                                                               \
	}

/*
 * Says what went wrong, unless an earlier error stands there already; the format is
 * translated. A text that does not fit is cut at a character boundary. err may be NULL.
 * Returns false always, so that a caller can `return error_set(err, ...)`.
 */
bool error_set(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Forgets what was said. */
void error_clear(struct error *err);

/* Whether something was said. */
bool error_is_set(const struct error *err);

#endif
