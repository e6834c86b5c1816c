#include "task/poll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

struct state {
	const struct task_poll *poll;
	struct provider_run run;
	size_t next;
};

static void *next_task(void *ctx)
{
	struct state *state = ctx;
	struct task_list *tasks = state->poll->tasks;
	while (state->next < tasks->n) {
		struct task *task = &tasks->items[state->next++];
		if (!task->remembered)
			return task;
	}
	return NULL;
}

/* From step 1 on the task's end is known: what is said now is on the rest alone. */
static void judge_rest(const struct provider *provider, struct task *task)
{
	bool asked = task_is_finished(task->condition);
	if (task->ended == TASK_FAILED) {
		/* Failed stays failed, whatever became of the second question. */
		struct strbuf all;
		strbuf_init(&all, 2 * TASK_MESSAGE_MAX + 200);
		const char *ended = task->ended_message ? task->ended_message : "";
		if (asked)
			strbuf_adds(&all, ended);
		else
			/* Translators: why it failed; "which files were lost is not
			   known": a condition: why. */
			strbuf_addf(&all, _("%s; %s: %s: %s"), ended, _(provider->rest),
			            task_condition_word(task->condition),
			            task->message ? task->message : "");
		task->condition = TASK_FAILED;
		task_text(&task->message, strbuf_text(&all));
		strbuf_clear(&all);
	} else if (!asked) {
		struct strbuf why;
		strbuf_init(&why, 2 * TASK_MESSAGE_MAX + 200);
		/* Translators: "which files were lost is not known": why. */
		strbuf_addf(&why, _("the task ended, but %s: %s"), _(provider->rest),
		            task->message ? task->message : "");
		task_text(&task->message, strbuf_text(&why));
		strbuf_clear(&why);
	}
}

static bool prepare(void *ctx, void *item, struct net_request *request)
{
	struct state *state = ctx;
	struct task *task = item;
	const struct provider *provider = state->poll->provider;
	struct error err = ERROR_INIT;
	state->run.token = credential_token(state->poll->credential);
	task->token_use = credential_use(state->poll->credential);
	if (provider->request(&state->run, task, request, &err))
		return true;
	task_set(task, TASK_INVALID, "no request could be made: %s", err.text);
	if (task->step > 0)
		judge_rest(provider, task);
	return false;
}

static void note_time(struct task *task, const struct net_reply *reply)
{
	if (reply->outcome != NET_ANSWERED)
		return;
	if (isnan(task->time) || reply->seconds > task->time)
		task->time = reply->seconds;
}

static void note_trace(const struct provider *provider, struct task *task,
                       const struct net_reply *reply, const json_t *root)
{
	const char *trace = provider->trace && reply->outcome == NET_ANSWERED
	                        ? provider->trace(reply, root)
	                        : NULL;
	if (trace && *trace)
		task_text(&task->trace, trace);
}

/* A refused token may be an old one: another is asked for, if that is in order. */
static bool has_newer_token(struct state *state, struct task *task)
{
	struct strbuf why;
	strbuf_init(&why, TASK_MESSAGE_MAX);
	bool newer = credential_replace(state->poll->credential, task->token_use, &why);
	if (!newer && why.len > 0) {
		struct strbuf all;
		strbuf_init(&all, 2 * TASK_MESSAGE_MAX + 2);
		strbuf_addf(&all, _("%s; %s"), task->message ? task->message : "",
		            strbuf_text(&why));
		task_text(&task->message, strbuf_text(&all));
		strbuf_clear(&all);
	}
	strbuf_clear(&why);
	return newer;
}

static enum net_next judge(void *ctx, void *item, const struct net_reply *reply)
{
	struct state *state = ctx;
	struct task *task = item;
	const struct provider *provider = state->poll->provider;
	json_t *root;
	bool retry;
	enum provider_next next = PROVIDER_DONE;
	/* prepare()'s token may be gone: another task's refusal replaced it. */
	state->run.token = credential_token(state->poll->credential);
	note_time(task, reply);
	bool open = envelope_open(provider->envelope, reply, task, &root, &retry);
	bool throttled = task->condition == TASK_THROTTLED;
	note_trace(provider, task, reply, root);
	if (open)
		next = provider->answer(&state->run, task, root);
	json_decref(root);
	credential_mask(state->poll->credential, task);
	if (task->condition == TASK_DENIED && provider->explain)
		provider->explain(state->run.own, reply, task);
	if (task->condition == TASK_DENIED && has_newer_token(state, task))
		return NET_AGAIN;
	if (task->step > 0 && next == PROVIDER_DONE)
		judge_rest(provider, task);
	if (next == PROVIDER_ASK_ON) {
		if (task->step == 0) {
			task->ended = task->condition;
			free(task->ended_message);
			task->ended_message = task->message;
			task->message = NULL;
		}
		/* Until the rest is told this is no good news. */
		task->condition = TASK_INVALID;
		task->step++;
		return NET_AGAIN;
	}
	if (!retry)
		return NET_DONE;
	/* A rate limit is the account's; what is down may be this task alone. */
	return throttled ? NET_RETRY_ALL_WAIT : NET_RETRY;
}

bool task_poll(const struct task_poll *poll, struct net_client *client, struct error *err)
{
	static const struct net_ops ops = {next_task, prepare, judge};
	struct state state = {poll, poll->run, 0};
	for (size_t i = 0; i < poll->tasks->n; i++) {
		struct task *task = &poll->tasks->items[i];
		if (!task->remembered)
			task_set(task, TASK_TIMEOUT, "the run ended before it was asked");
	}
	return net_run(client, &ops, &state, err);
}
