/* 123pan: the tasks' three endpoints. */
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "pan.h"
#include "provider.h"
#include "task.h"

enum { LIMIT_MAX = 100, FIRST_FILE = 10001 };

void pan_error(struct call *c, int code, const char *message)
{
	answer_json(c->out, 200,
	            json_pack("{s:i,s:s,s:n,s:s}", "code", code, "message", message,
	                      "data", "x-traceID", PAN_TRACE));
}

static json_t *enveloped(const char *message, json_t *data)
{
	return json_pack("{s:i,s:s,s:o,s:s}", "code", 0, "message", message, "data", data,
	                 "x-traceID", PAN_TRACE);
}

bool pan_has_platform(struct call *c)
{
	const char *platform = request_header(c->req, "platform");
	if (platform && strcmp(platform, "open_platform") == 0)
		return true;
	pan_error(c, 1, "Platform: open_platform is required");
	return false;
}

/* Refuses who may not ask. */
static bool admit(struct call *c)
{
	const char *given = request_header(c->req, "authorization");
	bool guarded = state_setting(c->world, "client_id") != NULL;
	if (!given || strncmp(given, "Bearer ", 7) != 0 ||
	    !call_token_good(c, given + 7, &c->world->pan, guarded)) {
		call_refuse(c, REFUSAL_DENIED);
		return false;
	}
	return pan_has_platform(c);
}

/* Admits, finds the task and answers at once where there is nothing to make. */
static json_t *begin(struct call *c, enum system system, char **ret_id)
{
	*ret_id = NULL;
	if (!admit(c))
		return NULL;
	char *id = query_value_take(c->req->query, "taskID");
	if (!id) {
		pan_error(c, 1, "taskID is required");
		return NULL;
	}
	const char *example = task_example(c, system, id);
	json_t *task = example ? NULL : task_find(c->world, system, id);
	if (example)
		answer_text(c->out, 200, "application/json", example);
	else if (!task)
		shape_refuse(c->endpoint, REFUSAL_NOTFOUND, c->out);
	if (task)
		*ret_id = id;
	else
		free(id);
	return task;
}

static void end(struct call *c, json_t *task, char *id, json_t *good, const char *fault)
{
	const json_t *delay = json_object_get(task, "delay");
	c->out->delay = json_number_value(delay);
	call_answer(c, id, good, fault);
	json_decref(task);
	free(id);
}

void pan_copy(struct call *c)
{
	char *id;
	json_t *task = begin(c, SYSTEM_COPY, &id);
	if (!task)
		return;
	json_t *data =
	    json_pack("{s:o,s:s}", "status", task_status(task, json_integer(2)),
	              "failMsg", task_text(task, "message", ""));
	end(c, task, id, enveloped("ok", data), task_text(task, "fault", NULL));
}

static json_t *files(json_int_t from, json_int_t to)
{
	if (from >= to)
		return json_null();
	json_t *list = json_array();
	for (json_int_t i = from; i < to; i++)
		json_array_append_new(
		    list, json_pack("{s:I,s:o}", "fileId", FIRST_FILE + i, "filename",
		                    json_sprintf("img-%04lld.jpg", (long long)i + 1)));
	return list;
}

/* A whole number of the query; -1 if it is none. */
static long query_number(const struct call *c, const char *name)
{
	char *text = query_value_take(c->req->query, name);
	char *end_of = text;
	long n = text ? strtol(text, &end_of, 10) : -1;
	bool ok = text && *text && !*end_of && n >= 0;
	free(text);
	return ok ? n : -1;
}

/* The document wants both, and no more than 100 a page. */
static bool read_page(struct call *c, long *ret_limit, long *ret_page)
{
	*ret_limit = query_number(c, "limit");
	*ret_page = query_number(c, "page");
	if (*ret_limit >= 1 && *ret_limit <= LIMIT_MAX && *ret_page >= 1 &&
	    *ret_page <= 1000000)
		return true;
	pan_error(c, 1, "limit (1 to 100) and page (from 1) are required");
	return false;
}

void pan_copy_list(struct call *c)
{
	char *id;
	json_t *task = begin(c, SYSTEM_COPY, &id);
	if (!task)
		return;
	long limit;
	long page;
	if (!read_page(c, &limit, &page)) {
		json_decref(task);
		free(id);
		return;
	}
	long total = (long)json_number_value(json_object_get(task, "failed"));
	long from = limit * (page - 1);
	long to = from + limit < total ? from + limit : total;
	json_t *data =
	    json_pack("{s:I,s:o}", "total", (json_int_t)total, "list", files(from, to));
	end(c, task, id, enveloped("ok", data), task_text(task, "list_fault", NULL));
}

/* Progress is all there where the task has succeeded, and else 0. */
static json_t *process_of(const json_t *task)
{
	json_t *process = json_object_get(task, "process");
	const json_t *status = json_object_get(task, "status");
	bool finished = !status || json_integer_value(status) == 2;
	return process ? json_incref(process) : json_integer(finished ? 100 : 0);
}

void pan_offline(struct call *c)
{
	char *id;
	json_t *task = begin(c, SYSTEM_OFFLINE, &id);
	if (!task)
		return;
	json_t *data = json_pack("{s:o,s:o}", "process", process_of(task), "status",
	                         task_status(task, json_integer(2)));
	json_t *good = enveloped(task_text(task, "message", "ok"), data);
	end(c, task, id, good, task_text(task, "fault", NULL));
}
