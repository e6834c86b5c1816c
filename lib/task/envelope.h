/*
 * The judgement that comes before a provider reads its answer: transport,
 * size, JSON, the gateway's error shapes, the body's code, the HTTP status, in
 * this order. What is left after it is a JSON object with code 0 and HTTP 2xx.
 */
#ifndef TASK_ENVELOPE_H
#define TASK_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/http.h"
#include "task/task.h"

/* What a number says plainly; others are an `invalid` answer. */
struct envelope_code {
	json_int_t code;
	enum task_condition condition;
	const char *hint; /* what to do about it, NULL: nothing to add */
};

struct envelope {
	const char *code; /* the member that holds the code, 0 being success; NULL: there
	                     is none */
	const char *message;               /* the member that holds the words */
	const struct envelope_code *codes; /* the provider's own numbers */
	size_t n_codes;
	const struct envelope_code *http; /* HTTP statuses it uses in its own way */
	size_t n_http;
	/* Recognises an error of the gateway before it, which has another shape. Sets
	   condition and message and returns true; where it sets `invalid`, the HTTP
	   status may know better. May be NULL. */
	bool (*gateway)(const json_t *root, struct task *task);
};

/*
 * Judges a reply. On success the caller owns *ret_root. Otherwise task holds
 * condition and message, and *ret_retry tells whether another try may help.
 * *ret_root may be set then too (for the trace), and is the caller's as well.
 */
bool envelope_open(const struct envelope *envelope, const struct net_reply *reply,
                   struct task *task, json_t **ret_root, bool *ret_retry) MUST_CHECK;

#endif
