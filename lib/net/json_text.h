/* JSON as text: parsed with the truth on memory, and written into a buffer. */
#ifndef NET_JSON_TEXT_H
#define NET_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/strbuf.h"

/*
 * json_loadb() that tells a text that is wrong from one that there was no memory for,
 * which jansson's own error codes do not: *ret_no_memory. The caller owns what is
 * returned; NULL on failure, and *ret_error (may be NULL) says where and why.
 */
json_t *json_text_parse(const char *text, size_t len, size_t flags,
                        json_error_t *ret_error, bool *ret_no_memory) MUST_CHECK;

/*
 * Adds an object's members without its braces, so that members that are text already can
 * follow, and gives up the object. Numbers have at most `digits` digits (1 to 17). False
 * without memory (object NULL counts as that), or where the buffer took not all.
 */
bool json_text_members(struct strbuf *out, json_t *object, unsigned digits) MUST_CHECK;

#endif
