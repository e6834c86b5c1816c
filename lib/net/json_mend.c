#include "net/json_mend.h"

#include <string.h>

#include "base/utf8.h"

/* Reads four hex digits behind "\u"; UINT32_MAX where they are not there. */
static uint32_t read_escape(const char *s, size_t n)
{
	uint32_t value = 0;
	if (n < 6 || s[0] != '\\' || s[1] != 'u')
		return UINT32_MAX;
	for (size_t i = 2; i < 6; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *digit = s[i] ? strchr(digits, s[i]) : NULL;
		if (!digit)
			return UINT32_MAX;
		size_t number = (size_t)(digit - digits);
		value = value * 16 + (uint32_t)(number < 16 ? number : number - 6);
	}
	return value;
}

static bool is_high(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDBFF;
}

static bool is_low(uint32_t c)
{
	return c >= 0xDC00 && c <= 0xDFFF;
}

/* An escape at s; returns its length. */
static size_t mend_escape(const char *s, size_t n, struct strbuf *out)
{
	uint32_t c = read_escape(s, n);
	if (c == UINT32_MAX) {
		/* Both bytes at once, so that \" does not end the string. */
		size_t len = n > 1 ? 2 : 1;
		strbuf_add(out, s, len);
		return len;
	}
	if (is_high(c) && is_low(read_escape(s + 6, n - 6))) {
		strbuf_add(out, s, 12);
		return 12;
	}
	if (c == 0 || is_high(c) || is_low(c))
		strbuf_adds(out, "\\uFFFD");
	else
		strbuf_add(out, s, 6);
	return 6;
}

/* One character or escape inside a string; returns its length. */
static size_t mend_one(const char *s, size_t n, struct strbuf *out)
{
	if (*s == '\\')
		return mend_escape(s, n, out);
	uint32_t c;
	size_t len = utf8_read(s, n, &c);
	if (c == UINT32_MAX || c == 0)
		strbuf_adds(out, UTF8_REPLACEMENT);
	else if (c < ' ')
		strbuf_addf(out, "\\u%04X", (unsigned)c);
	else
		strbuf_add(out, s, len);
	return len;
}

size_t net_json_mend(const char *body, size_t len, struct strbuf *out, size_t until)
{
	bool in_string = false;
	size_t at = 0;
	while (at < len && out->len < until && strbuf_ok(out)) {
		bool quote = body[at] == '"';
		if (quote || !in_string) {
			strbuf_addc(out, body[at++]);
			in_string ^= quote;
		} else {
			at += mend_one(body + at, len - at, out);
		}
	}
	return at;
}

unsigned net_json_depth(const char *body, size_t len, unsigned enough)
{
	unsigned depth = 0;
	unsigned deepest = 0;
	bool in_string = false;
	for (size_t i = 0; i < len && deepest <= enough; i++) {
		char c = body[i];
		if (c == '"')
			in_string = !in_string;
		else if (in_string)
			i += c == '\\'; /* what follows ends no string */
		else if (c == '{' || c == '[')
			deepest = ++depth > deepest ? depth : deepest;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
	}
	return deepest;
}
