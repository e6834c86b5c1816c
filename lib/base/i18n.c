#include "base/i18n.h"

/* Without ENABLE_NLS there is nothing else here, and C wants something. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifdef ENABLE_NLS

#include <libintl.h>
#include <locale.h>

#define DOMAIN "cloud-task-plugins"

/* Only our own texts are looked up in it: what libraries say, and how numbers look, is
   that of the C locale. (locale_t)0: there is nothing to translate to. */
static locale_t language;

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* The locale of messages as the environment names it, in the order of POSIX. */
static const char *wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *value = NULL;
	for (size_t i = 0; !value && i < ARRAY_LEN(names); i++)
		value = variable(names[i]);
	return value ? value : "C";
}

/* Where no catalogue can be meant, none is looked for. */
static bool is_plain(const char *locale)
{
	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return true;
	return strncmp(locale, "C.", 2) == 0 && !variable("LANGUAGE");
}

void i18n_init(void)
{
	if (is_plain(wanted()) || !bindtextdomain(DOMAIN, LOCALEDIR) ||
	    !bind_textdomain_codeset(DOMAIN, "UTF-8"))
		return;
	language = newlocale(LC_MESSAGES_MASK, "", (locale_t)0);
}

const char *i18n(const char *text)
{
	if (!language || !*text) /* gettext answers "" with a catalogue's head */
		return text;
	locale_t before = uselocale(language);
	const char *translation = dgettext(DOMAIN, text);
	(void)uselocale(before);
	return translation;
}

const char *i18n_count(const char *one, const char *many, unsigned long n)
{
	if (!language)
		return n == 1 ? one : many;
	locale_t before = uselocale(language);
	const char *translation = dngettext(DOMAIN, one, many, n);
	(void)uselocale(before);
	return translation;
}

#endif
