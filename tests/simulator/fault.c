#include "fault.h"

#include <string.h>

#include "base/compiler.h"
#include "spoil.h"

struct fault {
	const char *name;
	spoil_fn *spoil; /* NULL: the good answer over this wire */
	const char *arg;
	enum wire wire;
	bool once; /* good from the second time on */
};

/* New ones at the end: their places are the offline tasks' numbers. */
static const struct fault faults[] = {
    {"html200", spoil_html, "200", WIRE_WHOLE, false},
    {"html502", spoil_html, "502", WIRE_WHOLE, false},
    {"html503", spoil_html, "503", WIRE_WHOLE, false},
    {"empty", spoil_empty, NULL, WIRE_WHOLE, false},
    {"truncated", spoil_cut, NULL, WIRE_WHOLE, false},
    {"short", NULL, NULL, WIRE_SHORT, false},
    {"shapes", spoil_array, NULL, WIRE_WHOLE, false},
    {"data-array", spoil_data, "[]", WIRE_WHOLE, false},
    {"unknown-status", spoil_unknown_status, NULL, WIRE_WHOLE, false},
    {"status-true", spoil_status, "true", WIRE_WHOLE, false},
    {"status-object", spoil_status, "{}", WIRE_WHOLE, false},
    {"status-null", spoil_status, "null", WIRE_WHOLE, false},
    {"status-missing", spoil_status, NULL, WIRE_WHOLE, false},
    {"status-string", spoil_string_status, NULL, WIRE_WHOLE, false},
    {"code-string", spoil_code, "\"0\"", WIRE_WHOLE, false},
    {"code-missing", spoil_code, NULL, WIRE_WHOLE, false},
    {"code-null", spoil_code, "null", WIRE_WHOLE, false},
    {"code-true", spoil_code, "true", WIRE_WHOLE, false},
    {"code-object", spoil_code, "{}", WIRE_WHOLE, false},
    {"data-null", spoil_data, "null", WIRE_WHOLE, false},
    {"all-null", spoil_nulls, NULL, WIRE_WHOLE, false},
    {"deep", spoil_deep, NULL, WIRE_WHOLE, false},
    {"huge", spoil_huge, NULL, WIRE_WHOLE, false},
    {"huge-chunked", spoil_huge, "chunked", WIRE_WHOLE, false},
    {"gzip", spoil_gzip, NULL, WIRE_WHOLE, false},
    {"slow", NULL, NULL, WIRE_SLOW, false},
    {"silence", NULL, NULL, WIRE_SILENCE, false},
    {"reset", NULL, NULL, WIRE_RESET, false},
    {"close", NULL, NULL, WIRE_CLOSE, false},
    {"not-http", spoil_banner, "SSH-2.0-OpenSSH_9.2p1\r\n", WIRE_WHOLE, false},
    {"headers", spoil_headers, NULL, WIRE_WHOLE, false},
    {"redirect", spoil_redirect, NULL, WIRE_WHOLE, false},
    {"429", spoil_retry_after, "1", WIRE_WHOLE, false},
    {"429-bare", spoil_bare_limit, NULL, WIRE_WHOLE, false},
    {"429-body", spoil_limit, NULL, WIRE_WHOLE, false},
    {"429-once", spoil_retry_after, "1", WIRE_WHOLE, true},
    {"503-once", spoil_html, "503", WIRE_WHOLE, true},
    {"pipe", spoil_message, "a|b=1;2;3 | c", WIRE_WHOLE, false},
    {"lines", spoil_message, "first\r\nsecond\nOK - all is well", WIRE_WHOLE, false},
    {"escape", spoil_message, "\x1b[32mgreen\x1b[0m\x1b]0;title\x07 end", WIRE_WHOLE,
     false},
    {"bad-utf8", spoil_raw_message, "\xff\xfe\xc3", WIRE_WHOLE, false},
    {"nul", spoil_nul_message, NULL, WIRE_WHOLE, false},
    {"nul-raw", spoil_raw_nul_message, NULL, WIRE_WHOLE, false},
    {"trailing", spoil_trailing, " {\"code\":0} garbage", WIRE_WHOLE, false},
    {"duplicate", spoil_duplicate, "\"code\":401,\"code\":", WIRE_WHOLE, false},
    {"bignum", spoil_big_code, "18446744073709551616", WIRE_WHOLE, false},
    {"bignum-status", spoil_big_status, "18446744073709551618", WIRE_WHOLE, false},
    {"denied", spoil_denied, NULL, WIRE_WHOLE, false},
    {"denied-http", spoil_denied_http, NULL, WIRE_WHOLE, false},
    {"denied-400", spoil_denied_400, NULL, WIRE_WHOLE, false},
    {"notfound", spoil_notfound, NULL, WIRE_WHOLE, false},
};

static const struct fault *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (strcmp(faults[i].name, name) == 0)
			return &faults[i];
	return NULL;
}

bool fault_known(const char *name)
{
	return find(name) != NULL;
}

const char *fault_name(size_t number)
{
	return number < ARRAY_LEN(faults) ? faults[number].name : NULL;
}

void fault_apply(const char *name, enum endpoint endpoint, json_t *good, bool again,
                 struct answer *a)
{
	const struct fault *fault = find(name);
	if (!json_is_object(good)) {
		json_decref(good);
		good = memory_need(json_loads(shape_of(endpoint)->good, 0, NULL));
	}
	if (fault && fault->spoil && !(fault->once && again)) {
		struct spoil s = {endpoint, good, fault->arg, a};
		fault->spoil(&s);
	} else {
		answer_json(a, 200, json_incref(good));
		a->wire = fault ? fault->wire : WIRE_WHOLE;
	}
	json_decref(good);
}
