#include "route.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "script.h"
#include "world.h"

/* One lock for all state: answers are made in microseconds and sent without it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct control_stats stats;

/* Splits "/prefix/NAME/rest"; ret_rest begins with its slash, or is "". */
static char *name_take(const char *text, const char *prefix, const char **ret_rest)
{
	size_t len = strlen(prefix);
	if (strncmp(text, prefix, len) != 0)
		return NULL;
	size_t name_len = strcspn(text + len, "/?");
	*ret_rest = text + len + name_len;
	return memory_slice(text + len, name_len);
}

static void answer_locked(struct request *req, struct answer *a)
{
	const char *rest;
	char *name = name_take(req->target, "/case/", &rest);
	if (name) {
		script_answer(name, rest, req, a);
		free(name);
		return;
	}
	if (strncmp(req->path, "/_sim/", 6) == 0) {
		control_answer(req, &stats, a);
		return;
	}
	name = name_take(req->path, "/world/", &rest);
	world_answer(name ? name : WORLD_DEFAULT, name ? rest : req->path, req, a);
	free(name);
}

void route_answer(struct request *req, struct answer *a)
{
	pthread_mutex_lock(&lock);
	stats.requests++;
	answer_locked(req, a);
	pthread_mutex_unlock(&lock);
}

void route_count_connection(void)
{
	pthread_mutex_lock(&lock);
	stats.connections++;
	pthread_mutex_unlock(&lock);
}

void route_forget_all(void)
{
	script_forget_all();
	world_forget_all();
}
