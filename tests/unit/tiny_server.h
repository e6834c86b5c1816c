/*
 * A server on 127.0.0.1 in a thread of the test, on raw sockets, so that any
 * fault is a line in the test: it reads whole requests and writes what the
 * test's function answers, however wrong that is as HTTP.
 */
#ifndef TESTS_TINY_SERVER_H
#define TESTS_TINY_SERVER_H

#include <stdbool.h>

#include "base/strbuf.h"

struct tiny_answer {
	struct strbuf bytes; /* what to send; nothing, without close: silence for ever */
	double delay;        /* seconds to wait before */
	bool close;          /* the connection, afterwards */
};

/* Answers a request: head and body as they came. Called in the server's thread. */
typedef void tiny_answer_fn(void *ctx, const char *request, struct tiny_answer *answer);

/* Adds an answer with its Content-Length; headers are whole lines or "". */
void tiny_answer_add(struct tiny_answer *answer, const char *status, const char *headers,
                     const char *body);

struct tiny_counts {
	unsigned connections;
	unsigned requests;
	unsigned most_at_once; /* requests that waited for their answer */
};

struct tiny_server;

/* Ends the program where there is no socket or thread to be had. */
struct tiny_server *tiny_server_start(tiny_answer_fn *answer, void *ctx);
unsigned tiny_server_port(const struct tiny_server *server);

/* Ends it, closes what is open. From then on ctx, where its function wrote, is ours. */
void tiny_server_stop(struct tiny_server *server, struct tiny_counts *ret_counts);

/* A port of 127.0.0.1 at which nobody listens. */
unsigned tiny_dead_port(void);

#endif
