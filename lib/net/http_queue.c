#include "net/http_queue.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void net_queue_clear(struct net_queue *queue)
{
	free(queue->jobs);
	*queue = (struct net_queue){0};
}

static bool before(const struct net_job *a, const struct net_job *b)
{
	return a->due < b->due || (a->due <= b->due && a->order < b->order);
}

static bool grow(struct net_queue *queue)
{
	if (queue->len < queue->room)
		return true;
	size_t room = queue->room ? queue->room * 2 : FIRST_ROOM;
	struct net_job *jobs = realloc(queue->jobs, room * sizeof *jobs);
	if (!jobs)
		return false;
	queue->jobs = jobs;
	queue->room = room;
	return true;
}

bool net_queue_put(struct net_queue *queue, struct net_job job)
{
	if (!grow(queue))
		return false;
	job.order = queue->count++;
	size_t at = queue->len++;
	while (at > 0 && before(&job, &queue->jobs[(at - 1) / 2])) {
		queue->jobs[at] = queue->jobs[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	queue->jobs[at] = job;
	return true;
}

const struct net_job *net_queue_first(const struct net_queue *queue)
{
	return queue->len > 0 ? &queue->jobs[0] : NULL;
}

struct net_job net_queue_take(struct net_queue *queue)
{
	struct net_job first = queue->jobs[0];
	struct net_job last = queue->jobs[--queue->len];
	size_t at = 0;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child + 1 < queue->len &&
		    before(&queue->jobs[child + 1], &queue->jobs[child]))
			child++;
		if (child >= queue->len || !before(&queue->jobs[child], &last))
			break;
		queue->jobs[at] = queue->jobs[child];
		at = child;
	}
	queue->jobs[at] = last;
	return first;
}
