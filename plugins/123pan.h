/*
 * What 123pan's two plugins share: envelope, headers, client credentials.
 * Sources: the provider's pages on copy/process, copy/fail and
 * offline/download/process, and its developer notes on access tokens.
 */
#ifndef PLUGIN_123PAN_H
#define PLUGIN_123PAN_H

#include "base/i18n.h"
#include "check/option.h"
#include "check/plugin.h"
#include "task/provider.h"

#define PAN_URL "https://open-api.123pan.com"

struct pan_settings {
	const char *client_id;
	const char *client_secret_file;
	char *client_secret;
	/* check_123pan_copy only: how many failed files to name; negative: do not ask. */
	int files;
};

extern const struct envelope pan_envelope;
extern const struct provider_tokens pan_tokens;

/* Their two rows of every 123pan plugin's option table. */
/* clang-format off */
#define PAN_OPTIONS                                                                              \
	{"client-id", 0, "ID", false, false, SECTION_CREDENTIALS,                                \
	 N_("get the access token with this client's id and secret, and keep it in the state "   \
	    "directory until it expires"), pan_set_client_id},                                   \
	{"client-secret-file", 0, "FILE", false, false, SECTION_CREDENTIALS,                     \
	 N_("file with the client's secret, not readable by others. Without it the environment " \
	    "variable CLOUD_TASKS_CLIENT_SECRET counts"), pan_set_client_secret_file}
/* clang-format on */

option_set pan_set_client_id;
option_set pan_set_client_secret_file;

/* Whether the credentials go together. */
bool pan_check(const struct settings *settings, const void *own, struct error *err);

/* URL of an endpoint for a task, and the headers. */
bool pan_request(const struct provider_run *run, const char *path,
                 const struct task *task, struct net_request *request, struct error *err);

/* x-traceID of the body. */
const char *pan_trace(const struct net_reply *reply, const json_t *root);

/* Explains a refusal. */
void pan_explain(const void *own, const struct net_reply *reply, struct task *task);

#endif
