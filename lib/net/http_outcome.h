/* What libcurl's result of a transfer means. For the engine. */
#ifndef NET_HTTP_OUTCOME_H
#define NET_HTTP_OUTCOME_H

#include <curl/curl.h>
#include <stdbool.h>

#include "net/http.h"

/* Outcome of a transfer that did not end with CURLE_OK; why is libcurl's text on it. */
enum net_outcome net_outcome_of(CURLcode code, const char *why, bool *ret_may_pass);

#endif
