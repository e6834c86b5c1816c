/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* U+FFFD, what stands for bytes that are no character. */
#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

/*
 * Reads the character at the start of s, of which n bytes may be read (n > 0).
 * Returns its length in bytes and its number in *ret_char; for bytes that are
 * no character, *ret_char is UINT32_MAX and the length that of the longest
 * broken beginning (at least 1), so that each becomes one U+FFFD.
 */
size_t utf8_read(const char *s, size_t n, uint32_t *ret_char);

/* The longest length up to n at which no character of s[0..n) is cut in two. */
size_t utf8_cut(const char *s, size_t n);

/* How much of s to show in at most max bytes, for printf's "%.*s". */
int utf8_prefix(const char *s, size_t max);

/* Whether all n bytes are valid. */
bool utf8_valid(const char *s, size_t n);

/* Adds what utf8_read() found: the n bytes of the character c, or U+FFFD for none. */
void utf8_add(struct strbuf *sb, const char *s, size_t n, uint32_t c);
/* Adds n bytes, with U+FFFD for what is no character in them. */
void utf8_add_mended(struct strbuf *sb, const char *s, size_t n);

#endif
