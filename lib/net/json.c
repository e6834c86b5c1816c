#include "net/json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "net/json_mend.h"
#include "net/json_number.h"
#include "net/json_text.h"

enum {
	DEPTH_MAX = 64,
	MENDED_GROWTH = 6, /* one raw byte becomes \u001F at most */
	SHOWN_MAX = 40     /* bytes of a value shown in an error */
};

static const double EXACT_MAX = 9007199254740992.0; /* 2^53 */

/* ------------------------------------------------------------ the document */

/* Says where in body the byte `at` is, as editors count. */
static bool error_at(const char *body, size_t at, const char *what, struct error *err)
{
	unsigned long line = 1;
	unsigned long column = 1;
	for (size_t i = 0; i < at;) {
		uint32_t c;
		i += utf8_read(body + i, at - i, &c);
		if (c == '\n') {
			line++;
			column = 1;
		} else {
			column++;
		}
	}
	return error_set(err, "%s (line %lu, column %lu)", what, line, column);
}

static const char *describe(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		return _("the answer is cut short");
	case json_error_duplicate_key:
		return _("the answer has two members of one name");
	case json_error_end_of_input_expected:
		return _("the answer goes on behind the JSON");
	case json_error_numeric_overflow:
		return _("the answer holds a number that is too large");
	default:
		return _("the answer is not valid JSON");
	}
}

/* The position where jansson stopped; it counts the byte that it did not like. */
static size_t stopped_at(const json_error_t *error, size_t len)
{
	size_t at = error->position > 0 ? (size_t)error->position - 1 : 0;
	return at < len ? at : len;
}

/* Where out->len first reached `until`, in the body that was mended. */
static size_t unmended(const char *body, size_t len, size_t until)
{
	struct strbuf out;
	strbuf_init(&out, len * MENDED_GROWTH);
	size_t at = net_json_mend(body, len, &out, until);
	strbuf_clear(&out);
	return at;
}

static json_t *load_mended(const char *body, size_t len, struct error *err)
{
	struct strbuf out;
	json_error_t error;
	json_t *root = NULL;
	strbuf_init(&out, len * MENDED_GROWTH);
	net_json_mend(body, len, &out, SIZE_MAX);
	bool no_memory = !strbuf_ok(&out);
	if (!no_memory)
		root = json_text_parse(strbuf_text(&out), out.len, JSON_REJECT_DUPLICATES,
		                       &error, &no_memory);
	if (no_memory)
		error_set(err, "out of memory for the answer");
	else if (!root)
		error_at(body, unmended(body, len, stopped_at(&error, out.len)),
		         describe(&error), err);
	strbuf_clear(&out);
	return root;
}

/* What is no object and is better told in other words than "invalid JSON". */
static bool looks_like_object(const char *body, size_t len, struct error *err)
{
	size_t at = 0;
	while (at < len && body[at] && strchr(" \t\r\n", body[at]))
		at++;
	if (at == len)
		return error_set(err, "the answer is empty");
	switch (body[at]) {
	case '{':
		return true;
	case '<':
		if (len - at >= 5 && memcmp(body + at, "<?xml", 5) == 0)
			return error_set(err, "the answer is XML, not JSON");
		return error_set(err, "the answer is HTML, not JSON");
	case '[':
		return error_set(err, "the answer is an array, not a JSON object");
	default:
		return error_at(body, at, _("the answer is not a JSON object"), err);
	}
}

/* A code of 1e-400 must not be read as 0, which would be a success. */
static bool check_numbers(const char *body, size_t len, struct error *err)
{
	size_t at = 0;
	size_t n;
	for (; (n = net_json_next_real(body, len, &at)) > 0; at += n) {
		bool no_memory;
		json_t *value =
		    json_text_parse(body + at, n, JSON_DECODE_ANY, NULL, &no_memory);
		if (!value)
			return error_set(err, "out of memory for the answer");
		bool rounds = net_json_rounds(body + at, n, json_number_value(value));
		json_decref(value);
		if (rounds)
			return error_at(body, at,
			                _("the answer holds a number that only looks "
			                  "whole when it is rounded"),
			                err);
	}
	return true;
}

bool net_json_parse(const char *body, size_t len, json_t **ret_root, struct error *err)
{
	static const char bom[] = "\xEF\xBB\xBF";
	*ret_root = NULL;
	if (len >= 3 && memcmp(body, bom, 3) == 0) {
		body += 3;
		len -= 3;
	}
	if (!looks_like_object(body, len, err))
		return false;
	if (net_json_depth(body, len, DEPTH_MAX) > DEPTH_MAX)
		return error_set(err, "the answer is nested more than %d levels deep",
		                 DEPTH_MAX);
	bool no_memory;
	*ret_root = json_text_parse(body, len, JSON_REJECT_DUPLICATES, NULL, &no_memory);
	if (!*ret_root)
		*ret_root = load_mended(body, len, err);
	if (*ret_root && !check_numbers(body, len, err)) {
		json_decref(*ret_root);
		*ret_root = NULL;
	}
	return *ret_root != NULL;
}

/* ------------------------------------------------------------- its members */

