#include "reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "check.h"
#include "encode.h"
#include "fault.h"

static const struct member members[] = {
    {"match", IS_TEXT},    {"method", IS_TEXT},      {"times", IS_NUMBER},
    {"status", IS_NUMBER}, {"headers", IS_OBJECT},   {"body", IS_TEXT},
    {"json", IS_ANY},      {"body_base64", IS_TEXT}, {"fill", IS_OBJECT},
    {"chunked", IS_BOOL},  {"raw", IS_TEXT},         {"raw_base64", IS_TEXT},
    {"fault", IS_FAULT},   {"delay", IS_NUMBER},
};

static const struct member fill_members[] = {
    {"text", IS_TEXT},
    {"count", IS_NUMBER},
    {"before", IS_TEXT},
    {"after", IS_TEXT},
};

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool base64_check(const json_t *reply, const char *name, struct error *err)
{
	const char *text = text_of(reply, name);
	struct bytes bytes = {0};
	bool ok = !text || base64_read(text, &bytes);
	bytes_clear(&bytes);
	return ok || error_set(err, "%s: not base64", name);
}

static bool headers_check(json_t *headers, struct error *err)
{
	for (void *at = json_object_iter(headers); at;
	     at = json_object_iter_next(headers, at)) {
		const json_t *value = json_object_iter_value(at);
		if (!json_is_string(value) && !json_is_null(value))
			return error_set(err, "headers: %s must be a string",
			                 json_object_iter_key(at));
	}
	return true;
}

bool reply_check(json_t *reply, struct error *err)
{
	if (!check_members(reply, members, ARRAY_LEN(members), err))
		return false;
	json_t *fill = json_object_get(reply, "fill");
	if (fill && !check_members(fill, fill_members, ARRAY_LEN(fill_members), err))
		return false;
	long status = check_integer(reply, "status", 200);
	if (status < 200 || status > 999)
		return error_set(err, "status: 200 to 999 is allowed");
	return headers_check(json_object_get(reply, "headers"), err) &&
	       base64_check(reply, "body_base64", err) &&
	       base64_check(reply, "raw_base64", err);
}

bool reply_matches(const json_t *reply, const struct request *req, const char *target)
{
	const char *match = text_of(reply, "match");
	const char *method = text_of(reply, "method");
	return (!match || strstr(target, match)) && (!method || request_is(req, method));
}

static void set_text(struct bytes *to, const json_t *object, const char *name)
{
	const json_t *text = json_object_get(object, name);
	if (json_is_string(text)) /* with its length: it may hold NUL */
		bytes_set(to, json_string_value(text), json_string_length(text));
}

static void set_base64(struct bytes *to, const json_t *object, const char *name)
{
	const char *text = text_of(object, name);
	if (text)
		(void)base64_read(text, to);
}

static void set_body(const json_t *reply, struct answer *a)
{
	json_t *json = json_object_get(reply, "json");
	if (json)
		answer_json(a, a->status, json_incref(json));
	set_text(&a->before, reply, "body");
	set_base64(&a->before, reply, "body_base64");
	const json_t *fill = json_object_get(reply, "fill");
	set_text(&a->before, fill, "before");
	set_text(&a->fill, fill, "text");
	set_text(&a->after, fill, "after");
	a->fill_count = (uint64_t)check_integer(fill, "count", 0);
}

/* What the fault shall spoil; NULL lets it take a good answer of its own. */
static json_t *good_of(const json_t *reply)
{
	const json_t *json = json_object_get(reply, "json");
	if (json)
		return json_deep_copy(json);
	const char *body = text_of(reply, "body");
	return body ? json_loads(body, 0, NULL) : NULL;
}

void reply_answer(const json_t *reply, const char *target, long used, struct answer *a)
{
	const char *fault = text_of(reply, "fault");
	const json_t *raw = json_object_get(reply, "raw");
	const json_t *raw_base64 = json_object_get(reply, "raw_base64");
	if (fault) {
		fault_apply(fault, shape_guess(target), good_of(reply), used > 0, a);
	} else if (raw || raw_base64) {
		a->wire = WIRE_RAW;
		set_text(&a->before, reply, "raw");
		set_base64(&a->before, reply, "raw_base64");
	} else {
		a->status = (unsigned)check_integer(reply, "status", 200);
		set_body(reply, a);
		a->chunked = json_is_true(json_object_get(reply, "chunked"));
	}
	/* Deep: the answer is sent while others use this reply. */
	json_t *headers = json_deep_copy(json_object_get(reply, "headers"));
	if (a->headers && headers)
		json_object_update_missing(headers, a->headers);
	if (headers) {
		json_decref(a->headers);
		a->headers = headers;
	}
	a->delay = check_seconds(reply, "delay", 0);
}
