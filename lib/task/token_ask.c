#include "task/token_ask.h"

#include <stdlib.h>

#include "task/mask.h"
#include "task/secret.h"
#include "task/token_file.h"

struct request {
	const struct provider *provider;
	const struct provider_run *run;
	struct provider_token token;
	struct task *failure;
	bool asked;
	bool got;
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
	return false;
}

static enum net_next judge_request(void *ctx, void *item, const struct net_reply *reply)
{
	(void)item;
	struct request *request = ctx;
	const struct provider_tokens *tokens = request->provider->tokens;
	bool retry = false;
	request->got =
	    tokens->read(request->run, reply, &request->token, request->failure, &retry);
	const char *const secrets[] = {tokens->secret(request->run->own)};
	mask_secrets(request->failure, secrets, ARRAY_LEN(secrets));
	return !request->got && retry ? NET_RETRY : NET_DONE;
}

bool token_ask(const struct provider *provider, const struct provider_run *run,
               const struct net_options *net, struct provider_token *ret_token,
               struct task *failure)
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
	if (request.got && token_is_printable(request.token.text)) {
		*ret_token = request.token;
		return true;
	}
	if (request.got) {
		secret_free(request.token.text);
		task_set(failure, TASK_INVALID,
		         "the token that came is none for a header");
	}
	char *why = failure->message;
	failure->message = NULL;
	task_set(failure, failure->condition, "no access token: %s", why ? why : "");
	free(why);
	return false;
}
