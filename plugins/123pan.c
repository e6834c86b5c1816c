#include "123pan.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/json.h"
#include "task/authorization.h"
#include "task/secret.h"
#include "task/status.h"

#define TOKEN_PATH "/api/v1/access_token"

/* The codes that the developer notes name; every other one is a plain error. */
static const struct envelope_code codes[] = {
    {401, TASK_DENIED, NULL},
    {429, TASK_THROTTLED, NULL},
};

const struct envelope pan_envelope = {
    .code = "code", .message = "message", .codes = codes, .n_codes = ARRAY_LEN(codes)};

OPTION_SETTER(extern, pan_set_client_id, option_text, struct pan_settings, client_id)
OPTION_SETTER(extern, pan_set_client_secret_file, option_text, struct pan_settings,
              client_secret_file)

bool pan_check(const struct settings *settings, const void *own, struct error *err)
{
	const struct pan_settings *pan = own;
	if (pan->client_id && settings->token_file)
		return error_set(err, "--client-id and --token-file exclude each other");
	if (pan->client_secret_file && !pan->client_id)
		return error_set(err,
		                 "--client-secret-file wants --client-id=ID beside it");
	return true;
}

bool pan_request(const struct provider_run *run, const char *path,
                 const struct task *task, struct net_request *request, struct error *err)
{
	strbuf_addf(&request->url, "%s%s?taskID=", run->base->text, path);
	net_url_add_escaped(&request->url, task->id);
	return net_request_header(request, "Platform", "open_platform", err) &&
	       net_request_header(request, "Content-Type", "application/json", err) &&
	       authorization_add(request, run->token, ' ', err);
}

const char *pan_trace(const struct net_reply *reply, const json_t *root)
{
	(void)reply;
	return net_json_words(root, "x-traceID");
}

void pan_explain(const void *own, const struct net_reply *reply, struct task *task)
{
	(void)own;
	(void)reply;
	/* The words decide nothing here, they are only explained. */
	if (task->message &&
	    strstr(task->message, "tokens number has exceeded the limit"))
		task_set(task, task->condition,
		         "%s (a client may hold three tokens: another program takes its "
		         "own, or too many devices are logged in)",
		         task->message);
}

static bool tokens_wanted(const void *own)
{
	return ((const struct pan_settings *)own)->client_id != NULL;
}

static bool tokens_load(void *own, struct error *err)
{
	struct pan_settings *pan = own;
	const char *what = _("client secret");
	if (pan->client_secret_file)
		return secret_read(pan->client_secret_file, what, SECRET_LINE,
		                   &pan->client_secret, err);
	if (!secret_from_environment("CLOUD_TASKS_CLIENT_SECRET", what,
	                             &pan->client_secret, err))
		return false;
	return pan->client_secret
	           ? true
	           : error_set(err,
	                       "no client secret: give --client-secret-file=FILE or set "
	                       "CLOUD_TASKS_CLIENT_SECRET in the environment");
}

static void tokens_identity(const void *own, struct strbuf *ret_identity)
{
	strbuf_addf(ret_identity, "client:%s",
	            ((const struct pan_settings *)own)->client_id);
}

static const char *tokens_secret(const void *own)
{
	return ((const struct pan_settings *)own)->client_secret;
}

static bool tokens_request(const struct provider_run *run, struct net_request *request,
                           struct error *err)
{
	const struct pan_settings *pan = run->own;
	json_t *json = json_pack("{ss ss}", "clientID", pan->client_id, "clientSecret",
	                         pan->client_secret);
	char *body = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!body)
		return error_set(
		    err, "client id and secret cannot be sent: not UTF-8, or no memory");
	strbuf_addf(&request->url, "%s" TOKEN_PATH, run->base->text);
	strbuf_adds(&request->body, body);
	secret_free(body);
	return net_request_header(request, "Platform", "open_platform", err) &&
	       net_request_header(request, "Content-Type", "application/json", err);
}

/* data.accessToken and data.expiredAt, an RFC 3339 time with an offset. */
static bool read_token(const json_t *data, struct provider_token *ret_token,
                       struct task *task)
{
	const char *text = net_json_words(data, "accessToken");
	if (!*text)
		task_set(task, TASK_INVALID, "'data.accessToken' is missing");
	else if (!clock_parse_rfc3339(net_json_words(data, "expiredAt"),
	                              &ret_token->expires_at))
		task_set(task, TASK_INVALID,
		         "'data.expiredAt' is missing or no time with an offset");
	else if ((ret_token->text = strdup(text)) == NULL)
		task_set(task, TASK_INVALID, "out of memory");
	else
		return true;
	return false;
}

static bool tokens_read(const struct provider_run *run, const struct net_reply *reply,
                        struct provider_token *ret_token, struct task *task,
                        bool *ret_retry)
{
	json_t *root;
	bool good = false;
	if (envelope_open(&pan_envelope, reply, task, &root, ret_retry)) {
		json_t *data = status_object(root, "data", task);
		good = data && read_token(data, ret_token, task);
	} else if (root && task->condition == TASK_INVALID) {
		json_int_t code = 0;
		struct error err = ERROR_INIT;
		ret_token->none =
		    net_json_integer(root, "code", &code, &err) == NET_MEMBER_OK &&
		    code != 0;
	}
	if (task->condition == TASK_DENIED)
		pan_explain(run->own, reply, task);
	json_decref(root);
	return good;
}

const struct provider_tokens pan_tokens = {
    .wanted = tokens_wanted,
    .load = tokens_load,
    .identity = tokens_identity,
    .request = tokens_request,
    .read = tokens_read,
    .family = "123pan",
    .secret = tokens_secret,
    .scarce = true,
};
