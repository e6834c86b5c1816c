/*
 * A growing string with a cap set where it is made.
 *
 * Adding past the cap, or without memory, marks the buffer as failed and
 * leaves what it holds; later additions do nothing. So a writer adds without
 * looking and asks strbuf_ok() once, at the end.
 *
 * A buffer with a drain hands its text on whenever the cap is reached, so that
 * much can be written with little memory.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* Takes n bytes for good. False: they could not be taken. */
typedef bool strbuf_drain_fn(const char *bytes, size_t n);

struct strbuf {
	char *data; /* ends with a NUL once anything was added; may be NULL before */
	size_t len;
	size_t room; /* bytes allocated */
	size_t max;  /* the longest text, without its NUL */
	bool failed;
	strbuf_drain_fn *drain; /* NULL: none */
	size_t drained;         /* bytes that the drain took */
};

/* max: the longest text that it will take. */
void strbuf_init(struct strbuf *sb, size_t max);
/* max: how much is held back at most. A drain that fails makes the buffer fail. */
void strbuf_init_drain(struct strbuf *sb, size_t max, strbuf_drain_fn *drain);
/* Frees the text; the buffer is as new (what was drained stays counted). */
void strbuf_clear(struct strbuf *sb);

/* Each adds behind what is there: n bytes, a string, a character, printf's text. */
void strbuf_add(struct strbuf *sb, const char *bytes, size_t n);
void strbuf_adds(struct strbuf *sb, const char *s);
void strbuf_addc(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *format, ...) PRINTF_LIKE(2, 3);
/* Adds what another buffer holds. One that failed makes this one fail. */
void strbuf_add_buf(struct strbuf *sb, const struct strbuf *from);

/* Marks it as failed, for who could not make what was to be added. */
void strbuf_fail(struct strbuf *sb);

/* Shortens the text to len bytes (nothing where it is shorter already). */
void strbuf_cut(struct strbuf *sb, size_t len);

/* Hands on what is held; false where the buffer failed, now or before. */
bool strbuf_flush(struct strbuf *sb) MUST_CHECK;

/* Whether all that was added is there. */
bool strbuf_ok(const struct strbuf *sb);

/* The text, "" where nothing was added. Valid until the next change. */
const char *strbuf_text(const struct strbuf *sb);

/*
 * Gives the text to the caller, who frees it, and empties the buffer. NULL if
 * the buffer failed or memory ran out.
 */
char *strbuf_take(struct strbuf *sb) MUST_CHECK;

#endif
