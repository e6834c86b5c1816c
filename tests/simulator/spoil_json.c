#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "spoil.h"

/* Stands where a text goes that JSON does not allow. */
#define MARK "@@cloudsim@@"

enum { LEVELS = 100000, HUGE_MIB = 512 };

static void send_good(struct spoil *s)
{
	answer_json(s->out, 200, json_incref(s->good));
}

static json_t *parse(const char *text)
{
	return json_loads(text, JSON_DECODE_ANY, NULL);
}

/* The object that holds the members of interest. */
static json_t *members(const struct spoil *s)
{
	return shape_of(s->endpoint)->flat ? s->good : json_object_get(s->good, "data");
}

static void put(json_t *object, const char *name, const char *value)
{
	if (value)
		json_object_set_new(object, name, parse(value));
	else
		json_object_del(object, name);
}

void spoil_code(struct spoil *s)
{
	put(s->good, "code", s->arg);
	send_good(s);
}

void spoil_status(struct spoil *s)
{
	put(members(s), shape_of(s->endpoint)->status, s->arg);
	send_good(s);
}

void spoil_unknown_status(struct spoil *s)
{
	s->arg = shape_of(s->endpoint)->unknown;
	spoil_status(s);
}

void spoil_string_status(struct spoil *s)
{
	s->arg = shape_of(s->endpoint)->string;
	spoil_status(s);
}

/* A flat answer has no data to spoil: all but the envelope goes. */
void spoil_data(struct spoil *s)
{
	if (!shape_of(s->endpoint)->flat) {
		put(s->good, "data", s->arg);
	} else {
		for (void *at = json_object_iter(s->good); at;
		     at = json_object_iter_next(s->good, at)) {
			const char *name = json_object_iter_key(at);
			if (strcmp(name, "code") != 0 && strcmp(name, "msg") != 0)
				json_object_iter_set_new(s->good, at, parse(s->arg));
		}
	}
	send_good(s);
}

void spoil_nulls(struct spoil *s)
{
	for (void *at = json_object_iter(s->good); at;
	     at = json_object_iter_next(s->good, at))
		json_object_iter_set_new(s->good, at, json_null());
	send_good(s);
}

void spoil_array(struct spoil *s)
{
	answer_json(s->out, 200, json_pack("[O]", s->good));
}

/* Puts bytes in the place of each `what` in the body. */
static void replace(struct answer *a, const char *what, const char *with, size_t len)
{
	struct strbuf text;
	strbuf_init(&text, a->before.len + 64 * (len + 1));
	const char *at = a->before.data;
	const char *hit = strstr(at, what);
	while (hit) {
		strbuf_add(&text, at, (size_t)(hit - at));
		strbuf_add(&text, with, len);
		at = hit + strlen(what);
		hit = strstr(at, what);
	}
	strbuf_adds(&text, at);
	bytes_set(&a->before, strbuf_text(&text), text.len);
	strbuf_clear(&text);
}

void spoil_big_code(struct spoil *s)
{
	json_object_set_new(s->good, "code", json_string(MARK));
	send_good(s);
	replace(s->out, "\"" MARK "\"", s->arg, strlen(s->arg));
}

void spoil_big_status(struct spoil *s)
{
	json_object_set_new(members(s), shape_of(s->endpoint)->status, json_string(MARK));
	send_good(s);
	replace(s->out, "\"" MARK "\"", s->arg, strlen(s->arg));
}

void spoil_cut(struct spoil *s)
{
	send_good(s);
	bytes_set(&s->out->before, s->out->before.data, s->out->before.len / 2);
}

void spoil_trailing(struct spoil *s)
{
	send_good(s);
	bytes_set(&s->out->after, s->arg, strlen(s->arg));
}

void spoil_duplicate(struct spoil *s)
{
	send_good(s);
	replace(s->out, "\"code\":", s->arg, strlen(s->arg));
}

void spoil_deep(struct spoil *s)
{
	struct strbuf text;
	strbuf_init(&text, 2 * LEVELS + 100);
	strbuf_adds(&text, "{\"code\":0,\"data\":");
	for (int i = 0; i < LEVELS; i++)
		strbuf_addc(&text, '[');
	for (int i = 0; i < LEVELS; i++)
		strbuf_addc(&text, ']');
	strbuf_addc(&text, '}');
	bytes_set(&s->out->before, strbuf_text(&text), text.len);
	strbuf_clear(&text);
}

/* The good answer with one more, very long member in front. */
void spoil_huge(struct spoil *s)
{
	send_good(s);
	struct answer *a = s->out;
	a->before.data[0] = ','; /* was '{' */
	struct strbuf rest;
	strbuf_init(&rest, a->before.len + 1);
	strbuf_addc(&rest, '"');
	strbuf_add(&rest, a->before.data, a->before.len);
	bytes_set(&a->after, strbuf_text(&rest), rest.len);
	strbuf_clear(&rest);
	bytes_set(&a->before, "{\"padding\":\"", 12);
	bytes_set(&a->fill, "x", 1);
	a->fill_count = (uint64_t)HUGE_MIB << 20;
	a->chunked = s->arg != NULL;
}

void spoil_message(struct spoil *s)
{
	shape_fail(s->endpoint, s->good, json_string(s->arg));
	send_good(s);
}

void spoil_raw_message(struct spoil *s)
{
	shape_fail(s->endpoint, s->good, json_string("before " MARK " after"));
	send_good(s);
	replace(s->out, MARK, s->arg, strlen(s->arg));
}

void spoil_nul_message(struct spoil *s)
{
	s->arg = "\\u0000";
	spoil_raw_message(s);
}

void spoil_raw_nul_message(struct spoil *s)
{
	shape_fail(s->endpoint, s->good, json_string("before " MARK " after"));
	send_good(s);
	replace(s->out, MARK, "\0", 1);
}
