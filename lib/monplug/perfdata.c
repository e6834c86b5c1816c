#include "monplug/perfdata.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "monplug/number.h"

static bool is_label_char(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static void add_label(struct strbuf *sb, const char *label)
{
	size_t len = strlen(label);
	if (len == 0)
		strbuf_addc(sb, '_');
	for (size_t i = 0; i < len;) {
		uint32_t c;
		i += utf8_read(label + i, len - i, &c);
		strbuf_addc(sb, is_label_char(c) ? (char)c : '_');
	}
}

static bool is_known_uom(const char *uom)
{
	static const char *const known[] = {"", "s", "%", "B"};
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i], uom) == 0)
			return true;
	}
	return false;
}

static void add_range(struct strbuf *sb, const struct mp_range *range)
{
	if (!range || range->inside)
		return;
	char text[MP_RANGE_TEXT_MAX];
	strbuf_adds(sb, mp_range_format(range, text, sizeof text));
}

static void add_number(struct strbuf *sb, const double *value)
{
	if (!value)
		return;
	char text[MP_NUMBER_TEXT_MAX];
	strbuf_adds(sb, mp_number_format(*value, text, sizeof text));
}

bool mp_perfdata_add(struct strbuf *sb, const struct mp_perfdata *item)
{
	size_t before = sb->len;
	if (!isfinite(item->value) || !is_known_uom(item->uom))
		return false;
	if (sb->len > 0)
		strbuf_addc(sb, ' ');
	add_label(sb, item->label);
	strbuf_addc(sb, '=');
	add_number(sb, &item->value);
	strbuf_adds(sb, item->uom);
	strbuf_addc(sb, ';');
	add_range(sb, item->warning);
	strbuf_addc(sb, ';');
	add_range(sb, item->critical);
	strbuf_addc(sb, ';');
	add_number(sb, item->min);
	strbuf_addc(sb, ';');
	add_number(sb, item->max);
	if (!strbuf_ok(sb)) { /* all of it or nothing */
		strbuf_cut(sb, before);
		return false;
	}
	size_t len = sb->len;
	while (sb->data[len - 1] == ';')
		len--;
	strbuf_cut(sb, len);
	return true;
}
