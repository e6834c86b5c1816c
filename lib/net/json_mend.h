/* Making text of a sloppy server readable as JSON, inside strings only. For json.c. */
#ifndef NET_JSON_MEND_H
#define NET_JSON_MEND_H

#include <stddef.h>

#include "base/strbuf.h"

/*
 * Copies body into out and mends on the way, inside strings: bytes that are no
 * UTF-8, NULs, "\u0000" and halves of surrogate pairs become U+FFFD, raw control
 * characters their escape. Stops after the character with which out holds at
 * least `until` bytes. Returns how many bytes of body were read. Linear in len.
 */
size_t net_json_mend(const char *body, size_t len, struct strbuf *out, size_t until);

/* The deepest nesting of brackets outside strings; stops counting past `enough`. */
unsigned net_json_depth(const char *body, size_t len, unsigned enough);

#endif
