/*
 * --extra-opts=[SECTION][@FILE]: options from an ini file, as the Monitoring
 * Plugins have it (https://www.monitoring-plugins.org/doc/extra-opts.html).
 */
#ifndef MONPLUG_EXTRA_OPTS_H
#define MONPLUG_EXTRA_OPTS_H

#include "base/error.h"

/*
 * Replaces every --extra-opts in argv by what its section of the file says.
 *
 * "key = value" becomes "--key=value", a one-letter key "-kvalue" (what
 * getopt reads; the Monitoring Plugins write "-k=value", whose value getopt
 * takes to be "=value"), a key without a value "--key". Values are taken as
 * written: quotes are part of them, and a ";" or "#" begins no comment there
 * (ini_section.h has the format). A section that stands twice counts twice, and
 * so does a key. The options of the file come right after argv[0], before those
 * of the command line, so that the latter win.
 *
 * SECTION defaults to default_section. Without @FILE, or with "@" alone, these
 * are tried, in each directory first plugins.ini, then monitoring-plugins.ini:
 * the colon-separated directories of NAGIOS_CONFIG_PATH, then /etc/nagios,
 * /usr/local/nagios/etc, /usr/local/etc/nagios, /etc/opt/nagios,
 * /etc/nagios-plugins, /etc/monitoring-plugins, /usr/local/etc/nagios-plugins,
 * /etc/opt/nagios-plugins, /etc, /etc/opt. The first that exists is taken. The
 * file "-" is standard input. Both "--extra-opts=X" and "--extra-opts X" (where
 * X does not begin with "-") are read. Words after "--" are left alone. What comes
 * slowly is waited for until the deadline, a time of clock_steady().
 *
 * *ret_argv is a NULL-terminated array of *ret_argc words, to be given to
 * mp_extra_opts_free(), also where getopt has changed their order; its words
 * hold no secret unless the file did. A missing file, a section that is missing
 * or empty, an unreadable file, a line that is none, or a line longer than the
 * reader takes is an error that names file, line and section; *ret_argv is then
 * NULL.
 */
bool mp_extra_opts_expand(int argc, char *const *argv, const char *default_section,
                          double deadline, int *ret_argc, char ***ret_argv,
                          struct error *err) MUST_CHECK;

void mp_extra_opts_free(char **argv);

#endif
