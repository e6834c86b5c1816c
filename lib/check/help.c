#include "check/help.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"

enum { WIDTH = 79, INDENT = 8, HELP_MAX = 4096 };

#define STRING_OF(x) #x
#define STRING(x)    STRING_OF(x)

static const char *const headings[OPTION_N_SECTIONS] = {
    [SECTION_TASKS] = N_("Tasks:"),         [SECTION_CREDENTIALS] = N_("Credentials:"),
    [SECTION_JUDGEMENT] = N_("Judgement:"), [SECTION_HISTORY] = N_("History:"),
    [SECTION_NETWORK] = N_("Network:"),     [SECTION_OUTPUT] = N_("Output and other:"),
};

/* Chinese, Japanese, Korean, and the marks that go with them: two columns each. */
static bool is_wide(uint32_t c)
{
	return (c >= 0x2E80 && c <= 0xFFEF) || c == 0x201C || c == 0x201D;
}

/* Whether a line may end between two characters that are no blanks. */
static bool may_break(uint32_t before, uint32_t after)
{
	static const uint32_t opening[] = {0x201C, 0x300A, 0xFF08};
	static const uint32_t closing[] = {0x201D, 0x3001, 0x3002, 0x300B, 0xFF01,
	                                   0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F};
	for (size_t i = 0; i < ARRAY_LEN(opening); i++)
		if (before == opening[i])
			return false;
	for (size_t i = 0; i < ARRAY_LEN(closing); i++)
		if (after == closing[i])
			return false;
	return is_wide(before) || is_wide(after);
}

/* The length of what stays on one line at the start: a word, or a wide character. */
static size_t next_piece(const char *text, size_t *ret_columns)
{
	enum { CHAR_MAX_BYTES = 4 }; /* a NUL ends what is read before that */
	size_t n = 0;
	uint32_t before = 0;
	*ret_columns = 0;
	while (text[n] && text[n] != ' ' && text[n] != '\n') {
		uint32_t c;
		size_t bytes = utf8_read(text + n, CHAR_MAX_BYTES, &c);
		if (n > 0 && may_break(before, c))
			break;
		*ret_columns += is_wide(c) ? 2 : 1;
		n += bytes;
		before = c;
	}
	return n;
}

/* Words in lines of WIDTH, each behind `indent` blanks. */
static void add_wrapped(struct strbuf *out, const char *text, int indent)
{
	size_t column = 0;
	bool blank = false;
	while (*text) {
		size_t columns;
		size_t n = next_piece(text, &columns);
		if (column > 0 && column + blank + columns > WIDTH) {
			strbuf_addc(out, '\n');
			column = 0;
		}
		if (column == 0)
			strbuf_addf(out, "%*s", indent, "");
		else if (blank)
			strbuf_addc(out, ' ');
		column = (column == 0 ? (size_t)indent : column + blank) + columns;
		strbuf_add(out, text, n);
		text += n;
		blank = *text == ' ';
		if (*text == '\n') {
			strbuf_addc(out, '\n');
			column = 0;
		}
		text += blank || *text == '\n';
	}
	strbuf_addc(out, '\n');
}

/* "age, stalled, failed, ... or token": those that the provider can tell. */
static void add_metrics(struct strbuf *out, const struct provider *provider)
{
	bool first = true;
	for (int i = 0; i < TASK_N_METRICS; i++) {
		if (!provider_tells(provider, (enum task_metric)i))
			continue;
		/* Translators: between the names of a list; " or " is before the last. */
		if (!first)
			strbuf_adds(out, i + 1 == TASK_N_METRICS ? _(" or ") : _(", "));
		strbuf_adds(out, task_metric_name((enum task_metric)i));
		if (i == TASK_METRIC_AGE)
			strbuf_adds(out, _(" (the default)"));
		first = false;
	}
}

/* Adds what stands for a place such as "@TIMEOUT@" and returns the place's length; of
   another text, its first character. */
