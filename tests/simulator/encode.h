/* Percent-encoding, base64 and Latin-1, as far as a simulator meets them. */
#ifndef SIM_ENCODE_H
#define SIM_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "memory.h"

/* Decodes %XX; what is no escape stays as it is. The caller frees. */
char *percent_decode_take(const char *text, size_t len);

/* Encodes all but RFC 3986's unreserved characters, and '/' where it is kept. */
char *percent_encode_take(const char *text, bool keep_slash);

/* The value of a query's parameter, decoded; NULL if it is not there. */
char *query_value_take(const char *query, const char *name);

char *base64_take(const char *data, size_t len);
bool base64_read(const char *text, struct bytes *ret);
/* The same with RFC 4648's alphabet for URLs and without padding. */
bool base64url_read(const char *text, size_t len, struct bytes *ret);

/* Text that is not UTF-8, each byte taken as a character of Latin-1. */
char *latin1_take(const char *text);

#endif
