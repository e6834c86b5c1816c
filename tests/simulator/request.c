#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "encode.h"
#include "memory.h"

struct request *request_new(const char *target)
{
	struct request *req = memory_new(sizeof *req);
	req->method = memory_text("");
	req->target = memory_text(target);
	size_t path_len = strcspn(target, "?");
	req->path = memory_slice(target, path_len);
	req->query = req->target + path_len + (target[path_len] == '?');
	req->headers = memory_need(json_object());
	strbuf_init(&req->body, REQUEST_BODY_MAX);
	return req;
}

void request_free(struct request *req)
{
	if (!req)
		return;
	free(req->method);
	free(req->target);
	free(req->path);
	json_decref(req->headers);
	strbuf_clear(&req->body);
	free(req);
}

static char *lower_take(const char *name)
{
	char *lower = memory_text(name);
	for (char *at = lower; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	return lower;
}

static json_t *header_value(const char *value)
{
	if (utf8_valid(value, strlen(value)))
		return json_string(value);
	char *text = latin1_take(value);
	json_t *json = json_string(text);
	free(text);
	return json;
}

void request_add_header(struct request *req, const char *name, const char *value)
{
	char *lower = lower_take(name);
	json_t *text = header_value(value ? value : "");
	const char *earlier = request_header(req, lower);
	json_t *all = earlier ? json_sprintf("%s, %s", earlier, json_string_value(text))
	                      : json_incref(text);
	json_object_set_new(req->headers, lower, all);
	json_decref(text);
	free(lower);
}

const char *request_header(const struct request *req, const char *name)
{
	return json_string_value(json_object_get(req->headers, name));
}

bool request_is(const struct request *req, const char *method)
{
	return strcmp(req->method, method) == 0;
}
