#include "check/help.h"

#include <string.h>

enum { WIDTH = 79, INDENT = 8 };

static const char *const headings[OPTION_N_SECTIONS] = {
    [SECTION_TASKS] = "Tasks",         [SECTION_CREDENTIALS] = "Credentials",
    [SECTION_JUDGEMENT] = "Judgement", [SECTION_HISTORY] = "History",
    [SECTION_NETWORK] = "Network",     [SECTION_OUTPUT] = "Output and other",
};

/* Words in lines of WIDTH, each behind `indent` blanks. */
static void add_wrapped(struct strbuf *out, const char *text, int indent)
{
	size_t column = 0;
	while (*text) {
		size_t n = strcspn(text, " \n");
		if (column > 0 && column + 1 + n > WIDTH) {
			strbuf_addc(out, '\n');
			column = 0;
		}
		if (column == 0)
			strbuf_addf(out, "%*s", indent, "");
		else
			strbuf_addc(out, ' ');
		column = (column == 0 ? (size_t)indent : column + 1) + n;
		strbuf_add(out, text, n);
		text += n;
		if (*text == '\n') {
			strbuf_addc(out, '\n');
			column = 0;
		}
		text += *text != '\0';
	}
	strbuf_addc(out, '\n');
}

/* "age, stalled, failed, ... or token": those that the provider can tell. */
static void add_metrics(struct strbuf *out, const struct provider *provider)
{
	const char *comma = "";
	for (int i = 0; i < TASK_N_METRICS; i++) {
		if (!provider_tells(provider, (enum task_metric)i))
			continue;
		strbuf_addf(out, "%s%s%s", i + 1 == TASK_N_METRICS ? " or " : comma,
		            task_metric_name((enum task_metric)i),
		            i == TASK_METRIC_AGE ? " (the default)" : "");
		comma = ", ";
	}
}

/* The help of a row, its place for the metrics filled in. */
static void add_help(struct strbuf *out, const struct option_row *row,
                     const struct provider *provider)
{
	static const char place[] = "@METRICS@";
	const char *at = strstr(row->help, place);
	struct strbuf text;
	strbuf_init(&text, out->max);
	strbuf_add(&text, row->help, at ? (size_t)(at - row->help) : strlen(row->help));
	if (at) {
		add_metrics(&text, provider);
		strbuf_adds(&text, at + sizeof place - 1);
	}
	add_wrapped(out, strbuf_text(&text), INDENT);
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
	strbuf_adds(out, "\nConditions, and what they count as:\n");
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
	add_wrapped(out, provider->about, 0);
	strbuf_addf(out, "\nUsage: %s -T ID[=LABEL] --token-file=FILE [OPTION...]\n",
	            provider->plugin);
	for (int i = 0; i < OPTION_N_SECTIONS; i++) {
		strbuf_addf(out, "\n%s:\n", headings[i]);
		add_rows(out, provider, option_common, option_n_common,
		         (enum option_section)i);
		add_rows(out, provider, plugin->options, plugin->n_options,
		         (enum option_section)i);
	}
	add_conditions(out);
	strbuf_adds(out, "\nExit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n\n");
	add_wrapped(out, plugin->notes, 0);
	strbuf_addf(out, "The API's base URL is %s unless --url says otherwise.\n",
	            provider->url);
	strbuf_addf(out, "\nExample:\n  %s %s\n", provider->plugin, plugin->example);
}

void help_version(const struct plugin *plugin, struct strbuf *out)
{
	strbuf_addf(out, "%s (cloud-task-plugins) %s\n", plugin->provider->plugin,
	            VERSION);
}
