/*
 * Typed reading of JSON that is not trusted.
 *
 * Each reader says what it got: a member can be there, be absent (or null), or
 * be of another type, and the last is never taken for the second.
 */
#ifndef NET_JSON_H
#define NET_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"

/*
 * Parses one JSON document: an object, nothing but blanks behind it, no
 * duplicate member names, at most 64 levels deep. Inside strings, what JSON
 * forbids but a sloppy server sends is mended and no reason to miss a failed
 * task: invalid UTF-8, halves of surrogate pairs, NULs and \u0000 become
 * U+FFFD, other raw control characters are kept. A leading BOM is skipped. A number that
 * a double would round to a whole one (1e-400 to 0) is refused, as one too large is.
 * err names the place ("line 3, column 7") where it cannot be read, and says in
 * so many words what is no object at all ("the answer is HTML, not JSON").
 * The caller owns *ret_root.
 */
bool net_json_parse(const char *body, size_t len, json_t **ret_root,
                    struct error *err) MUST_CHECK;

enum net_member {
	NET_MEMBER_ABSENT, /* not there, or null */
	NET_MEMBER_OK,
	NET_MEMBER_WRONG /* of a type or a value that the reader does not take; err says
	                    what was found */
};

/* An integer, a real without a fraction (1.0, |value| < 2^53) or a decimal string of an
   integer. A string has digits only, with an optional "-", and no leading zeros. */
enum net_member net_json_integer(const json_t *object, const char *name, json_int_t *ret,
                                 struct error *err) MUST_CHECK;

/* Any finite number, or a decimal string of one. */
enum net_member net_json_number(const json_t *object, const char *name, double *ret,
                                struct error *err) MUST_CHECK;

/* A string, lent for as long as the object lives; an integer too, if number_too is set,
   written into buffer. "" is NET_MEMBER_OK. */
enum net_member net_json_text(const json_t *object, const char *name, bool number_too,
                              char buffer[32], const char **ret,
                              struct error *err) MUST_CHECK;

/* A string that is for show only, lent for as long as the object lives; "": none. */
const char *net_json_words(const json_t *object, const char *name);

/* An object, and an array; lent for as long as the outer object lives. */
enum net_member net_json_object(const json_t *object, const char *name, json_t **ret,
                                struct error *err) MUST_CHECK;
enum net_member net_json_array(const json_t *object, const char *name, json_t **ret,
                               struct error *err) MUST_CHECK;

#endif
