#include "monplug/text.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

/* Characters that break a line, control a terminal, or are there unseen. */
static const struct {
	uint32_t first;
	uint32_t last;
} hidden[] = {
    {0x0000, 0x001F},   /* C0: NUL, tab, line breaks, escape */
    {0x007F, 0x009F},   /* DEL and C1 */
    {0x00AD, 0x00AD},   /* soft hyphen */
    {0x034F, 0x034F},   /* combining grapheme joiner */
    {0x061C, 0x061C},   /* Arabic letter mark */
    {0x115F, 0x1160},   /* Hangul fillers */
    {0x17B4, 0x17B5},   /* Khmer inherent vowels */
    {0x180E, 0x180E},   /* Mongolian vowel separator */
    {0x200B, 0x200F},   /* zero-width space, joiners, direction marks */
    {0x2028, 0x202E},   /* line and paragraph separator, direction overrides */
    {0x2060, 0x206F},   /* word joiner, isolates and other invisible marks */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xFFA0, 0xFFA0},   /* Hangul filler */
    {0xFFF9, 0xFFFB},   /* interlinear annotation */
    {0xE0000, 0xE007F}, /* tags */
};

static bool is_hidden(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(hidden) && c >= hidden[i].first; i++) {
		if (c <= hidden[i].last)
			return true;
	}
	return false;
}

struct writer {
	struct strbuf *sb;
	size_t start;     /* where the text begins in sb */
	size_t max_chars; /* 0: no limit */
	size_t chars;     /* written so far */
	size_t last;      /* where the last character that may stay begins */
	bool full;
};

/* Cuts back to all but one character, and to no blank, and says so. */
static void shorten(struct writer *w)
{
	size_t end = w->last;
	while (end > w->start && w->sb->data[end - 1] == ' ')
		end--;
	strbuf_cut(w->sb, end);
	strbuf_adds(w->sb, "…");
	w->full = true;
}

static void put(struct writer *w, const char *bytes, size_t n, uint32_t c)
{
	if (w->full || !strbuf_ok(w->sb))
		return;
	if (w->max_chars > 0 && w->chars == w->max_chars) {
		shorten(w);
		return;
	}
	w->last = w->sb->len;
	w->chars++;
	utf8_add(w->sb, bytes, n, c);
}

static void put_visible(struct writer *w, const char *bytes, size_t n, uint32_t c,
                        enum mp_text_place place)
{
	if (c == '|')
		put(w, "/", 1, '/');
	else if (c == ';' && place == MP_TEXT_FIRST_LINE)
		put(w, ",", 1, ',');
	else
		put(w, bytes, n, c);
}

void mp_text_add(struct strbuf *sb, const char *text, size_t len,
                 enum mp_text_place place, size_t max_chars)
{
	struct writer w = {
	    .sb = sb, .start = sb->len, .max_chars = max_chars, .last = sb->len};
	size_t blanks = 0;   /* read, but not yet written: none goes at either end */
	bool broken = false; /* whether something hidden is among them */
	for (size_t i = 0; i < len && !w.full;) {
		uint32_t c;
		size_t n = utf8_read(text + i, len - i, &c);
		if (c == ' ' || is_hidden(c)) {
			blanks++;
			broken = broken || c != ' ';
		} else {
			if (broken && blanks > 0)
				blanks = 1;
			for (; blanks > 0 && w.chars > 0; blanks--)
				put(&w, " ", 1, ' ');
			blanks = 0;
			broken = false;
			put_visible(&w, text + i, n, c, place);
		}
		i += n;
	}
}
