/* What is still to be asked: jobs that wait for their time, the earliest first. */
#ifndef NET_HTTP_QUEUE_H
#define NET_HTTP_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct net_job {
	void *item;
	unsigned retries;    /* made so far for this request */
	double due;          /* on clock_steady() */
	unsigned long order; /* among those due at once: first come, first served */
};

/* A binary heap. All zero is an empty one. */
struct net_queue {
	struct net_job *jobs;
	size_t len;
	size_t room;
	unsigned long count; /* of all that ever came */
};

void net_queue_clear(struct net_queue *queue);

/* False if memory ran out. */
bool net_queue_put(struct net_queue *queue, struct net_job job) MUST_CHECK;

/* The earliest one, NULL where there is none. Lent until the next change. */
const struct net_job *net_queue_first(const struct net_queue *queue);

/* Takes the earliest one out; there must be one. */
struct net_job net_queue_take(struct net_queue *queue);

#endif
