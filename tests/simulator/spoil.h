/* The ways in which a fault spoils an answer. */
#ifndef SIM_SPOIL_H
#define SIM_SPOIL_H

#include <jansson.h>
#include <stdbool.h>

#include "answer.h"
#include "shape.h"

struct spoil {
	enum endpoint endpoint;
	json_t *good;    /* borrowed, may be changed */
	const char *arg; /* from the fault's line in the table */
	struct answer *out;
};

/* Sent as it is, but over a dishonest wire: arg is unused, see the table. */
typedef void spoil_fn(struct spoil *s);

/* JSON that is well-formed and wrong; arg is the value as JSON, NULL: no such member. */
spoil_fn spoil_code;
spoil_fn spoil_status;
spoil_fn spoil_data;
spoil_fn spoil_unknown_status;
spoil_fn spoil_string_status;
spoil_fn spoil_nulls;
spoil_fn spoil_array;

/* Text that no JSON library can be asked for; arg is the text. */
spoil_fn spoil_big_code;
spoil_fn spoil_big_status;
spoil_fn spoil_cut;
spoil_fn spoil_trailing;
spoil_fn spoil_duplicate;
spoil_fn spoil_deep;
spoil_fn spoil_huge;

/* A failed task; arg is its message, or for raw the bytes that stand in it. */
spoil_fn spoil_message;
spoil_fn spoil_raw_message;
spoil_fn spoil_nul_message;
spoil_fn spoil_raw_nul_message;

/* HTTP; arg is a status, where there is one. */
spoil_fn spoil_html;
spoil_fn spoil_empty;
spoil_fn spoil_gzip;
spoil_fn spoil_redirect;
spoil_fn spoil_headers;
spoil_fn spoil_banner;
spoil_fn spoil_retry_after;
spoil_fn spoil_bare_limit;

/* The provider's own refusals. */
spoil_fn spoil_denied;
spoil_fn spoil_denied_http;
spoil_fn spoil_denied_400;
spoil_fn spoil_limit;
spoil_fn spoil_notfound;

#endif
