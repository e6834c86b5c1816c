#include "check/parse.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* getopt's tables, made from the rows. Row i has the value FIRST + i. */
struct tables {
	const struct option_row **rows;
	size_t n;
	struct option *longs;
	char *shorts;
};

enum { FIRST = 1000 };

static void tables_clear(struct tables *tables)
{
	free(tables->rows);
	free(tables->longs);
	free(tables->shorts);
}

static void add_row(struct tables *tables, const struct option_row *row)
{
	int argument = !row->arg              ? no_argument
	               : row->arg_is_optional ? optional_argument
	                                      : required_argument;
	tables->longs[tables->n] =
	    (struct option){row->name, argument, NULL, FIRST + (int)tables->n};
	tables->rows[tables->n++] = row;
	size_t at = strlen(tables->shorts);
	if (row->letter) {
		tables->shorts[at++] = row->letter;
		if (row->arg)
			tables->shorts[at++] = ':';
		tables->shorts[at] = '\0';
	}
}

static bool tables_init(struct tables *tables, const struct plugin *plugin)
{
	size_t n = option_n_common + plugin->n_options;
	*tables = (struct tables){
	    .rows = calloc(n, sizeof *tables->rows),
	    .longs = calloc(n + 1, sizeof *tables->longs),
	    .shorts = calloc(2 * n + 2, 1),
	};
	if (!tables->rows || !tables->longs || !tables->shorts)
		return false;
	tables->shorts[0] = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < option_n_common; i++)
		add_row(tables, &option_common[i]);
	for (size_t i = 0; i < plugin->n_options; i++)
		add_row(tables, &plugin->options[i]);
	return true;
}

static const struct option_row *row_of(const struct tables *tables, int value)
{
	if (value >= FIRST && (size_t)(value - FIRST) < tables->n)
		return tables->rows[value - FIRST];
	for (size_t i = 0; i < tables->n; i++)
		if (value && tables->rows[i]->letter == value)
			return tables->rows[i];
	return NULL;
}

/* What a secret would be called, where no option of that name is. */
static bool is_secret_name(const char *name, size_t n)
{
	static const char *const words[] = {
	    "token",    "client-secret", "app-secret",    "oauth-key",
	    "password", "access-token",  "authorization", "secret"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == n && memcmp(words[i], name, n) == 0)
			return true;
	return false;
}

/* "--toke", which getopt takes for --token-file; "--token-f" does mean a file. */
static bool is_short_for_secret(const struct tables *tables, const char *name, size_t n)
{
	static const char file[] = "-file";
	const struct option_row *only = NULL;
	for (size_t i = 0; i < tables->n; i++) {
		if (strncmp(tables->rows[i]->name, name, n) != 0)
			continue;
		if (only)
			return false;
		only = tables->rows[i];
	}
	size_t len = only ? strlen(only->name) : 0;
	if (len < sizeof file)
		return false;
	len -= sizeof file - 1;
	return strcmp(only->name + len, file) == 0 && n <= len + 1 &&
	       is_secret_name(only->name, len);
}

/*
 * A secret given as an argument is refused by its option's name, before getopt
 * could take "--token=x" for short of --token-file and its value for a path. A "--"
 * ends nothing here: it may be an option's value.
 */
static void refuse_secrets(const struct tables *tables, int argc, char **argv,
                           struct error *err)
{
	for (int i = 1; i < argc; i++) {
		size_t dashes = strspn(argv[i], "-");
		size_t n = strcspn(argv[i], "=");
		const char *name = argv[i] + dashes;
		if (dashes == 0 || n <= dashes)
			continue;
		if (is_secret_name(name, n - dashes) ||
		    (dashes == 2 && is_short_for_secret(tables, name, n - dashes)))
			error_set(err,
			          "there is no option '%.*s': secrets are never "
			          "arguments, give a file",
			          (int)n, argv[i]);
	}
}

/* getopt stumbled over argv[optind - 1], or over a letter in some word. What follows a
 * "=" is not repeated: it may be secret. */
static void tell_unknown(const char *word, struct error *err)
{
	if (optopt > 0 && optopt < 0x80) {
		error_set(err, "there is no option '-%c'", optopt);
		return;
	}
	/* A byte of some letter, with a sign or without, or the whole of it. */
	if (optopt != 0) {
		error_set(err, "there is no option '-' with a letter that is not ASCII");
		return;
	}
	size_t n = strcspn(word, "=");
	error_set(err, "there is no option '%.*s', or it is short for more than one",
	          (int)(n > 60 ? 60 : n), word);
}

static void tell_missing(const struct option_row *row, struct error *err)
{
	if (row)
		error_set(err, "--%s wants a value: %s", row->name, row->arg);
	else
		error_set(err, "'-%c' wants a value", optopt);
}

static void take(const struct plugin *plugin, struct settings *settings,
                 const struct option_row *row, struct error *err)
{
	struct error why = ERROR_INIT;
	if (!row->set(settings, plugin->own, optarg, &why))
		error_set(err, "--%s: %s", row->name, why.text);
}

/* Of a copy, since getopt may change its order. Errors come later. */
static void read_timeout(const struct tables *tables, int argc, char *const *argv,
                         struct settings *settings)
{
	struct settings found;
	struct error ignored = ERROR_INIT;
	char **copy = calloc((size_t)argc + 1, sizeof *copy);
	if (!copy)
		return;
	memcpy(copy, argv, (size_t)argc * sizeof *copy);
	settings_init(&found);
	opterr = 0;
	optind = 1;
	for (int value; (value = getopt_long(argc, copy, tables->shorts, tables->longs,
	                                     NULL)) != -1;) {
		const struct option_row *row =
		    value == ':' || value == '?' ? NULL : row_of(tables, value);
		if (row && row->set == option_timeout)
			(void)row->set(&found, NULL, optarg, &ignored);
	}
	free(copy);
	settings->deadline = settings->started + found.timeout;
}

void parse_deadline(const struct plugin *plugin, int argc, char *const *argv,
                    struct settings *settings)
{
	struct tables tables;
	if (tables_init(&tables, plugin))
		read_timeout(&tables, argc, argv, settings);
	tables_clear(&tables);
}

static void read_all(const struct plugin *plugin, const struct tables *tables, int argc,
                     char **argv, struct settings *settings, struct error *err)
{
	for (int i = 0; i < TASK_N_METRICS; i++)
		settings->thresholds.untold[i] =
		    !provider_tells(plugin->provider, (enum task_metric)i);
	refuse_secrets(tables, argc, argv, err);
	opterr = 0;
	optind = 1;
	for (int value; (value = getopt_long(argc, argv, tables->shorts, tables->longs,
	                                     NULL)) != -1;) {
		bool good = value != ':' && value != '?';
		const struct option_row *row = row_of(tables, good ? value : optopt);
		if (good && row)
			take(plugin, settings, row, err);
		else if (value == ':' && (!row || row->arg))
			tell_missing(row, err);
		else if (row) /* some systems say ':' for that, too */
			error_set(err, "--%s takes no value", row->name);
		else
			tell_unknown(argv[optind - 1], err);
	}
	if (optind < argc)
		error_set(err, "'%.60s' is no option, and nothing else is wanted",
		          argv[optind]);
}

bool parse_options(const struct plugin *plugin, int argc, char **argv,
                   struct settings *settings, struct error *err)
{
	struct tables tables;
	parse_deadline(plugin, argc, argv, settings);
	if (tables_init(&tables, plugin))
		read_all(plugin, &tables, argc, argv, settings, err);
	else
		error_set(err, "out of memory");
	tables_clear(&tables);
	return !error_is_set(err);
}
