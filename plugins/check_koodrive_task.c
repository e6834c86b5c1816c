/*
 * Huawei Cloud KooDrive: GET /koodrive/ose/v1/task/{task_id} ("Obtaining Task
 * Details"). Two codes: `code` says whether the query worked, `resultCode`
 * whether the task did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "check/option.h"
#include "check/plugin.h"
#include "koodrive_sign.h"
#include "monplug/duration.h"
#include "net/http_date.h"
#include "net/json.h"
#include "task/authorization.h"
#include "task/secret.h"
#include "task/status.h"

#define TASK_PATH "/koodrive/ose/v1/task/"

enum {
	TRACE_LENGTH = 58, /* characters of X-Traceid, the document's number */
	/* A date later than the server's now is refused, one up to 15 minutes old is not:
	   a little back, and a clock that runs ahead a little does no harm. */
	DATE_BACK_SECONDS = 5,
	SKEW_TOLD_SECONDS = 60
};

/* X(status, the provider's word, condition) */
#define STATUSES(X)                                                                      \
	X("0", "NEW", TASK_WAITING)                                                      \
	X("1", "EXECUTING", TASK_RUNNING)                                                \
	X("2", "SUCCESS", TASK_SUCCEEDED)                                                \
	X("3", "FAILED", TASK_FAILED)

static const struct status_row statuses[] = {
#define X(value, name, condition) {value, name, condition},
    STATUSES(X)
#undef X
};

enum token_format { FORMAT_PLUS, FORMAT_SPACE, FORMAT_RAW };

struct koodrive {
	enum token_format format;
	const char *user_id;
	const char *language;
	const char *app_id;
	const char *app_secret_file;
	char *app_secret;
};

/* The list of error codes: parameters, then spaces, files and uploads. They come with
   HTTP 400, and yet it was not the credential that was wrong. */
static const struct envelope_code codes[] = {
    {13000102, TASK_INVALID, NULL}, {13000301, TASK_INVALID, NULL},
    {13000302, TASK_INVALID, NULL}, {13000303, TASK_INVALID, NULL},
    {13000304, TASK_INVALID, NULL}, {13000305, TASK_INVALID, NULL},
    {13000306, TASK_INVALID, NULL}, {13000307, TASK_INVALID, NULL},
    {13000308, TASK_INVALID, NULL}, {13000309, TASK_INVALID, NULL},
    {13000310, TASK_INVALID, NULL}, {13000311, TASK_INVALID, NULL},
    {13000312, TASK_INVALID, NULL}, {13000401, TASK_INVALID, NULL},
    {13000402, TASK_INVALID, NULL}, {13000403, TASK_INVALID, NULL},
    {13000404, TASK_INVALID, NULL}, {13000405, TASK_INVALID, NULL},
    {13000406, TASK_INVALID, NULL}, {13000407, TASK_INVALID, NULL},
    {13000408, TASK_INVALID, NULL}, {13000409, TASK_INVALID, NULL},
    {13000410, TASK_INVALID, NULL}, {13000411, TASK_INVALID, NULL},
    {13000412, TASK_INVALID, NULL}, {13000413, TASK_INVALID, NULL},
    {13000414, TASK_INVALID, NULL},
};

/* The status-code page: 400 is a failed authentication, where the body's code is none of
   the list. */
static const struct envelope_code http[] = {{400, TASK_DENIED, NULL}};

/* The gateway's codes, APIG.NNNN: what the first digits mean. */
static enum task_condition gateway_condition(const char *code)
{
	const char *dot = strchr(code, '.');
	const char *digits = dot ? dot + 1 : "";
	if (strcmp(digits, "0308") == 0)
		return TASK_THROTTLED;
	if (strncmp(digits, "03", 2) == 0)
		return TASK_DENIED;
	if (strncmp(digits, "02", 2) == 0 || strncmp(digits, "06", 2) == 0)
		return TASK_UNREACHABLE; /* its backend is, or the gateway itself */
	return TASK_INVALID;
}

/* {"error_code":"APIG.0301","error_msg":"...","request_id":"..."}. Whatever the code is,
   where there is one it is no answer about a task. */
