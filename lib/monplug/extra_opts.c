#include "monplug/extra_opts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/strbuf.h"
#include "monplug/ini_section.h"

enum {
	SECTION_BYTES_MAX = 1 << 20, /* of one --extra-opts */
	WORDS_MAX = 1 << 17,
	PATH_BYTES_MAX = 4096
};

/* A command line in the making; always ends with a NULL once it has a word. */
struct words {
	char **list;
	size_t count;
	size_t room;
};

static bool make_room(struct words *words)
{
	if (words->count + 1 < words->room)
		return true;
	size_t room = words->room ? 2 * words->room : 32;
	if (room > WORDS_MAX)
		return false;
	char **list = realloc(words->list, room * sizeof *list);
	if (!list)
		return false;
	words->list = list;
	words->room = room;
	list[words->count] = NULL;
	return true;
}

static bool push(struct words *words, const char *word, struct error *err)
{
	size_t size = strlen(word) + 1;
	char *copy = make_room(words) ? malloc(size) : NULL;
	if (!copy)
		return error_set(err, "--extra-opts: too many options, or out of memory");
	memcpy(copy, word, size);
	words->list[words->count++] = copy;
	words->list[words->count] = NULL;
	return true;
}

/*
 * Whether argv[*at] is --extra-opts; if so, *ret_locator is its argument ("" where
 * there is none) and *at the last word that belongs to it.
 */
static bool is_extra_opts(int argc, char *const *argv, int *at, const char **ret_locator)
{
	static const char name[] = "--extra-opts";
	const char *word = argv[*at];
	if (strncmp(word, name, sizeof name - 1) != 0)
		return false;
	const char *rest = word + sizeof name - 1;
	if (*rest != '=' && *rest != '\0')
		return false;
	*ret_locator = *rest == '=' ? rest + 1 : "";
	if (*rest == '\0' && *at + 1 < argc && argv[*at + 1][0] != '-')
		*ret_locator = argv[++*at];
	return true;
}

/* Makes path "DIR/NAME" of the first file that exists in the directory. */
static bool find_in(const char *dir, size_t len, struct strbuf *path)
{
	static const char *const names[] = {"plugins.ini", "monitoring-plugins.ini"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stat st;
		strbuf_cut(path, 0);
		strbuf_add(path, dir, len);
		strbuf_addc(path, '/');
		strbuf_adds(path, names[i]);
		if (strbuf_ok(path) && stat(path->data, &st) == 0 && !S_ISDIR(st.st_mode))
			return true;
	}
	return false;
}

static bool find_file(struct strbuf *path)
{
	static const char *const dirs[] = {
	    "/etc/nagios",
	    "/usr/local/nagios/etc",
	    "/usr/local/etc/nagios",
	    "/etc/opt/nagios",
	    "/etc/nagios-plugins",
	    "/etc/monitoring-plugins",
	    "/usr/local/etc/nagios-plugins",
	    "/etc/opt/nagios-plugins",
	    "/etc",
	    "/etc/opt",
	};
	const char *own = getenv("NAGIOS_CONFIG_PATH");
	while (own && *own) {
		size_t len = strcspn(own, ":");
		if (len > 0 && find_in(own, len, path))
			return true;
		own += len + (own[len] == ':');
	}
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		if (find_in(dirs[i], strlen(dirs[i]), path))
			return true;
	}
	return false;
}

/* Makes path that of the file named, or else of the one in the usual places. */
static bool locate(const char *named, const char *section, struct strbuf *path,
                   struct error *err)
{
	bool found = *named || find_file(path);
	if (*named)
		strbuf_adds(path, named);
	if (!strbuf_ok(path))
		return error_set(
		    err, "--extra-opts: a file's path is too long, or out of memory "
		         "(NAGIOS_CONFIG_PATH may name directories)");
	if (!found)
		return error_set(
		    err,
		    "--extra-opts: no plugins.ini or monitoring-plugins.ini in "
		    "NAGIOS_CONFIG_PATH, /etc/nagios, /etc/nagios-plugins, "
		    "/etc/monitoring-plugins or the like for section [%s]; "
		    "--extra-opts=[SECTION]@FILE names one",
		    section);
	return true;
}

