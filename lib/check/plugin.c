#include "check/plugin.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "check/help.h"
#include "check/output.h"
#include "check/parse.h"
#include "check/run.h"
#include "monplug/extra_opts.h"

enum {
	WORDS_MAX = 2 * ERROR_TEXT_MAX,
	/* Output up to here is whole or not there at all; the memory for ten thousand
	   tasks is not taken. */
	OUTPUT_HELD_MAX = 64 * 1024
};

/* Fills out with what is to be printed (if it is much, it is printed here already), and
   returns the exit code. */
static enum mp_state say(const struct report *report, const struct report_writer *writer,
                         struct strbuf *out)
{
	if (writer->write(report, out) && strbuf_ok(out))
		return report->state;
	if (out->drained > 0)
		return MP_UNKNOWN; /* broken off, which no reader takes for the whole */
	/* Without memory for the whole there may be some for this. */
	struct report short_report = *report;
	short_report.state = MP_UNKNOWN;
	short_report.error = _("out of memory for the output");
	strbuf_clear(out);
	(void)writer->write(&short_report, out);
	return MP_UNKNOWN;
}

/* Where to read on is told with every error of the run as a whole. */
static void add_error(const struct plugin *plugin, const struct error *err,
                      struct strbuf *words)
{
	strbuf_addf(words, _("%s (see %s --help)"), err->text, plugin->provider->plugin);
}

static enum mp_state make(const struct plugin *plugin, int argc, char **argv,
                          struct settings *settings, struct strbuf *out)
{
	struct error err = ERROR_INIT;
	struct run *run = NULL;
	struct report report = {.plugin = plugin->provider->plugin,
	                        .title = plugin->provider->title,
	                        .state = MP_UNKNOWN,
	                        .checked_at = clock_wall()};
	bool parsed = parse_options(plugin, argc, argv, settings, &err);
	if (parsed && settings->action != ACTION_RUN) {
		if (settings->action == ACTION_HELP)
			help_write(plugin, out);
		else
			help_version(plugin, out);
		return MP_UNKNOWN;
	}
	report.verbose = settings->verbose;
	struct strbuf words;
	strbuf_init(&words, WORDS_MAX);
	if (!parsed || !run_make(plugin, settings, &report, &run, &err)) {
		add_error(plugin, &err, &words);
		report.state = MP_UNKNOWN;
		report.error = strbuf_text(&words);
	}
	enum mp_state state = say(&report, settings->writer, out);
	strbuf_clear(&words);
#ifdef FREE_ALL
	run_free(run);
#endif
	return state;
}

/* What a wrong --extra-opts leaves: the words, in the form that argv asks for. */
static enum mp_state refuse(const struct plugin *plugin, int argc, char **argv,
                            struct settings *settings, const struct error *err,
                            struct strbuf *out)
{
	struct error ignored = ERROR_INIT;
	(void)!parse_options(plugin, argc, argv, settings, &ignored);
	struct strbuf words;
	strbuf_init(&words, WORDS_MAX);
	add_error(plugin, err, &words);
	struct report report = {.plugin = plugin->provider->plugin,
	                        .title = plugin->provider->title,
	                        .state = MP_UNKNOWN,
	                        .error = strbuf_text(&words),
	                        .checked_at = clock_wall()};
	enum mp_state state = say(&report, settings->writer, out);
	strbuf_clear(&words);
	return state;
}

int plugin_main(const struct plugin *plugin, int argc, char **argv)
{
	struct settings settings;
	struct strbuf out;
	struct error err = ERROR_INIT;
	int all_argc = argc;
	char **all_argv = NULL;
	settings_init(&settings); /* the clock starts */
	output_prepare();
	i18n_init();
	parse_deadline(plugin, argc, argv, &settings);
	strbuf_init_drain(&out, OUTPUT_HELD_MAX, output_write);
	enum mp_state state =
	    mp_extra_opts_expand(argc, argv, plugin->provider->plugin, settings.deadline,
	                         &all_argc, &all_argv, &err)
	        ? make(plugin, all_argc, all_argv, &settings, &out)
	        : refuse(plugin, argc, argv, &settings, &err, &out);
	if (!strbuf_flush(&out) || out.drained == 0 || !output_close())
		state = MP_UNKNOWN;
#ifdef FREE_ALL
	strbuf_clear(&out);
	settings_clear(&settings);
	mp_extra_opts_free(all_argv);
	return (int)state;
#else
	_exit((int)state); /* what would be freed now goes with the process */
#endif
}