static bool gateway(const json_t *root, struct task *task)
{
	char buffer[32];
	const char *code = "";
	const char *words = net_json_words(root, "error_msg");
	struct error err = ERROR_INIT;
	enum net_member got =
	    net_json_text(root, "error_code", true, buffer, &code, &err);
	if (got == NET_MEMBER_ABSENT)
		return false;
	if (got == NET_MEMBER_WRONG)
		code = err.text;
	task_set(task, gateway_condition(code), "gateway %s: %s", code,
	         *words ? words : _("no words"));
	return true;
}

static const struct envelope envelope = {
    .code = "code",
    .message = "msg",
    .codes = codes,
    .n_codes = ARRAY_LEN(codes),
    .http = http,
    .n_http = ARRAY_LEN(http),
    .gateway = gateway,
};

static bool add_signature(const struct provider_run *run, const char *path,
                          const char *date, struct net_request *net, struct error *err)
{
	const struct koodrive *own = run->own;
	const struct koodrive_request to_sign = {"GET", path, run->base->host, date,
	                                         own->user_id};
	struct strbuf value;
	strbuf_init(&value, 1024);
	bool good = koodrive_sign(&to_sign, own->app_id, own->app_secret, &value, err) &&
	            net_request_header(net, "Authorization", strbuf_text(&value), err);
	strbuf_clear(&value);
	return good;
}

/* 58 characters that are never the same twice on a machine. */
static void make_trace(char trace[TRACE_LENGTH + 1])
{
	static unsigned count;
	char text[128];
	snprintf(text, sizeof text, "%016llx%08lx%08x%026d",
	         (unsigned long long)clock_wall(), (unsigned long)getpid() & 0xFFFFFFFFUL,
	         ++count, 0);
	memcpy(trace, text, TRACE_LENGTH);
	trace[TRACE_LENGTH] = '\0';
}

/* What stands between "Bearer" and the token; nothing but the token is FORMAT_RAW. */
static const char separators[] = {
    [FORMAT_PLUS] = '+', [FORMAT_SPACE] = ' ', [FORMAT_RAW] = 0};

static bool add_headers(const struct provider_run *run, struct task *task,
                        const char *path, struct net_request *net, struct error *err)
{
	const struct koodrive *own = run->own;
	char date[32];
	char trace[TRACE_LENGTH + 1];
	clock_format_utc(clock_wall() - DATE_BACK_SECONDS, true, date);
	make_trace(trace);
	task_text(&task->trace, trace);
	return (own->app_id
	            ? add_signature(run, path, date, net, err)
	            : authorization_add(net, run->token, separators[own->format], err)) &&
	       (!own->user_id ||
	        net_request_header(net, "X-User-Id", own->user_id, err)) &&
	       net_request_header(net, "X-Date", date, err) &&
	       net_request_header(net, "X-Traceid", trace, err) &&
	       (!own->language ||
	        net_request_header(net, "language", own->language, err));
}

static bool request(const struct provider_run *run, struct task *task,
                    struct net_request *net, struct error *err)
{
	struct strbuf path;
	strbuf_init(&path, 4096);
	strbuf_addf(&path, "%s" TASK_PATH, run->base->path);
	net_url_add_escaped(&path, task->id);
	strbuf_addf(&net->url, "%s%s", run->base->origin, strbuf_text(&path));
	bool good = strbuf_ok(&path)
	                ? add_headers(run, task, strbuf_text(&path), net, err)
	                : error_set(err, "the URL is too long");
	strbuf_clear(&path);
	return good;
}

/* Members that are told as they are. */
static void keep_details(const json_t *root, struct task *task)
{
	static const char *const names[] = {"taskId",   "taskName", "taskType",
	                                    "tenantId", "userId",   "resultCode"};
	json_t *details = json_object();
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		json_t *value = json_object_get(root, names[i]);
		json_int_t number = json_integer_value(value); /* 0 for what is none */
		bool exact = number > -(1LL << 53) && number < 1LL << 53;
		if (json_is_string(value) || (json_is_integer(value) && exact))
			(void)json_object_set(details, names[i], value);
	}
	task_keep_details(task, details);
}

