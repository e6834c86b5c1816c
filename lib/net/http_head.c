#include "net/http_head.h"

#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 64 * 1024 };

void net_head_init(struct net_head *head)
{
	strbuf_init(&head->lines, HEAD_MAX);
	head->whole = false;
}

void net_head_clear(struct net_head *head)
{
	strbuf_clear(&head->lines);
	head->whole = false;
}

void net_head_reset(struct net_head *head)
{
	if (!strbuf_ok(&head->lines))
		strbuf_clear(&head->lines);
	strbuf_cut(&head->lines, 0);
	head->whole = false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool net_head_add(struct net_head *head, const char *line, size_t len)
{
	if (memchr(line, '\0', len))
		return false;
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		net_head_reset(head);
		return true;
	}
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	if (len == 0)
		head->whole = true;
	const char *colon = memchr(line, ':', len);
	if (head->whole || !colon || is_blank(*line)) /* a trailer, or a folded line */
		return true;
	const char *value = colon + 1;
	const char *end = line + len;
	while (value < end && is_blank(*value))
		value++;
	strbuf_add(&head->lines, line, (size_t)(colon - line));
	strbuf_addc(&head->lines, '\0');
	strbuf_add(&head->lines, value, (size_t)(end - value));
	strbuf_addc(&head->lines, '\0');
	return strbuf_ok(&head->lines);
}

const char *net_head_find(const struct net_head *head, const char *name)
{
	const char *at = strbuf_text(&head->lines);
	const char *end = at + head->lines.len;
	while (at < end) {
		const char *value = at + strlen(at) + 1;
		if (strcasecmp(at, name) == 0)
			return value;
		at = value + strlen(value) + 1;
	}
	return NULL;
}
