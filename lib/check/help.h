/* --help and --version. */
#ifndef CHECK_HELP_H
#define CHECK_HELP_H

#include "base/strbuf.h"
#include "check/plugin.h"

void help_write(const struct plugin *plugin, struct strbuf *out);
void help_version(const struct plugin *plugin, struct strbuf *out);

#endif
