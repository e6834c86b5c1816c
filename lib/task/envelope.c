#include "task/envelope.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "net/json.h"

static const struct envelope_code *find_code(const struct envelope_code *codes, size_t n,
                                             json_int_t code)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}

/* HTTP statuses that say something plainly, for every provider. */
static const struct envelope_code http_codes[] = {
    {401, TASK_DENIED, NULL},
    {403, TASK_DENIED, NULL},
    {429, TASK_THROTTLED, NULL},
};

/* What the HTTP status alone says. False where it says nothing that counts. */
static bool judge_status(const struct envelope *envelope, long status,
                         enum task_condition *ret_condition)
{
	const struct envelope_code *found =
	    find_code(envelope->http, envelope->n_http, status);
	if (!found)
		found = find_code(http_codes, ARRAY_LEN(http_codes), status);
	if (found)
		*ret_condition = found->condition;
	else if (status >= 500)
		*ret_condition = TASK_UNREACHABLE;
	else
		return false;
	return true;
}

static bool judge_transport(const struct net_reply *reply, struct task *task,
                            bool *ret_retry)
{
	static const enum task_condition conditions[] = {
	    [NET_ANSWERED] = TASK_INVALID,    [NET_UNREACHABLE] = TASK_UNREACHABLE,
	    [NET_TIMED_OUT] = TASK_TIMEOUT,   [NET_TOO_LARGE] = TASK_INVALID,
	    [NET_HELD_BACK] = TASK_THROTTLED, [NET_UNUSABLE] = TASK_INVALID,
	};
	if (reply->outcome == NET_ANSWERED)
		return true;
	*ret_retry = reply->outcome == NET_UNREACHABLE && reply->may_pass;
	task_set(task, conditions[reply->outcome], "%s", reply->why);
	return false;
}

/* An answer without a usable body: the HTTP status decides, else `why`. */
static void judge_without_code(const struct envelope *envelope,
                               const struct net_reply *reply, struct task *task,
                               const char *why)
{
	enum task_condition condition;
	if (judge_status(envelope, reply->status, &condition))
		task_set(task, condition, "HTTP %ld, %s", reply->status, why);
	else if (reply->status >= 300 && reply->status < 400)
		task_set(task, TASK_INVALID,
		         "HTTP %ld redirects to '%.*s', which is not followed",
		         reply->status, utf8_prefix(reply->location, 200),
		         reply->location);
	else if (reply->status == 200)
		task_set(task, TASK_INVALID, "%s", why);
	else
		task_set(task, TASK_INVALID, "HTTP %ld, %s", reply->status, why);
}

/* The words of an answer: its message, "" where it has none that can be shown. */
static const char *message_of(const struct envelope *envelope, const json_t *root)
{
	const json_t *message = json_object_get(root, envelope->message);
	return json_is_string(message) ? json_string_value(message) : "";
}

static void judge_code(const struct envelope *envelope, const struct net_reply *reply,
                       json_int_t code, const json_t *root, struct task *task)
{
	const char *words = message_of(envelope, root);
	const struct envelope_code *found =
	    find_code(envelope->codes, envelope->n_codes, code);
	enum task_condition condition = TASK_INVALID;
	if (found)
		condition = found->condition;
	else
		(void)judge_status(envelope, reply->status, &condition);
	const char *hint = found && found->hint ? _(found->hint) : NULL;
	char status[32] = "";
	if (reply->status != 200)
		snprintf(status, sizeof status, "HTTP %ld, ", reply->status);
	task_set(task, condition, "%scode %lld%s%s%s%s", status, (long long)code,
	         *words ? ": " : "", words, hint ? "; " : "", hint ? hint : "");
}

/* Reads the code. False if it is missing or no number: then the HTTP status decides. */
static bool read_code(const struct envelope *envelope, const struct net_reply *reply,
                      const json_t *root, struct task *task, json_int_t *ret_code)
{
	struct error err = ERROR_INIT;
	*ret_code = 0;
	if (!envelope->code)
		return true;
	enum net_member got = net_json_integer(root, envelope->code, ret_code, &err);
	if (got == NET_MEMBER_OK)
		return true;
	if (got == NET_MEMBER_ABSENT) {
		const char *words = message_of(envelope, root);
		error_set(&err, "the answer has no '%s'%s%s", envelope->code,
		          *words ? ": " : "", words);
	}
	judge_without_code(envelope, reply, task, err.text);
	return false;
}

static bool judge_body(const struct envelope *envelope, const struct net_reply *reply,
                       const json_t *root, struct task *task)
{
	json_int_t code;
	if (!read_code(envelope, reply, root, task, &code))
		return false;
	if (code != 0)
		judge_code(envelope, reply, code, root, task);
	else if (reply->status < 200 || reply->status > 299)
		judge_without_code(envelope, reply, task,
		                   envelope->code ? _("although the answer's code is 0")
		                                  : _("without a word on why"));
	else
		return true;
	return false;
}

bool envelope_open(const struct envelope *envelope, const struct net_reply *reply,
                   struct task *task, json_t **ret_root, bool *ret_retry)
{
	*ret_root = NULL;
	*ret_retry = false;
	if (!judge_transport(reply, task, ret_retry))
		return false;
	struct error err = ERROR_INIT;
	bool good = false;
	if (!net_json_parse(reply->body, reply->len, ret_root, &err))
		judge_without_code(envelope, reply, task, err.text);
	else if (!envelope->gateway || !envelope->gateway(*ret_root, task))
		good = judge_body(envelope, reply, *ret_root, task);
	else if (task->condition == TASK_INVALID)
		(void)judge_status(envelope, reply->status, &task->condition);
	if (!good)
		*ret_retry = task->condition == TASK_THROTTLED ||
		             task->condition == TASK_UNREACHABLE;
	return good;
}
