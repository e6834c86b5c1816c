/* Asks a provider about all tasks of a run. */
#ifndef TASK_POLL_H
#define TASK_POLL_H

#include "base/error.h"
#include "net/http.h"
#include "task/credential.h"
#include "task/provider.h"

struct task_poll {
	const struct provider *provider;
	struct provider_run run; /* its token is set by the poll */
	struct credential *credential;
	struct task_list *tasks;
};

/*
 * Asks about every task that is not remembered, until each has a condition.
 * False only where the engine failed; a task without an answer is then
 * `timeout` or `invalid`, never anything better.
 */
bool task_poll(const struct task_poll *poll, struct net_client *client,
               struct error *err) MUST_CHECK;

#endif
