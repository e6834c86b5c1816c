#include "monplug/ini_section.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

enum {
	LINE_BYTES_MAX = 65536,
	LINES_MAX = 100000,
	KEY_MAX = 90,  /* with a guard behind each blank, it fits the shortest line */
	ROOM_MIN = 192 /* what inih must offer for a line; it is built with 200 */
};

/*
 * A byte that no line may hold, so that it can be put where inih would see a
 * comment or drop a blank; taken out again from what it gives back.
 */
#define GUARD '\x01'

static const char not_an_option[] = N_("not an option: no \"=\", or its key is too long");

struct source {
	struct input *stream;
	const char *file;
	const char *section;
	struct strbuf *words;
	struct error *err;
	struct strbuf line;   /* the line at hand, without blanks at its ends */
	size_t given;         /* how much of it inih has */
	unsigned long number; /* its number */
	bool owed;            /* inih has an option of which it has not told yet */
	bool in_section;
	bool in_ours;
	bool in_word;   /* the last word has no NUL yet: more of its value may follow */
	bool is_short;  /* it is "-k" */
	bool has_value; /* it has some of its value */
	bool failed;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool refuse(struct source *s, const char *why)
{
	s->failed = true;
	return error_set(s->err, "%s, line %lu: %s (looking for section [%s])", s->file,
	                 s->number, why, s->section);
}

/* Reads up to a line break, and without it, the carriage return and blanks. */
static bool read_line(struct source *s)
{
	int c;
	strbuf_cut(&s->line, 0);
	while ((c = input_byte(s->stream)) != EOF && c != '\n') {
		strbuf_addc(&s->line, (char)c);
		if (!strbuf_ok(&s->line))
			return refuse(s, _("the line is too long, or memory ran out"));
	}
	if (input_failed(s->stream))
		return refuse(s, input_why(s->stream));
	if (c == EOF && s->line.len == 0)
		return false;
	size_t len = s->line.len;
	if (len > 0 && s->line.data[len - 1] == '\r')
		len--;
	while (len > 0 && is_blank(s->line.data[len - 1]))
		len--;
	strbuf_cut(&s->line, len);
	return true;
}

/* Leaves out a byte order mark and the blanks before the text. */
static size_t text_start(const struct source *s)
{
	static const char mark[] = "\xEF\xBB\xBF";
	const char *text = strbuf_text(&s->line);
	size_t start = 0;
	if (s->number == 1 && strncmp(text, mark, sizeof mark - 1) == 0)
		start = sizeof mark - 1;
	while (start < s->line.len && is_blank(text[start]))
		start++;
	return start;
}

static bool has_control(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < ' ' && c != '\t') || c == 0x7F)
			return true;
	}
	return false;
}

/*
 * Reads the name here, since inih keeps only its first bytes; inih is given
 * "[+]" for our section and "[-]" for others.
 */
static bool enter_section(struct source *s, const char *text)
{
	const char *name = text + 1;
	const char *end = strchr(name, ']');
	if (!end)
		return refuse(s, _("a section without its ]"));
	const char *rest = end + 1;
	while (is_blank(*rest))
		rest++;
	if (*rest && *rest != '#' && *rest != ';')
		return refuse(
		    s, _("something behind the section's ], which would not count"));
	while (is_blank(*name))
		name++;
	while (end > name && is_blank(end[-1]))
		end--;
	size_t len = (size_t)(end - name);
	bool ours = len == strlen(s->section) && memcmp(name, s->section, len) == 0;
	s->in_section = true;
	s->in_ours = ours;
	strbuf_cut(&s->line, 0);
	strbuf_adds(&s->line, ours ? "[+]" : "[-]");
	s->given = 0;
	return true;
}

/* The next line that is neither empty nor a comment. */
static bool next_line(struct source *s)
{
	const char *text;
	do {
		if (++s->number > LINES_MAX)
			return refuse(s, _("too many lines"));
		if (!read_line(s))
			return false;
		s->given = text_start(s);
		text = strbuf_text(&s->line) + s->given;
		if (has_control(text, s->line.len - s->given))
			return refuse(s, _("a control character"));
	} while (*text == '\0' || *text == '#' || *text == ';');
	if (*text == '[')
		return enter_section(s, text);
	if (!s->in_section)
		return refuse(s, _("an option before the first section"));
	s->owed = true;
	return true;
}