/* Adds the words of the section, each with its NUL, to text. */
static bool read_file(const char *file, const char *section, double deadline,
                      struct strbuf *text, struct error *err)
{
	const char *name = strcmp(file, "-") == 0 ? _("standard input") : file;
	struct input stream;
	if (!input_open(&stream, file, deadline))
		return error_set(err, "--extra-opts: cannot read %s for section [%s]: %s",
		                 name, section, input_why(&stream));
	struct error why = ERROR_INIT;
	bool ok = mp_ini_section_read(&stream, name, section, text, &why);
	input_close(&stream);
	if (!ok)
		return error_set(err, "--extra-opts: %s", why.text);
	if (text->len == 0)
		return error_set(err, "--extra-opts: %s has no options in a section [%s]",
		                 name, section);
	return true;
}

static bool push_section(struct words *words, const char *file, const char *section,
                         double deadline, struct error *err)
{
	struct strbuf text;
	strbuf_init(&text, SECTION_BYTES_MAX);
	bool ok = read_file(file, section, deadline, &text, err);
	for (size_t at = 0; ok && at < text.len; at += strlen(text.data + at) + 1)
		ok = push(words, text.data + at, err);
	strbuf_clear(&text);
	return ok;
}

/* Adds what a "[SECTION][@FILE]" names. */
static bool push_located(struct words *words, const char *locator,
                         const char *default_section, double deadline, struct error *err)
{
	size_t len = strcspn(locator, "@");
	const char *file = locator[len] == '@' ? locator + len + 1 : "";
	struct strbuf path;
	struct strbuf section;
	strbuf_init(&path, PATH_BYTES_MAX);
	strbuf_init(&section, PATH_BYTES_MAX);
	if (len > 0)
		strbuf_add(&section, locator, len);
	else
		strbuf_adds(&section, default_section);

	bool ok =
	    strbuf_ok(&section) ||
	    error_set(err,
	              "--extra-opts: a section's name is too long, or out of memory");
	ok =
	    ok && locate(file, strbuf_text(&section), &path, err) &&
	    push_section(words, strbuf_text(&path), strbuf_text(&section), deadline, err);
	strbuf_clear(&path);
	strbuf_clear(&section);
	return ok;
}

/* Adds the options of the files that argv names. */
static bool push_files(struct words *words, int argc, char *const *argv,
                       const char *default_section, double deadline, struct error *err)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *locator;
		if (is_extra_opts(argc, argv, &i, &locator) &&
		    !push_located(words, locator, default_section, deadline, err))
			return false;
	}
	return true;
}

/* Adds the words of argv that are not --extra-opts. */
static bool push_rest(struct words *words, int argc, char *const *argv, struct error *err)
{
	bool all = false; /* after "--" */
	for (int i = 1; i < argc; i++) {
		const char *locator;
		all = all || strcmp(argv[i], "--") == 0;
		if (!all && is_extra_opts(argc, argv, &i, &locator))
			continue;
		if (!push(words, argv[i], err))
			return false;
	}
	return true;
}

bool mp_extra_opts_expand(int argc, char *const *argv, const char *default_section,
                          double deadline, int *ret_argc, char ***ret_argv,
                          struct error *err)
{
	struct words words = {0};
	*ret_argc = 0;
	*ret_argv = NULL;
	if (!push(&words, argc > 0 ? argv[0] : "", err) ||
	    !push_files(&words, argc, argv, default_section, deadline, err) ||
	    !push_rest(&words, argc, argv, err)) {
		mp_extra_opts_free(words.list);
		return false;
	}
	*ret_argc = (int)words.count;
	*ret_argv = words.list;
	return true;
}

void mp_extra_opts_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}
