#include "answer.h"

#include <stdlib.h>
#include <string.h>

void answer_init(struct answer *a)
{
	*a = (struct answer){.status = 200, .wire = WIRE_WHOLE};
}

void answer_clear(struct answer *a)
{
	json_decref(a->headers);
	bytes_clear(&a->before);
	bytes_clear(&a->fill);
	bytes_clear(&a->after);
	answer_init(a);
}

void answer_json(struct answer *a, unsigned status, json_t *body)
{
	char *text = memory_need(json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY));
	json_decref(body);
	a->status = status;
	bytes_set(&a->before, text, strlen(text));
	free(text);
}

void answer_error(struct answer *a, unsigned status, const char *text)
{
	answer_json(a, status, json_pack("{s:s}", "error", text));
}

void answer_text(struct answer *a, unsigned status, const char *type, const char *body)
{
	a->status = status;
	answer_header(a, "Content-Type", type);
	bytes_set(&a->before, body, strlen(body));
}

void answer_header(struct answer *a, const char *name, const char *value)
{
	if (!a->headers)
		a->headers = memory_need(json_object());
	json_object_set_new(a->headers, name, json_string(value));
}

uint64_t answer_length(const struct answer *a)
{
	return a->before.len + a->fill.len * a->fill_count + a->after.len;
}

static size_t copy_from(const struct bytes *from, uint64_t offset, char *to, size_t n)
{
	size_t left = from->len - (size_t)offset;
	size_t len = left < n ? left : n;
	memcpy(to, from->data + offset, len);
	return len;
}

static size_t copy_fill(const struct answer *a, uint64_t offset, char *to, size_t n)
{
	uint64_t left = a->fill.len * a->fill_count - offset;
	size_t len = left < n ? (size_t)left : n;
	if (a->fill.len == 1) {
		memset(to, a->fill.data[0], len);
		return len;
	}
	for (size_t i = 0; i < len; i++)
		to[i] = a->fill.data[(offset + i) % a->fill.len];
	return len;
}

size_t answer_read(const struct answer *a, uint64_t offset, char *to, size_t n)
{
	if (offset < a->before.len)
		return copy_from(&a->before, offset, to, n);
	offset -= a->before.len;
	uint64_t filled = a->fill.len * a->fill_count;
	if (offset < filled)
		return copy_fill(a, offset, to, n);
	offset -= filled;
	return offset < a->after.len ? copy_from(&a->after, offset, to, n) : 0;
}
