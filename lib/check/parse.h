/* From argv to settings. */
#ifndef CHECK_PARSE_H
#define CHECK_PARSE_H

#include "base/compiler.h"
#include "base/error.h"
#include "check/plugin.h"

/* Sets the deadline to what --timeout says, also among words that are wrong. */
void parse_deadline(const struct plugin *plugin, int argc, char *const *argv,
                    struct settings *settings);

/*
 * Reads the options, and the deadline before them. On failure err holds one line that
 * names the option, what was given and what is allowed, and --output counts all the same,
 * wherever it stands.
 */
bool parse_options(const struct plugin *plugin, int argc, char **argv,
                   struct settings *settings, struct error *err) MUST_CHECK;

#endif
