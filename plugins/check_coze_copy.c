/*
 * Coze: GET /v1/entities/copy_tasks/{task_id} ("query the result of a resource
 * copy"). `failed_reasons` may be absent, null or empty, and may stand beside
 * a success: then something was lost.
 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "check/option.h"
#include "check/plugin.h"
#include "coze_oauth.h"
#include "net/json.h"
#include "task/authorization.h"
#include "task/status.h"

#define TASKS_PATH "/v1/entities/copy_tasks/"

/* X(status, the provider's word, condition) */
#define STATUSES(X)                                                                      \
	X("in_progress", "in progress", TASK_RUNNING)                                    \
	X("successful", "successful", TASK_SUCCEEDED)                                    \
	X("failed", "failed", TASK_FAILED)

static const struct status_row statuses[] = {
#define X(value, name, condition) {value, name, condition},
    STATUSES(X)
#undef X
};

#define HINT_REGION N_("api.coze.cn and api.coze.com have tokens of their own")

/* The provider's page of error codes, and what its SDK takes alike. */
static const struct envelope_code codes[] = {
    {401, TASK_DENIED, NULL},         {403, TASK_DENIED, NULL},
    {429, TASK_THROTTLED, NULL},      {4009, TASK_THROTTLED, NULL},
    {4013, TASK_THROTTLED, NULL},     {4020, TASK_THROTTLED, NULL},
    {4100, TASK_DENIED, HINT_REGION}, {4101, TASK_DENIED, HINT_REGION},
    {4200, TASK_MISSING, NULL},       {700012006, TASK_DENIED, NULL},
};

/* An error in OAuth's form. A code of the API's own says more. */
static bool gateway(const json_t *root, struct task *task)
{
	json_int_t code = 0;
	struct error err = ERROR_INIT;
	if (net_json_integer(root, "code", &code, &err) == NET_MEMBER_OK && code != 0)
		return false;
	return coze_oauth_error(root, task);
}

static const struct envelope envelope = {
    .code = "code",
    .message = "msg",
    .codes = codes,
    .n_codes = ARRAY_LEN(codes),
    .gateway = gateway,
};

static bool request(const struct provider_run *run, struct task *task,
                    struct net_request *net, struct error *err)
{
	strbuf_addf(&net->url, "%s" TASKS_PATH, run->base->text);
	net_url_add_escaped(&net->url, task->id);
	return authorization_add(net, run->token, ' ', err) &&
	       net_request_header(net, "Content-Type", "application/json", err);
}

static void keep_details(const json_t *data, struct task *task)
{
	static const char *const names[] = {"task_id", "entity_type", "source_entity_id",
	                                    "target_entity_id", "target_workspace_id"};
	json_t *details = json_object();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		json_t *value = json_object_get(data, names[i]);
		if (json_is_string(value))
			(void)json_object_set(details, names[i], value);
	}
	task_keep_details(task, details);
}

/* "NAME (TYPE ID): REASON", as much of it as there is; a text stands for itself. */
static bool add_reason(const json_t *reason, struct task *task)
{
	if (json_string_length(reason) > 0)
		return task_add_reason(task, json_string_value(reason));
	struct strbuf text;
	strbuf_init(&text, NET_BODY_MAX);
	const char *name = net_json_words(reason, "entity_name");
	const char *type = net_json_words(reason, "entity_type");
	const char *id = net_json_words(reason, "entity_id");
	const char *words = net_json_words(reason, "failed_reason");
	strbuf_adds(&text, *name ? name : _("an entity"));
	if (*type || *id)
		strbuf_addf(&text, " (%s%s%s)", type, *type && *id ? " " : "", id);
	strbuf_adds(&text, _(": "));
	strbuf_adds(&text, *words ? words : _("no reason given"));
	bool good = strbuf_ok(&text) && task_add_reason(task, strbuf_text(&text));
	strbuf_clear(&text);
	return good;
}

/* Sets the message from the reasons, and `partial` for a success that has any. */
static void weigh_reasons(const json_t *reasons, struct task *task)
{
	size_t n = json_array_size(reasons);
	bool told = true;
	for (size_t i = 0; i < n; i++)
		told = add_reason(json_array_get(reasons, i), task) && told;
	if (task->condition == TASK_SUCCEEDED && n > 0)
		task->condition = TASK_PARTIAL;
	if (task->n_reasons > 0 && n > 1)
		task_set(task, task->condition, "%s, and %zu more", task->reasons[0],
		         n - 1);
	else if (task->n_reasons > 0)
		task_text(&task->message, task->reasons[0]);
	else if (n > 0 && !told)
		task_set(task, task->condition, "%zu reasons that memory does not hold",
		         n);
}