static size_t add_place(struct strbuf *out, const char *text,
                        const struct provider *provider)
{
	static const char metrics[] = "@METRICS@";
	static const struct {
		const char *name;
		const char *value;
	} places[] = {{"@TIMEOUT@", STRING(DEFAULT_TIMEOUT)},
	              {"@RETRIES@", STRING(DEFAULT_RETRIES)},
	              {"@PARALLEL@", STRING(DEFAULT_PARALLEL)},
	              {"@STATE_DIR@", STATEDIR}};
	if (strncmp(text, metrics, sizeof metrics - 1) == 0) {
		add_metrics(out, provider);
		return sizeof metrics - 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		size_t n = strlen(places[i].name);
		if (strncmp(text, places[i].name, n) == 0) {
			strbuf_adds(out, places[i].value);
			return n;
		}
	}
	strbuf_addc(out, *text);
	return 1;
}

/* The help of a row, its places filled in. */
static void add_help(struct strbuf *out, const struct option_row *row,
                     const struct provider *provider)
{
	struct strbuf text;
	strbuf_init(&text, HELP_MAX);
	for (const char *at = _(row->help); *at;)
		at += add_place(&text, at, provider);
	add_wrapped(out, strbuf_text(&text), INDENT);
	out->failed = out->failed || !strbuf_ok(&text);
	strbuf_clear(&text);
}

static void add_row(struct strbuf *out, const struct option_row *row,
                    const struct provider *provider)
{
	if (row->letter)
		strbuf_addf(out, "  -%c, --%s", row->letter, row->name);
	else
		strbuf_addf(out, "      --%s", row->name);
	if (row->arg)
		strbuf_addf(out, row->arg_is_optional ? "[=%s]" : "=%s", row->arg);
	strbuf_addc(out, '\n');
	add_help(out, row, provider);
}

static void add_rows(struct strbuf *out, const struct provider *provider,
                     const struct option_row *rows, size_t n, enum option_section section)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].section == section)
			add_row(out, &rows[i], provider);
}

static void add_conditions(struct strbuf *out)
{
	struct task_map map;
	task_map_init(&map);
	strbuf_addf(out, "\n%s\n", _("Conditions, and what they count as:"));
	for (int i = 0; i < TASK_N_CONDITIONS; i++) {
		enum task_condition condition = (enum task_condition)i;
		strbuf_addf(out, "  %-12s %-9s %s\n", task_condition_name(condition),
		            mp_state_name(map.state[i]),
		            task_condition_meaning(condition));
	}
}

void help_write(const struct plugin *plugin, struct strbuf *out)
{
	const struct provider *provider = plugin->provider;
	help_version(plugin, out);
	strbuf_addc(out, '\n');
	add_wrapped(out, _(provider->about), 0);
	strbuf_addc(out, '\n');
	strbuf_addf(out, _("Usage: %s -T ID[=LABEL] --token-file=FILE [OPTION...]\n"),
	            provider->plugin);
	for (int i = 0; i < OPTION_N_SECTIONS; i++) {
		strbuf_addf(out, "\n%s\n", _(headings[i]));
		add_rows(out, provider, option_common, option_n_common,
		         (enum option_section)i);
		add_rows(out, provider, plugin->options, plugin->n_options,
		         (enum option_section)i);
	}
	add_conditions(out);
	strbuf_addf(out, "\n%s\n\n",
	            _("Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."));
	add_wrapped(out, _(plugin->notes), 0);
	strbuf_addf(out, _("The API's base URL is %s unless --url says otherwise.\n"),
	            provider->url);
	strbuf_addf(out, "\n%s\n  %s %s\n", _("Example:"), provider->plugin,
	            plugin->example);
}

void help_version(const struct plugin *plugin, struct strbuf *out)
{
	strbuf_addf(out, "%s (cloud-task-plugins) %s\n", plugin->provider->plugin,
	            VERSION);
}
