/*
 * What a provider is to the rest: how a task is asked about, how an answer is
 * read, where tokens come from. One constant struct a plugin; nothing in lib/
 * knows any provider by name.
 */
#ifndef TASK_PROVIDER_H
#define TASK_PROVIDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/http.h"
#include "net/url.h"
#include "task/envelope.h"
#include "task/metric.h"
#include "task/task.h"

/* What requests are made with. */
struct provider_run {
	const struct net_base *base; /* the API's base URL */
	const char *token;           /* the access token; NULL where none is used */
	const void *own;             /* the plugin's own settings */
	bool want_details;           /* whether task.details will be shown */
};

enum provider_next {
	PROVIDER_DONE,  /* all is known, the condition is final */
	PROVIDER_ASK_ON /* step 0 found a finished task; the next step tells the rest */
};

/* A token that was obtained. */
struct provider_token {
	char *text;         /* owned */
	int64_t expires_at; /* seconds since 1970 */
	bool none;          /* the answer says in its own words that there is none */
};

/* How a provider gives tokens to those who have other credentials. */
struct provider_tokens {
	/* Whether the user asked for it; the rest is only called then. */
	bool (*wanted)(const void *own);
	/* Reads and checks the secrets. The options' consistency was checked already. */
	bool (*load)(void *own, struct error *err);
	/* Adds what names the account (never a secret) to a file's key. */
	void (*identity)(const void *own, struct strbuf *ret_identity);
	/* The request for a token, made anew for each try. */
	bool (*request)(const struct provider_run *run, struct net_request *request,
	                struct error *err);
	/* Reads the answer. On failure task holds the condition and the words. Returns
	   whether a token is there; *ret_retry whether another try may help. */
	bool (*read)(const struct provider_run *run, const struct net_reply *reply,
	             struct provider_token *ret_token, struct task *task,
	             bool *ret_retry);
	/* Plugins of one family share an account's tokens; NULL: the plugin's name. */
	const char *family;
	/* A text that changes with the secret, for its digest. Lent. */
	const char *(*secret)(const void *own);
	/* Few may live at a time: none is taken that can't be kept. */
	bool scarce;
};

struct provider {
	const char *plugin; /* the executable: "check_NAME" */
	const char *title;  /* the first line's beginning: "NAME COPY" */
	const char *about;  /* one sentence for --help */
	const char *url;    /* the default base URL */
	const struct envelope *envelope;
	unsigned metrics; /* bits 1 << TASK_METRIC_...: those of tasks that it can tell */

	/* Fills in the request of task->step, token and all (authorization_add). */
	bool (*request)(const struct provider_run *run, struct task *task,
	                struct net_request *request, struct error *err);
	/* Reads the answer to task->step, whose code is 0; sets condition and members. */
	enum provider_next (*answer)(const struct provider_run *run, struct task *task,
	                             json_t *root);
	/* Finds what the support asks for, NULL where there is none. May be NULL. */
	const char *(*trace)(const struct net_reply *reply, const json_t *root);
	/* Adds to the words of a refusal what may help. May be NULL. */
	void (*explain)(const void *own, const struct net_reply *reply,
	                struct task *task);
	/* Whether a remembered answer tells all that is wanted now. NULL: always. */
	bool (*enough)(const void *own, const struct task *task);
	/* Said where step 1 does not tell: "which files were lost is not known". */
	const char *rest;

	const struct provider_tokens *tokens; /* NULL: tokens are given, never obtained */
	/* Whether requests are signed, so that no token is needed. NULL: never. */
	bool (*signs)(const void *own);
	/* Reads the secrets that signing needs. NULL where signs is. */
	bool (*load_signature)(void *own, struct error *err);
	/* Adds what else names the account (a user id). May be NULL. */
	void (*account)(const void *own, struct strbuf *ret_identity);
};

/* Whether the provider's tasks have this metric, so that a threshold on it can alert. */
bool provider_tells(const struct provider *provider, enum task_metric metric);

#endif
