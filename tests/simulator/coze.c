/* Coze: the result of a resource copy. */
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "provider.h"
#include "task.h"

#define LOGID  "20260101080000CLOUDSIM0000000000001"
#define ENTITY "7530938808750080001"

static bool admit(struct call *c)
{
	const char *given = request_header(c->req, "authorization");
	bool guarded = state_setting(c->world, "coze_public_key") != NULL;
	if (given && strncmp(given, "Bearer ", 7) == 0 &&
	    call_token_good(c, given + 7, &c->world->coze, guarded))
		return true;
	call_refuse(c, REFUSAL_DENIED_HTTP);
	return false;
}

/* A failed task's message, if it has no reasons of its own, is its one reason. */
static json_t *reasons_of(const json_t *task)
{
	json_t *reasons = json_object_get(task, "reasons");
	const char *message = task_text(task, "message", NULL);
	if (reasons || !message)
		return json_incref(reasons);
	return json_pack("[{s:s,s:s,s:s,s:s}]", "entity_id", ENTITY, "entity_name",
	                 task_text(task, "name", "bot"), "entity_type", "bot",
	                 "failed_reason", message);
}

static json_t *render(const json_t *task, const char *id)
{
	json_t *status = task_status(task, json_string("successful"));
	const char *text = json_string_value(status);
	bool copied = text && strcmp(text, "successful") == 0;
	json_t *data = json_pack(
	    "{s:s,s:s,s:o,s:o*,s:s,s:s*,s:s}", "task_id", id, "entity_type", "bot",
	    "task_status", status, "failed_reasons", reasons_of(task), "source_entity_id",
	    ENTITY, "target_entity_id", copied ? "7530938808750067001" : NULL,
	    "target_workspace_id", "7498204883280400001");
	return json_pack("{s:o,s:i,s:s,s:{s:s}}", "data", data, "code", 0, "msg", "",
	                 "detail", "logid", LOGID);
}

static void answer_task(struct call *c, const char *id)
{
	const char *example = task_example(c, SYSTEM_COZE, id);
	json_t *task = example ? NULL : task_find(c->world, SYSTEM_COZE, id);
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

void coze_task(struct call *c)
{
	answer_header(c->out, "X-Tt-Logid", LOGID);
	if (!admit(c))
		return;
	char *id = percent_decode_take(c->rest, strlen(c->rest));
	answer_task(c, id);
	free(id);
}
