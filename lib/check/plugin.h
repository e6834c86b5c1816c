/* A plugin: a provider, its own options, and a main of a few lines. */
#ifndef CHECK_PLUGIN_H
#define CHECK_PLUGIN_H

#include "check/option.h"
#include "check/settings.h"
#include "task/provider.h"

struct plugin {
	const struct provider *provider;
	void *own; /* the plugin's own settings, filled by its options */
	const struct option_row *options;
	size_t n_options;
	/* Checks that the settings go together; NULL: nothing to check. */
	bool (*check)(const struct settings *settings, const void *own,
	              struct error *err);
	/* For --help: where the id and the token come from; a sentence or two. */
	const char *notes;
	/* For --help: an example of the options behind the plugin's name. */
	const char *example;
};

/* Parses, asks, judges, reports. Returns the exit code (or ends the process with it). */
int plugin_main(const struct plugin *plugin, int argc, char **argv);

#endif
