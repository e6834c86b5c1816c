#include "net/json_text.h"

#include <stdlib.h>

static bool ran_out;

/* malloc() that is remembered where it fails. */
static void *take(size_t n)
{
	void *memory = malloc(n);
	if (!memory)
		ran_out = true;
	return memory;
}

json_t *json_text_parse(const char *text, size_t len, size_t flags,
                        json_error_t *ret_error, bool *ret_no_memory)
{
	/* The same memory as before, so it does not matter what was taken already. */
	json_set_alloc_funcs(take, free);
	ran_out = false;
	json_t *root = json_loadb(text, len, flags, ret_error);
	*ret_no_memory = !root && ran_out;
	return root;
}

static int append(const char *bytes, size_t n, void *out)
{
	strbuf_add(out, bytes, n);
	return strbuf_ok(out) ? 0 : -1;
}

bool json_text_members(struct strbuf *out, json_t *object, unsigned digits)
{
	size_t flags = JSON_COMPACT | JSON_EMBED | JSON_REAL_PRECISION(digits);
	bool good = object && json_dump_callback(object, append, out, flags) == 0;
	json_decref(object);
	return good;
}