/* The answer must be about the task that was asked for. */
static bool is_asked(const json_t *root, struct task *task)
{
	char buffer[32];
	const char *id = NULL;
	struct error err = ERROR_INIT;
	enum net_member got = net_json_text(root, "taskId", true, buffer, &id, &err);
	if (got == NET_MEMBER_ABSENT)
		return true;
	if (!status_got(got, "", "taskId", &err, task))
		return false;
	if (strcmp(id, task->id) == 0)
		return true;
	task_set(task, TASK_INVALID, "the answer is about another task, %.*s",
	         utf8_prefix(id, 80), id);
	return false;
}

/* What the result code means beside the status, which it cannot mend. */
static void weigh_result(const json_t *root, struct task *task)
{
	char buffer[32];
	const char *result = "";
	struct error err = ERROR_INIT;
	enum net_member got =
	    net_json_text(root, "resultCode", true, buffer, &result, &err);
	bool succeeded = task->condition == TASK_SUCCEEDED;
	bool none = !*result || strcmp(result, "0") == 0;
	if (got == NET_MEMBER_WRONG && succeeded)
		task_set(task, TASK_INVALID, "%s", err.text);
	else if (got == NET_MEMBER_WRONG && task->condition == TASK_FAILED)
		task_set(task, TASK_FAILED, "no result code given: %s", err.text);
	else if (none && task->condition == TASK_FAILED)
		task_set(task, TASK_FAILED, "no result code given");
	else if (!none && succeeded)
		/* The document: it is not returned when the task is successful. */
		task_set(task, TASK_PARTIAL,
		         "the status is SUCCESS, but with result code %s", result);
	else if (!none)
		task_set(task, task->condition, "result code %s", result);
}

static enum provider_next answer(const struct provider_run *run, struct task *task,
                                 json_t *root)
{
	if (run->want_details)
		keep_details(root, task);
	if (status_read(root, "status", "", statuses, ARRAY_LEN(statuses), task) &&
	    is_asked(root, task))
		weigh_result(root, task);
	return PROVIDER_DONE;
}

/* A refused signature is often a matter of clocks. */
static void explain(const void *data, const struct net_reply *reply, struct task *task)
{
	const struct koodrive *own = data;
	const char *server =
	    reply->outcome == NET_ANSWERED ? reply->header(reply, "date") : NULL;
	int64_t now;
	long long skew = net_http_date(server, &now) ? clock_wall() - now : 0;
	if (own->app_id && llabs(skew) >= SKEW_TOLD_SECONDS) {
		char text[32];
		mp_duration_format((double)llabs(skew), text, sizeof text);
		task_set(task, task->condition,
		         skew > 0
		             ? N_("%s; this machine's clock is %s ahead of the server's")
		             : N_("%s; this machine's clock is %s behind the server's"),
		         task->message ? task->message : "", text);
	} else if (!own->app_id) {
		task_set(task, task->condition,
		         "%s; a token dies after 20 minutes without use",
		         task->message ? task->message : "");
	}
}

static bool signs(const void *own)
{
	return ((const struct koodrive *)own)->app_id != NULL;
}

static bool load_signature(void *data, struct error *err)
{
	struct koodrive *own = data;
	const char *what = _("application's secret");
	if (own->app_secret_file)
		return secret_read(own->app_secret_file, what, SECRET_LINE,
		                   &own->app_secret, err);
	if (!secret_from_environment("CLOUD_TASKS_APP_SECRET", what, &own->app_secret,
	                             err))
		return false;
	return own->app_secret
	           ? true
	           : error_set(err, "no application's secret: give "
	                            "--app-secret-file=FILE or set "
	                            "CLOUD_TASKS_APP_SECRET in the environment");
}

static void account(const void *data, struct strbuf *ret_identity)
{
	const struct koodrive *own = data;
	strbuf_addf(ret_identity, " app:%s user:%s", own->app_id ? own->app_id : "",
	            own->user_id ? own->user_id : "");
}

