#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/utf8.h"
#include "check.h"
#include "encode.h"
#include "reply.h"

enum { REQUESTS_MAX = 20000, CASES_MAX = 20000 };

/*
 * All cases by their names. A case is {"replies": [...], "used": [how often
 * each was used], "requests": [...], "unmatched": N}.
 */
static json_t *cases;

static const struct member members[] = {{"replies", IS_ARRAY}};

bool script_set(const char *name, json_t *spec, struct error *err)
{
	if (!check_members(spec, members, ARRAY_LEN(members), err))
		return false;
	json_t *replies = json_object_get(spec, "replies");
	json_t *used = memory_need(json_array());
	for (size_t i = 0; i < json_array_size(replies); i++) {
		json_array_append_new(used, json_integer(0));
		if (!reply_check(json_array_get(replies, i), err)) {
			json_decref(used);
			return false;
		}
	}
	if (!cases)
		cases = memory_need(json_object());
	json_t *one = json_pack("{s:O,s:o,s:[],s:i}", "replies", replies, "used", used,
	                        "requests", "unmatched", 0);
	if (!one || json_object_size(cases) >= CASES_MAX) {
		json_decref(one);
		return error_set(err,
		                 one ? "too many cases" : "replies: an array is wanted");
	}
	return json_object_set_new(cases, name, one) == 0 ||
	       error_set(err, "out of memory");
}

json_t *script_requests(const char *name)
{
	json_t *one = json_object_get(cases, name);
	if (!one)
		return NULL;
	/* A copy: other threads go on adding while this one is being sent. */
	return json_pack("{s:o,s:O}", "requests",
	                 json_copy(json_object_get(one, "requests")), "unmatched",
	                 json_object_get(one, "unmatched"));
}

bool script_forget(const char *name)
{
	return json_object_del(cases, name) == 0;
}

void script_forget_all(void)
{
	json_decref(cases);
	cases = NULL;
}

static void note(json_t *one, const char *target, const struct request *req)
{
	json_t *requests = json_object_get(one, "requests");
	if (json_array_size(requests) >= REQUESTS_MAX)
		return;
	const char *body = strbuf_text(&req->body);
	json_t *entry = json_pack("{s:s,s:s,s:O}", "method", req->method, "target",
	                          target, "headers", req->headers);
	if (utf8_valid(body, req->body.len)) {
		json_object_set_new(entry, "body", json_stringn(body, req->body.len));
	} else {
		char *base64 = base64_take(body, req->body.len);
		json_object_set_new(entry, "body_base64", json_string(base64));
		free(base64);
	}
	json_array_append_new(requests, entry);
}

/* The reply whose turn it is; -1 if none matches. */
static long choose(json_t *one, const struct request *req, const char *target)
{
	json_t *used = json_object_get(one, "used");
	long last = -1;
	const json_t *replies = json_object_get(one, "replies");
	for (size_t i = 0; i < json_array_size(replies); i++) {
		const json_t *reply = json_array_get(replies, i);
		if (!reply_matches(reply, req, target))
			continue;
		last = (long)i;
		if (json_integer_value(json_array_get(used, i)) <
		    check_integer(reply, "times", 1))
			break;
	}
	return last;
}

static void answer_none(const char *name, const char *target, const struct request *req,
                        struct answer *a)
{
	json_t *text =
	    json_sprintf("no reply matches %s %s in case %s", req->method, target, name);
	answer_json(a, 599, json_pack("{s:o}", "error", text));
}

void script_answer(const char *name, const char *target, const struct request *req,
                   struct answer *a)
{
	json_t *one = json_object_get(cases, name);
	if (one)
		note(one, target, req);
	long chosen = one ? choose(one, req, target) : -1;
	if (chosen < 0) {
		answer_none(name, target, req, a);
		json_t *unmatched = json_object_get(one, "unmatched");
		json_integer_set(unmatched, json_integer_value(unmatched) + 1);
		return;
	}
	json_t *used = json_array_get(json_object_get(one, "used"), (size_t)chosen);
	json_t *reply = json_array_get(json_object_get(one, "replies"), (size_t)chosen);
	reply_answer(reply, target, (long)json_integer_value(used), a);
	json_integer_set(used, json_integer_value(used) + 1);
}