/* Reasons that are no list: a success is not believed then, and for a failure that which
   came is shown. */
static void weigh_odd_reasons(const json_t *odd, const struct error *err,
                              struct task *task)
{
	bool tells = json_string_length(odd) > 0 || json_object_size(odd) > 0;
	if (task->condition == TASK_SUCCEEDED)
		task_set(task, TASK_INVALID, "%s", err->text);
	else if (tells && add_reason(odd, task))
		task_text(&task->message, task->reasons[0]);
	else if (task->condition == TASK_FAILED)
		task_set(task, TASK_FAILED, "no reason given: %s", err->text);
}

static enum provider_next answer(const struct provider_run *run, struct task *task,
                                 json_t *root)
{
	json_t *reasons = NULL;
	struct error err = ERROR_INIT;
	json_t *data = status_object(root, "data", task);
	if (!data)
		return PROVIDER_DONE;
	if (run->want_details)
		keep_details(data, task);
	if (!status_read(data, "task_status", "data.", statuses, ARRAY_LEN(statuses),
	                 task))
		return PROVIDER_DONE;
	if (net_json_array(data, "failed_reasons", &reasons, &err) == NET_MEMBER_WRONG)
		weigh_odd_reasons(json_object_get(data, "failed_reasons"), &err, task);
	else
		weigh_reasons(reasons, task);
	if (task->condition == TASK_FAILED && !task->message)
		task_set(task, TASK_FAILED, "no reason given");
	return PROVIDER_DONE;
}

/* detail.logid, or the header that a gateway's answer has, too. */
static const char *trace(const struct net_reply *reply, const json_t *root)
{
	const char *logid = net_json_words(json_object_get(root, "detail"), "logid");
	return *logid ? logid : reply->header(reply, "x-tt-logid");
}

static bool check(const struct settings *settings, const void *data, struct error *err)
{
	const struct coze_settings *own = data;
	if (!own->app_id && !own->key_id && !own->key_file)
		return true;
	if (!own->app_id || !own->key_id || !own->key_file)
		return error_set(
		    err,
		    "--oauth-app-id, --oauth-key-id and --oauth-key-file go together");
	if (settings->token_file)
		return error_set(err,
		                 "--oauth-app-id and --token-file exclude each other");
	return true;
}

OPTION_SETTER(static, set_app_id, option_text, struct coze_settings, app_id)
OPTION_SETTER(static, set_key_id, option_text, struct coze_settings, key_id)
OPTION_SETTER(static, set_key_file, option_text, struct coze_settings, key_file)

static const struct provider provider = {
    .plugin = "check_coze_copy",
    .title = "COZE COPY",
    .about = N_("Checks resource copy tasks of Coze."),
    .url = "https://api.coze.cn",
    .envelope = &envelope,
    .request = request,
    .answer = answer,
    .trace = trace,
    .tokens = &coze_tokens,
};

/* clang-format off */
static const struct option_row options[] = {
	{"oauth-app-id", 0, "ID", false, false, SECTION_CREDENTIALS,
	 N_("get the access token as this OAuth application (JWT), and keep it in the state directory until it expires"), set_app_id},
	{"oauth-key-id", 0, "ID", false, false, SECTION_CREDENTIALS,
	 N_("the public key's fingerprint, as Coze shows it"), set_key_id},
	{"oauth-key-file", 0, "FILE", false, false, SECTION_CREDENTIALS,
	 N_("file with the RSA private key (PEM), not readable by others"), set_key_file},
};
/* clang-format on */

int main(int argc, char **argv)
{
	static struct coze_settings own;
	static const struct plugin plugin = {
	    .provider = &provider,
	    .own = &own,
	    .options = options,
	    .n_options = ARRAY_LEN(options),
	    .check = check,
	    .notes = N_("The ID is the task_id that copying a resource gave. The token "
	                "is a personal (pat_...) or better a service token. A personal "
	                "free plan has 500 calls for life: check seldom, and give "
	                "--remember."),
	    .example = "-T 7530938808750080000=bot "
	               "--token-file=/etc/cloud-task-plugins/coze.token --remember",
	};
	return plugin_main(&plugin, argc, argv);
}