static bool check(const struct settings *settings, const void *data, struct error *err)
{
	const struct koodrive *own = data;
	if (own->app_id && settings->token_file)
		return error_set(err, "--app-id and --token-file exclude each other");
	if (own->app_id && !own->user_id)
		return error_set(err, "--app-id wants --user-id=ID beside it: it is part "
		                      "of what is signed");
	if (own->app_secret_file && !own->app_id)
		return error_set(err, "--app-secret-file wants --app-id=ID beside it");
	return true;
}

static bool set_token_format(struct settings *settings, void *own, const char *value,
                             struct error *err)
{
	static const char *const names[] = {
	    [FORMAT_PLUS] = "plus", [FORMAT_SPACE] = "space", [FORMAT_RAW] = "raw"};
	(void)settings;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], value) == 0) {
			((struct koodrive *)own)->format = (enum token_format)i;
			return true;
		}
	}
	return error_set(err, "'%s' is not one of %s", value, "plus|space|raw");
}

static bool set_language(struct settings *settings, void *own, const char *value,
                         struct error *err)
{
	(void)settings;
	if (strcmp(value, "zh-CN") != 0 && strcmp(value, "en-US") != 0)
		return error_set(err, "'%s' is not one of %s", value, "zh-CN|en-US");
	((struct koodrive *)own)->language = value;
	return true;
}

/* An id goes into headers and signatures: visible ASCII, no separators of theirs. */
static bool read_id(const char *value, const char **ret, struct error *err)
{
	for (const char *c = value; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr(",;=", *c))
			return error_set(err, "an id may hold no blanks, controls, "
			                      "commas, semicolons or '='");
	return option_text(value, ret, err);
}

OPTION_SETTER(static, set_user_id, read_id, struct koodrive, user_id)
OPTION_SETTER(static, set_app_id, read_id, struct koodrive, app_id)
OPTION_SETTER(static, set_app_secret_file, option_text, struct koodrive, app_secret_file)

static const struct provider provider = {
    .plugin = "check_koodrive_task",
    .title = "KOODRIVE TASK",
    .about = N_("Checks tasks of Huawei Cloud KooDrive."),
    .url = "https://cn.myhuaweicloud-koodrive.com",
    .envelope = &envelope,
    .request = request,
    .answer = answer,
    .explain = explain,
    .signs = signs,
    .load_signature = load_signature,
    .account = account,
};

/* clang-format off */
static const struct option_row options[] = {
	{"token-format", 0, "plus|space|raw", false, false, SECTION_CREDENTIALS,
	 N_("what stands between Bearer and the token: a plus (the default, as the provider's pages print it), a blank, or no Bearer at all. A token that carries its scheme already is sent as it is"), set_token_format},
	{"user-id", 0, "ID", false, false, SECTION_CREDENTIALS,
	 N_("the X-User-Id to send"), set_user_id},
	{"app-id", 0, "ID", false, false, SECTION_CREDENTIALS,
	 N_("sign each request as this application (HMAC-SHA256) instead of sending a token; wants --user-id"), set_app_id},
	{"app-secret-file", 0, "FILE", false, false, SECTION_CREDENTIALS,
	 N_("file with the application's secret, not readable by others. Without it the environment variable CLOUD_TASKS_APP_SECRET counts"), set_app_secret_file},
	{"language", 0, "zh-CN|en-US", false, false, SECTION_TASKS,
	 N_("language of the provider's messages; default what the provider takes, en-US"), set_language},
};
/* clang-format on */

int main(int argc, char **argv)
{
	static struct koodrive own;
	static const struct plugin plugin = {
	    .provider = &provider,
	    .own = &own,
	    .options = options,
	    .n_options = ARRAY_LEN(options),
	    .check = check,
	    .notes = N_("The ID is the taskId that /koodrive/ose/v1/task/create gave. A "
	                "user's token is the cookie Authorization of the web page and "
	                "dies after 20 minutes without use; an application (--app-id) "
	                "fits monitoring better. Outside China the URL is "
	                "https://intl.myhuaweicloud-koodrive.com."),
	    .example = "-T 1534087020903704704=handover --app-id=ID --user-id=ID "
	               "--app-secret-file=/etc/cloud-task-plugins/koodrive.secret",
	};
	return plugin_main(&plugin, argc, argv);
}
