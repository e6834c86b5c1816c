/* Asks a provider for an access token. */
#ifndef TASK_TOKEN_ASK_H
#define TASK_TOKEN_ASK_H

#include <stdbool.h>

#include "base/compiler.h"
#include "net/http.h"
#include "task/provider.h"

/*
 * One request, with its retries, inside the deadline of net. On success the caller owns
 * ret_token->text, which can go into a header. On failure *failure holds condition and
 * message, without the secret, and *ret_wait says for how many seconds nobody should ask
 * again: 0 where the next check may.
 */
bool token_ask(const struct provider *provider, const struct provider_run *run,
               const struct net_options *net, struct provider_token *ret_token,
               struct task *failure, int *ret_wait) MUST_CHECK;

#endif
