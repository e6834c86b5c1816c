#include "base/utf8.h"

#include <string.h>

/* The length that a lead byte promises, and the range of the byte after it. */
static size_t lead(unsigned char c, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = 0x80;
	*ret_high = 0xBF;
	if (c >= 0xC2 && c <= 0xDF)
		return 2;
	if (c >= 0xE0 && c <= 0xEF) {
		if (c == 0xE0)
			*ret_low = 0xA0; /* below: overlong */
		if (c == 0xED)
			*ret_high = 0x9F; /* above: a surrogate */
		return 3;
	}
	if (c >= 0xF0 && c <= 0xF4) {
		if (c == 0xF0)
			*ret_low = 0x90;
		if (c == 0xF4)
			*ret_high = 0x8F; /* above: past U+10FFFF */
		return 4;
	}
	return 0;
}

size_t utf8_read(const char *s, size_t n, uint32_t *ret_char)
{
	const unsigned char *u = (const unsigned char *)s;
	if (u[0] < 0x80) {
		*ret_char = u[0];
		return 1;
	}
	unsigned char low;
	unsigned char high;
	size_t len = lead(u[0], &low, &high);
	*ret_char = UINT32_MAX;
	if (len == 0)
		return 1;
	uint32_t c = u[0] & (0xFFU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if (i >= n || u[i] < low || u[i] > high)
			return i;
		c = c << 6 | (u[i] & 0x3FU);
		low = 0x80;
		high = 0xBF;
	}
	*ret_char = c;
	return len;
}

size_t utf8_cut(const char *s, size_t n)
{
	size_t at = n;
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		unsigned char c = (unsigned char)s[n - back];
		if ((c & 0xC0) == 0x80)
			continue;
		unsigned char low;
		unsigned char high;
		if (lead(c, &low, &high) > back)
			at = n - back;
		break;
	}
	return at;
}

int utf8_prefix(const char *s, size_t max)
{
	size_t n = strlen(s);
	return (int)(n <= max ? n : utf8_cut(s, max));
}

bool utf8_valid(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t c;
		i += utf8_read(s + i, n - i, &c);
		if (c == UINT32_MAX)
			return false;
	}
	return true;
}

void utf8_add(struct strbuf *sb, const char *s, size_t n, uint32_t c)
{
	if (c == UINT32_MAX)
		strbuf_adds(sb, UTF8_REPLACEMENT);
	else
		strbuf_add(sb, s, n);
}

void utf8_add_mended(struct strbuf *sb, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t len = utf8_read(s + i, n - i, &c);
		utf8_add(sb, s + i, len, c);
		i += len;
	}
}
