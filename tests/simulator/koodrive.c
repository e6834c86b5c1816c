/* KooDrive: a task's details. */
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "koodrive_auth.h"
#include "provider.h"
#include "task.h"

static void refuse(struct call *c, const char *why)
{
	c->world->refused++;
	json_t *text = json_sprintf("Incorrect app authentication information: %s", why);
	answer_json(c->out, 401,
	            json_pack("{s:o,s:s,s:s}", "error_msg", text, "error_code",
	                      "APIG.0301", "request_id",
	                      "3c1f0a9e5d6b4c7f8a90b1c2d3e4f506"));
}

/* No public text says which of the three forms is the right one. */
static const char *token_of(const char *given)
{
	bool prefixed =
	    strncmp(given, "Bearer+", 7) == 0 || strncmp(given, "Bearer ", 7) == 0;
	return prefixed ? given + 7 : given;
}

static bool admit(struct call *c)
{
	static const struct wallet none = {0};
	const char *given = request_header(c->req, "authorization");
	const char *app = state_setting(c->world, "koodrive_app_id");
	if (!given || !*given) {
		refuse(c, "app not found");
		return false;
	}
	if (app && strncmp(given, KOODRIVE_SCHEME, strlen(KOODRIVE_SCHEME)) == 0) {
		const char *why = koodrive_signature_wrong(c);
		if (why)
			refuse(c, why);
		return !why;
	}
	if (call_token_good(c, token_of(given), &none, app != NULL))
		return true;
	refuse(c, "token is invalid");
	return false;
}

static json_t *render(const json_t *task, const char *id)
{
	json_t *result = json_object_get(task, "result_code");
	return json_pack("{s:s,s:s,s:i,s:s,s:s,s:o,s:O*,s:i,s:s}", "taskId", id,
	                 "taskName", task_text(task, "name", "transfer"), "taskType", 0,
	                 "tenantId", "d5ac574bd2934a69baa4f23c55daa8d4", "userId",
	                 "1395497048157130881", "status",
	                 task_status(task, json_integer(2)), "resultCode", result, "code",
	                 0, "msg", task_text(task, "message", "Success."));
}

static void answer_task(struct call *c, const char *id)
{
	const char *example = task_example(c, SYSTEM_KOODRIVE, id);
	json_t *task = example ? NULL : task_find(c->world, SYSTEM_KOODRIVE, id);
	if (example)
		answer_text(c->out, 200, "application/json", example);
	else if (!task)
		shape_refuse(c->endpoint, REFUSAL_NOTFOUND, c->out);
	if (!task)
		return;
	c->out->delay = json_number_value(json_object_get(task, "delay"));
	call_answer(c, id, render(task, id), task_text(task, "fault", NULL));
	json_decref(task);
}

void koodrive_task(struct call *c)
{
	if (!admit(c))
		return;
	char *id = percent_decode_take(c->rest, strlen(c->rest));
	answer_task(c, id);
	free(id);
}