/* What was found where something else was wanted. */
static enum net_member wrong(const char *name, const json_t *value, const char *wanted,
                             struct error *err)
{
	static const char *const types[] = {
	    [JSON_OBJECT] = N_("an object"), [JSON_ARRAY] = N_("an array"),
	    [JSON_STRING] = N_("a text"),    [JSON_INTEGER] = N_("an integer"),
	    [JSON_REAL] = N_("a real"),      [JSON_TRUE] = "true",
	    [JSON_FALSE] = "false",          [JSON_NULL] = "null",
	};
	struct error shown = ERROR_INIT;
	switch (json_typeof(value)) {
	case JSON_STRING: {
		const char *text = json_string_value(value);
		size_t len = json_string_length(value);
		size_t cut = len > SHOWN_MAX ? utf8_cut(text, SHOWN_MAX) : len;
		error_set(&shown, "\"%.*s%s\"", (int)cut, text, cut < len ? "..." : "");
		break;
	}
	case JSON_INTEGER:
		error_set(&shown, "%lld", (long long)json_integer_value(value));
		break;
	default:
		error_set(&shown, "%s", _(types[json_typeof(value)]));
		break;
	}
	error_set(err, "\"%s\" is %s, not %s", name, shown.text, _(wanted));
	return NET_MEMBER_WRONG;
}

/* The member, NULL where it is absent or null. */
static json_t *member(const json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);
	return json_is_null(value) ? NULL : value;
}

/* Digits with an optional "-", and nothing else; no "00", "02" or "-0" either, which JSON
   or its writers do not have. */
static bool read_digits(const char *text, json_int_t *ret)
{
	const bool negative = *text == '-';
	const json_int_t limit = INT64_MAX;
	json_int_t value = 0;
	text += negative;
	if (!*text || (*text == '0' && (negative || text[1])))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		json_int_t digit = *text - '0';
		if (value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = negative ? -value : value;
	return true;
}

/* A decimal text as JSON writes numbers. jansson's reader knows no locale. */
static bool read_decimal(const char *text, double *ret)
{
	json_int_t integer;
	if (read_digits(text, &integer)) {
		*ret = (double)integer;
		return true;
	}
	if (*text != '-' && (*text < '0' || *text > '9'))
		return false;
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	/* The last byte is a digit, so blanks behind the number are refused too. */
	char last = text[strlen(text) - 1];
	bool ok = json_is_number(value) && last >= '0' && last <= '9' &&
	          !net_json_rounds(text, strlen(text), json_number_value(value));
	if (ok)
		*ret = json_number_value(value);
	json_decref(value);
	return ok && isfinite(*ret);
}

enum net_member net_json_integer(const json_t *object, const char *name, json_int_t *ret,
                                 struct error *err)
{
	const json_t *value = member(object, name);
	if (!value)
		return NET_MEMBER_ABSENT;
	if (json_is_integer(value)) {
		*ret = json_integer_value(value);
		return NET_MEMBER_OK;
	}
	if (json_is_string(value) && read_digits(json_string_value(value), ret))
		return NET_MEMBER_OK;
	if (json_is_real(value)) {
		double real = json_real_value(value);
		if (fabs(real) < EXACT_MAX && trunc(real) == real) {
			*ret = (json_int_t)real;
			return NET_MEMBER_OK;
		}
	}
	return wrong(name, value, N_("an integer"), err);
}

enum net_member net_json_number(const json_t *object, const char *name, double *ret,
                                struct error *err)
{
	const json_t *value = member(object, name);
	if (!value)
		return NET_MEMBER_ABSENT;
	if (json_is_number(value) && isfinite(json_number_value(value))) {
		*ret = json_number_value(value);
		return NET_MEMBER_OK;
	}
	if (json_is_string(value) && read_decimal(json_string_value(value), ret))
		return NET_MEMBER_OK;
	return wrong(name, value, N_("a number"), err);
}

enum net_member net_json_text(const json_t *object, const char *name, bool number_too,
                              char buffer[32], const char **ret, struct error *err)
{
	const json_t *value = member(object, name);
	if (!value)
		return NET_MEMBER_ABSENT;
	if (json_is_string(value)) {
		*ret = json_string_value(value);
		return NET_MEMBER_OK;
	}
	if (number_too && json_is_integer(value)) {
		snprintf(buffer, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		*ret = buffer;
		return NET_MEMBER_OK;
	}
	return wrong(name, value, N_("a text"), err);
}

const char *net_json_words(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static enum net_member container(const json_t *object, const char *name, json_type type,
                                 const char *wanted, json_t **ret, struct error *err)
{
	json_t *value = member(object, name);
	if (!value)
		return NET_MEMBER_ABSENT;
	if (json_typeof(value) != type)
		return wrong(name, value, wanted, err);
	*ret = value;
	return NET_MEMBER_OK;
}

enum net_member net_json_object(const json_t *object, const char *name, json_t **ret,
                                struct error *err)
{
	return container(object, name, JSON_OBJECT, N_("an object"), ret, err);
}

enum net_member net_json_array(const json_t *object, const char *name, json_t **ret,
                               struct error *err)
{
	return container(object, name, JSON_ARRAY, N_("an array"), ret, err);
}
