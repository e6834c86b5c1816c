#include "provider_stub.h"

#include <string.h>

#include "net/json.h"
#include "task/authorization.h"
#include "task/status.h"

static const struct envelope_code codes[] = {{401, TASK_DENIED, NULL},
                                             {429, TASK_THROTTLED, NULL}};
static const struct envelope envelope = {
    .code = "code", .message = "message", .codes = codes, .n_codes = ARRAY_LEN(codes)};

static const struct status_row statuses[] = {{"1", "running", TASK_RUNNING},
                                             {"2", "ended", TASK_SUCCEEDED},
                                             {"3", "failed", TASK_FAILED}};

static bool request(const struct provider_run *run, struct task *task,
                    struct net_request *net, struct error *err)
{
	strbuf_addf(&net->url, "%s/task?id=%s&step=%u", run->base->text, task->id,
	            task->step);
	return !run->token || authorization_add(net, run->token, ' ', err);
}

static enum provider_next answer(const struct provider_run *run, struct task *task,
                                 json_t *root)
{
	(void)run;
	struct error err = ERROR_INIT;
	json_int_t lost;
	json_t *data = status_object(root, "data", task);
	if (!data)
		return PROVIDER_DONE;
	if (task->step == 0) {
		if (!status_read(data, "status", "data.", statuses, ARRAY_LEN(statuses),
		                 task))
			return PROVIDER_DONE;
		if (task->condition == TASK_FAILED)
			task_set(task, TASK_FAILED, "no such file");
		return task_is_finished(task->condition) ? PROVIDER_ASK_ON
		                                         : PROVIDER_DONE;
	}
	if (net_json_integer(data, "lost", &lost, &err) != NET_MEMBER_OK) {
		task_set(task, TASK_INVALID, "'data.lost' is of no use");
		return PROVIDER_DONE;
	}
	task->failed_files = lost;
	task_set(task, lost ? TASK_PARTIAL : TASK_SUCCEEDED, NULL);
	return PROVIDER_DONE;
}

static bool wanted(const void *own)
{
	return ((const struct stub *)own)->obtains;
}

static bool load(void *own, struct error *err)
{
	return ((struct stub *)own)->secret ? true : error_set(err, "no secret");
}

static void identity(const void *own, struct strbuf *ret_identity)
{
	(void)own;
	strbuf_adds(ret_identity, "client:stub");
}

static const char *secret(const void *own)
{
	return ((const struct stub *)own)->secret;
}

static bool token_request(const struct provider_run *run, struct net_request *net,
                          struct error *err)
{
	(void)err;
	strbuf_addf(&net->url, "%s/token", run->base->text);
	strbuf_addf(&net->body, "secret=%s", secret(run->own));
	return true;
}

static bool token_read(const struct provider_run *run, const struct net_reply *reply,
                       struct provider_token *ret_token, struct task *task,
                       bool *ret_retry)
{
	(void)run;
	json_t *root;
	json_int_t expires = 0;
	json_int_t code = 0;
	struct error err = ERROR_INIT;
	bool good = false;
	if (envelope_open(&envelope, reply, task, &root, ret_retry)) {
		const char *text = json_string_value(json_object_get(root, "token"));
		good = text &&
		       net_json_integer(root, "expires", &expires, &err) == NET_MEMBER_OK;
		if (good)
			*ret_token = (struct provider_token){.text = strdup(text),
			                                     .expires_at = expires};
		else
			task_set(task, TASK_INVALID, "no token in it");
	} else {
		ret_token->none =
		    net_json_integer(root, "code", &code, &err) == NET_MEMBER_OK &&
		    code != 0;
	}
	json_decref(root);
	return good;
}

static bool signs(const void *own)
{
	return ((const struct stub *)own)->signs;
}

static bool load_signature(void *own, struct error *err)
{
	return load(own, err);
}

static bool enough(const void *own, const struct task *task)
{
	(void)task;
	return !((const struct stub *)own)->not_enough;
}

static const struct provider_tokens tokens = {
    .wanted = wanted,
    .load = load,
    .identity = identity,
    .request = token_request,
    .read = token_read,
    .secret = secret,
    .scarce = false,
};

static const struct provider_tokens scarce_tokens = {
    .wanted = wanted,
    .load = load,
    .identity = identity,
    .request = token_request,
    .read = token_read,
    .family = "stub",
    .secret = secret,
    .scarce = true,
};

#define STUB_MEMBERS(...)                                                                \
	.plugin = "check_stub", .title = "STUB", .about = "Checks nothing.",             \
	.url = "https://stub.example", .envelope = &envelope,                            \
	.metrics = 1U << TASK_METRIC_FAILED_FILES, .request = request, .answer = answer, \
	.enough = enough, .rest = "what was lost is not known", .signs = signs,          \
	.load_signature = load_signature, __VA_ARGS__

const struct provider stub_provider = {STUB_MEMBERS(.tokens = &tokens)};
const struct provider stub_scarce_provider = {STUB_MEMBERS(.tokens = &scarce_tokens)};
