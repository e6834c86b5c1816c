#include "task/token_ask.h"

#include <stdlib.h>

#include "task/mask.h"
#include "task/secret.h"
#include "task/token_file.h"

/* So long nobody asks again, in seconds. */
enum {
	WAIT_REFUSED = 60, /* the secret will be refused again */
	WAIT_ERROR = 10,   /* enough to keep a hundred checks from asking in turn */
	WAIT_LOST = 600    /* a scarce token may have been given out for nothing */
};

struct request {
	const struct provider *provider;
	const struct provider_run *run;
	struct provider_token token;
	struct task *failure;
	bool asked;
	bool got;
	int wait;
};

static void *next_request(void *ctx)
{
	struct request *request = ctx;
	if (request->asked)
		return NULL;
	request->asked = true;
	return request;
}

static bool prepare_request(void *ctx, void *item, struct net_request *net)
{
	(void)item;
	struct request *request = ctx;
	struct error err = ERROR_INIT;
	if (request->provider->tokens->request(request->run, net, &err))
		return true;
	task_set(request->failure, TASK_DENIED, "%s", err.text);
	request->wait = WAIT_REFUSED;
	return false;
}

/* Whether the answer may have held a token that is lost now. */
static bool may_be_lost(const struct request *request, const struct net_reply *reply)
{
	if (reply->status < 200 || reply->status > 299)
		return false;
	return reply->outcome != NET_ANSWERED ||
	       (request->failure->condition == TASK_INVALID && !request->token.none);
}

static enum net_next judge_request(void *ctx, void *item, const struct net_reply *reply)
{
	(void)item;
	struct request *request = ctx;
	const struct provider_tokens *tokens = request->provider->tokens;
	bool retry = false;
	request->token = (struct provider_token){.text = NULL};
	request->got =
	    tokens->read(request->run, reply, &request->token, request->failure, &retry);
	const char *const secrets[] = {tokens->secret(request->run->own)};
	mask_secrets(request->failure, secrets, ARRAY_LEN(secrets));
	if (request->got)
		return NET_DONE;
	request->wait = request->failure->condition == TASK_DENIED    ? WAIT_REFUSED
	                : request->failure->condition == TASK_INVALID ? WAIT_ERROR
	                                                              : 0;
	if (tokens->scarce && may_be_lost(request, reply)) {
		request->wait = WAIT_LOST;
		return NET_DONE;
	}
	return retry ? NET_RETRY : NET_DONE;
}

bool token_ask(const struct provider *provider, const struct provider_run *run,
               const struct net_options *net, struct provider_token *ret_token,
               struct task *failure, int *ret_wait)
{
	static const struct net_ops ops = {next_request, prepare_request, judge_request};
	struct request request = {.provider = provider, .run = run, .failure = failure};
	struct error err = ERROR_INIT;
	task_set(failure, TASK_TIMEOUT,
	         "the deadline passed before a token was asked for");
	struct net_client *client = net_client_new(net, &err);
	if (!client || !net_run(client, &ops, &request, &err))
		task_set(failure, TASK_INVALID, "%s", err.text);
	net_client_free(client);
	if (request.got && token_fits_header(request.token.text)) {
		*ret_token = request.token;
		return true;
	}
	if (request.got) {
		secret_free(request.token.text);
		task_set(failure, TASK_INVALID,
		         "the token that came is none for a header");
		request.wait = provider->tokens->scarce ? WAIT_LOST : WAIT_ERROR;
	}
	*ret_wait = request.wait;
	char *why = failure->message;
	failure->message = NULL;
	task_set(failure, failure->condition, "no access token: %s", why ? why : "");
	free(why);
	return false;
}
