/* Dates of HTTP headers. */
#ifndef NET_HTTP_DATE_H
#define NET_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/* Reads a header's date into seconds since 1970. False where text is NULL or no date. */
bool net_http_date(const char *text, int64_t *ret_seconds) MUST_CHECK;

#endif