/*
 * Gives inih as much of the line as it has room for. The rest follows in lines
 * of their own, as options whose key is the guard alone.
 */
static void give_piece(struct source *s, bool is_first, char *to, size_t room)
{
	size_t n = 0;
	if (!is_first) {
		to[n++] = GUARD;
		to[n++] = '=';
		to[n++] = GUARD; /* so that a blank which follows stays */
	}
	while (s->given < s->line.len && n + 4 <= room) { /* byte, guard, "\n", NUL */
		char c = s->line.data[s->given++];
		to[n++] = c;
		if (is_blank(c))
			to[n++] =
			    GUARD; /* so that no " ;" begins a comment, and it stays */
	}
	to[n++] = '\n';
	to[n] = '\0';
}

/* inih's reader, in the manner of fgets(). */
static char *give_line(char *to, int room, void *user)
{
	struct source *s = user;
	if (s->failed)
		return NULL;
	if (room < ROOM_MIN) {
		refuse(s, _("the ini library was built for lines that are too short"));
		return NULL;
	}
	if (s->owed) { /* it told of nothing, so there was no separator */
		refuse(s, _(not_an_option));
		return NULL;
	}
	bool is_first = s->given == s->line.len;
	if (is_first && !next_line(s))
		return NULL;
	give_piece(s, is_first, to, (size_t)room);
	return to;
}

/* Copies text without guards and blanks at its end; false where it is too long. */
static bool unguard(const char *text, char key[KEY_MAX + 1])
{
	size_t len = 0;
	for (; *text; text++) {
		if (*text == GUARD)
			continue;
		if (len == KEY_MAX)
			return false;
		key[len++] = *text;
	}
	while (len > 0 && is_blank(key[len - 1]))
		len--;
	key[len] = '\0';
	return true;
}

static void end_word(struct source *s)
{
	if (s->in_word)
		strbuf_addc(s->words, '\0');
	s->in_word = false;
}

static bool begin_word(struct source *s, const char *name)
{
	char key[KEY_MAX + 1];
	if (!unguard(name, key))
		return refuse(s, _("a key that is too long"));
	if (!key[0])
		return refuse(s, _("an option without a key"));
	if (!s->in_ours)
		return true;
	if (strcmp(key, "extra-opts") == 0)
		return refuse(s, _("extra-opts is for the command line only"));
	end_word(s);
	s->in_word = true;
	s->is_short = key[1] == '\0';
	s->has_value = false;
	strbuf_adds(s->words, s->is_short ? "-" : "--");
	strbuf_adds(s->words, key);
	return true;
}

/* Adds a piece of the value: no blanks in front of it, no "=" without it. */
static void add_value(struct source *s, const char *piece)
{
	for (; *piece; piece++) {
		if (*piece == GUARD || (!s->has_value && is_blank(*piece)))
			continue;
		if (!s->has_value && !s->is_short)
			strbuf_addc(s->words, '=');
		s->has_value = true;
		strbuf_addc(s->words, *piece);
	}
}

/* inih's handler: one option, or more of the value of the last one. */
static int take_option(void *user, const char *section, const char *name,
                       const char *value)
{
	static const char more[] = {GUARD, '\0'};
	struct source *s = user;
	(void)section; /* in_ours says it */
	if (!name)     /* some builds tell of sections too */
		return 1;
	if (s->failed || !value) /* without a value: still owed, so refused */
		return 0;
	s->owed = false;
	if (strcmp(name, more) != 0 && !begin_word(s, name))
		return 0;
	if (s->in_ours)
		add_value(s, value);
	return 1;
}

bool mp_ini_section_read(struct input *stream, const char *file, const char *section,
                         struct strbuf *words, struct error *err)
{
	struct source s = {.stream = stream,
	                   .file = file,
	                   .section = section,
	                   .words = words,
	                   .err = err};
	strbuf_init(&s.line, LINE_BYTES_MAX);
	int bad = ini_parse_stream(give_line, &s, take_option, &s);
	end_word(&s);
	strbuf_clear(&s.line);
	if (!s.failed && s.owed) /* a build that stops at its first error */
		refuse(&s, _(not_an_option));
	if (!s.failed && bad != 0)
		refuse(&s, _("the ini library does not understand it"));
	if (!s.failed && !strbuf_ok(words))
		refuse(&s, _("the section is too long, or memory ran out"));
	return !s.failed;
}
