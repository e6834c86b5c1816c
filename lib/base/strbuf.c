#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 128 };

void strbuf_init(struct strbuf *sb, size_t max)
{
	*sb = (struct strbuf){.max = max};
}

void strbuf_init_drain(struct strbuf *sb, size_t max, strbuf_drain_fn *drain)
{
	*sb = (struct strbuf){.max = max, .drain = drain};
}

/* As new, with the same cap and drain. */
static void start_anew(struct strbuf *sb)
{
	*sb = (struct strbuf){.max = sb->max, .drain = sb->drain, .drained = sb->drained};
}

void strbuf_clear(struct strbuf *sb)
{
	free(sb->data);
	start_anew(sb);
}

static bool hand_on(struct strbuf *sb, const char *bytes, size_t n)
{
	if (sb->failed || (n > 0 && !sb->drain(bytes, n)))
		sb->failed = true;
	else
		sb->drained += n;
	return !sb->failed;
}

bool strbuf_flush(struct strbuf *sb)
{
	if (!hand_on(sb, sb->data, sb->len))
		return false;
	strbuf_cut(sb, 0);
	return true;
}

/* Makes room for n more bytes and a NUL. */
static bool grow(struct strbuf *sb, size_t n)
{
	if (sb->failed)
		return false;
	if (sb->drain && sb->len > 0 && (n > sb->max || sb->len > sb->max - n) &&
	    !strbuf_flush(sb))
		return false;
	if (n > sb->max || sb->len > sb->max - n) {
		sb->failed = true;
		return false;
	}
	size_t need = sb->len + n + 1;
	if (sb->data && need <= sb->room)
		return true;
	size_t room = sb->room ? sb->room : FIRST_ROOM;
	while (room < need)
		room += room / 2;
	char *data = realloc(sb->data, room);
	if (!data) {
		sb->failed = true;
		return false;
	}
	sb->data = data;
	sb->room = room;
	return true;
}

void strbuf_add(struct strbuf *sb, const char *bytes, size_t n)
{
	/* What is longer than all that may be held needs no room. */
	if (sb->drain && n > sb->max) {
		if (strbuf_flush(sb))
			(void)hand_on(sb, bytes, n);
		return;
	}
	if (!grow(sb, n))
		return;
	if (n > 0)
		memcpy(sb->data + sb->len, bytes, n);
	sb->len += n;
	sb->data[sb->len] = '\0';
}

void strbuf_adds(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

void strbuf_addc(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		sb->failed = true;
	else if (grow(sb, (size_t)n)) {
		vsnprintf(sb->data + sb->len, (size_t)n + 1, format, again);
		sb->len += (size_t)n;
	}
	va_end(again);
}

void strbuf_add_buf(struct strbuf *sb, const struct strbuf *from)
{
	if (from->failed)
		strbuf_fail(sb);
	else
		strbuf_add(sb, strbuf_text(from), from->len);
}

void strbuf_fail(struct strbuf *sb)
{
	sb->failed = true;
}

void strbuf_cut(struct strbuf *sb, size_t len)
{
	if (!sb->data || len >= sb->len)
		return;
	sb->len = len;
	sb->data[len] = '\0';
}

bool strbuf_ok(const struct strbuf *sb)
{
	return !sb->failed;
}

const char *strbuf_text(const struct strbuf *sb)
{
	return sb->data ? sb->data : "";
}

char *strbuf_take(struct strbuf *sb)
{
	if (!sb->data)
		strbuf_add(sb, "", 0);
	char *text = sb->failed ? NULL : sb->data;
	if (!text)
		free(sb->data);
	start_anew(sb);
	return text;
}
