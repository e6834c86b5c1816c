/*
 * Texts for a reader in the language of the environment, through gettext; as they
 * stand in the source where there is no catalogue or no gettext.
 *
 * _("text") gives the translation, N_("text") marks a text that is translated where
 * it is used. error_set() and task_set() translate their formats themselves. What a
 * program reads stays as it is: states, names, members, numbers. So do the words of the
 * C library and of libcurl, which are English, and what a file keeps, which is in the
 * language of the run that wrote it.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include "base/compiler.h"

#define _(text)  i18n(text)
#define N_(text) text

#ifdef ENABLE_NLS

/* Called once, before the first text. The locale of the process stays C: numbers keep
   their point, and texts are UTF-8 whatever the environment says. */
void i18n_init(void);

/* The text in the reader's language, or itself. */
const char *i18n(const char *text) FORMAT_OF(1);

/* The same of a text for one or for many, chosen by n. */
const char *i18n_count(const char *one, const char *many, unsigned long n) FORMAT_OF(1)
    FORMAT_OF(2);

#else

#define i18n_init()              ((void)0)
#define i18n(text)               (text)
#define i18n_count(one, many, n) ((n) == 1 ? (one) : (many))

#endif
#endif
