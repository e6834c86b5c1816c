/* --help and --version. */
#ifndef CHECK_HELP_H
#define CHECK_HELP_H

#include "base/strbuf.h"
#include "check/plugin.h"

/* Adds the text of --help, made from the option tables. */
void help_write(const struct plugin *plugin, struct strbuf *out);
/* Adds the line of --version. */
void help_version(const struct plugin *plugin, struct strbuf *out);

#endif
