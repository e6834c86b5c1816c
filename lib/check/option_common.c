#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "check/option.h"
#include "check/tasks_file.h"
#include "monplug/duration.h"
#include "monplug/number.h"

bool option_text(const char *value, const char **ret, struct error *err)
{
	if (!*value)
		return error_set(err, "the value is empty");
	if (strncmp(value, "{$", 2) == 0 ||
	    (value[0] == '$' && value[strlen(value) - 1] == '$'))
		return error_set(err, "'%s' is a macro that was not filled in", value);
	*ret = value;
	return true;
}

bool option_whole_number(const char *value, unsigned least, unsigned most, unsigned *ret,
                         struct error *err)
{
	const char *at = value;
	double number;
	if (!mp_number_read(&at, &number) || *at || number != floor(number) ||
	    number < least || number > most)
		return error_set(err, "'%s' is not a whole number from %u to %u", value,
		                 least, most);
	*ret = (unsigned)number;
	return true;
}

/* clang-format off */
#define SETTER(name) static bool name(struct settings *s, void *own, const char *value, struct error *err)
/* clang-format on */

/* Options that only keep a text. */
#define TEXT_SETTER(name, member)                                                        \
	SETTER(name)                                                                     \
	{                                                                                \
		(void)own;                                                               \
		return option_text(value, &s->member, err);                              \
	}
TEXT_SETTER(set_url, url)
TEXT_SETTER(set_token_file, token_file)
TEXT_SETTER(set_state_dir, state_dir)
TEXT_SETTER(set_proxy, net.proxy)
TEXT_SETTER(set_ca_file, net.ca_file)
TEXT_SETTER(set_ca_path, net.ca_path)
TEXT_SETTER(set_client_cert, net.client_cert)
TEXT_SETTER(set_client_key, net.client_key)

/* Options that only switch something. */
#define FLAG_SETTER(name, change)                                                        \
	SETTER(name)                                                                     \
	{                                                                                \
		(void)own;                                                               \
		(void)value;                                                             \
		(void)err;                                                               \
		change;                                                                  \
		return true;                                                             \
	}
FLAG_SETTER(set_allow_http, s->allow_http = true)
FLAG_SETTER(set_remember, s->remember = true)
FLAG_SETTER(set_ipv4, s->net.family = NET_IPV4)
FLAG_SETTER(set_ipv6, s->net.family = NET_IPV6)
FLAG_SETTER(set_verbose, s->verbose++)
FLAG_SETTER(set_version, s->action = ACTION_VERSION)
FLAG_SETTER(set_help, s->action = ACTION_HELP)

SETTER(set_no_proxy)
{
	(void)own;
	(void)err;
	s->net.no_proxy = value; /* empty is a list, too: none */
	return true;
}

/* What was to be expanded was, before getopt: its file's options would be lost. */
SETTER(set_extra_opts)
{
	(void)s;
	(void)own;
	(void)value;
	return error_set(err, "write it in full, on the command line, before any '--' "
	                      "and not as another option's value");
}

SETTER(set_task)
{
	(void)own;
	return task_list_add(&s->tasks, value, '=', err);
}

SETTER(set_tasks_file)
{
	(void)own;
	const char *path = NULL;
	return option_text(value, &path, err) &&
	       tasks_file_read(&s->tasks, path, s->deadline, err);
}

static bool set_threshold(struct settings *s, bool critical, const char *value,
                          struct error *err)
{
	enum task_metric metric;
	return task_thresholds_parse(&s->thresholds, critical, value, &metric, err);
}

SETTER(set_warning)
{
	(void)own;
	return set_threshold(s, false, value, err);
}

SETTER(set_critical)
{
	(void)own;
	return set_threshold(s, true, value, err);
}

SETTER(set_map)
{
	(void)own;
	return task_map_parse(&s->map, value, err);
}

bool option_timeout(struct settings *s, void *own, const char *value, struct error *err)
{
	(void)own;
	char text[32];
	const char *colon = strchr(value, ':');
	size_t n = colon ? (size_t)(colon - value) : strlen(value);
	if (n >= sizeof text)
		n = 0;
	memcpy(text, value, n);
	text[n] = '\0';
	double seconds;
	if (!mp_duration_parse(text, &seconds) || seconds <= 0 || seconds > LIMIT_TIMEOUT)
		return error_set(err,
		                 "'%s' is not a time above 0 and up to %d seconds, with "
		                 ":STATE behind it if need be",
		                 value, LIMIT_TIMEOUT);
	if (colon && !mp_state_parse(colon + 1, &s->map.state[TASK_TIMEOUT]))
		return error_set(err, "'%s' is no state; allowed are %s", colon + 1,
		                 _(MP_STATE_WORDS));
	s->timeout = seconds;
	return true;
}

SETTER(set_retries)
{
	(void)own;
	return option_whole_number(value, 0, LIMIT_RETRIES, &s->net.retries, err);
}

SETTER(set_parallel)
{
	(void)own;
	return option_whole_number(value, 1, LIMIT_PARALLEL, &s->net.parallel, err);
}

SETTER(set_rate)
{
	(void)own;
	const char *at = value;
	double rate;
	if (!mp_number_read(&at, &rate) || *at || rate <= 0 || rate > LIMIT_RATE)
		return error_set(err, "'%s' is not a number above 0 and up to %d", value,
		                 LIMIT_RATE);
	s->net.rate = rate;
	return true;
}

SETTER(set_since)
{
	(void)own;
	const char *at = value + 1;
	double unix_time;
	if (value[0] == '@' && mp_number_read(&at, &unix_time) && !*at &&
	    unix_time >= 0 && unix_time < 1e12)
		s->since = (int64_t)unix_time;
	else if (!clock_parse_rfc3339(value, &s->since))
		return error_set(
		    err,
		    "'%s' is not a time such as 2026-01-31T08:00:00+08:00 or "
		    "@UNIXTIME",
		    value);
	if (s->since > clock_wall())
		return error_set(err, "'%s' is in the future", value);
	s->has_since = true;
	return true;
}

SETTER(set_output)
{
	(void)own;
	const struct report_writer *writer = report_writer_find(value);
	if (!writer)
		return error_set(err, "'%s' is not one of %s", value,
		                 REPORT_WRITER_NAMES);
	s->writer = writer;
	return true;
}

SETTER(set_tls_min)
{
	(void)own;
	if (strcmp(value, "1.2") == 0)
		s->net.tls_min = NET_TLS_1_2;
	else if (strcmp(value, "1.3") == 0)
		s->net.tls_min = NET_TLS_1_3;
	else
		return error_set(err, "'%s' is not one of %s", value, "1.2|1.3");
	return true;
}

/* clang-format off */
const struct option_row option_common[] = {
	{"task", 'T', "ID[=LABEL]", false, true, SECTION_TASKS,
	 N_("a task to check (repeatable). LABEL is shown instead of the ID"), set_task},
	{"tasks-file", 0, "FILE", false, true, SECTION_TASKS,
	 N_("more tasks, one 'ID [LABEL]' a line; lines that begin with # are comments (repeatable); - is standard input. Up to 10000 tasks a run"), set_tasks_file},
	{"url", 'u', "URL", false, false, SECTION_TASKS,
	 N_("base URL of the API. http:// is refused except to a loopback address"), set_url},
	{"allow-http", 0, NULL, false, false, SECTION_TASKS,
	 N_("allow http:// to any host: token and answers travel in the clear"), set_allow_http},

	{"token-file", 0, "FILE", false, false, SECTION_CREDENTIALS,
	 N_("file with the access token, not readable by others (chmod 0600 or 0640). Without it the environment variable CLOUD_TASKS_TOKEN counts"), set_token_file},

	{"warning", 'w', "[METRIC=]RANGE", false, true, SECTION_JUDGEMENT,
	 N_("WARNING outside this Nagios range (repeatable). METRIC is @METRICS@. Times take suffixes: -w age=6h -w token=3d: (for a token that you renew yourself)"), set_warning},
	{"critical", 'c', "[METRIC=]RANGE", false, true, SECTION_JUDGEMENT,
	 N_("CRITICAL outside this range (repeatable)"), set_critical},
	{"map", 0, "CONDITION=STATE[,...]", false, true, SECTION_JUDGEMENT,
	 N_("what a condition counts as (repeatable): ok, warning, critical, unknown or 0 to 3. The conditions are below; empty is a run without tasks"), set_map},

	{"since", 0, "TIME", false, false, SECTION_HISTORY,
	 N_("when the tasks began, for age: 2026-01-31T08:00:00+08:00 or @UNIXTIME. Else age counts from when a task was first seen"), set_since},
	{"remember", 0, NULL, false, false, SECTION_HISTORY,
	 N_("do not ask again about a task that was seen finished: its last answer is kept in the state directory"), set_remember},
	{"state-dir", 0, "DIR", false, false, SECTION_HISTORY,
	 N_("where history and obtained tokens are kept; default $CLOUD_TASKS_STATE_DIR, else @STATE_DIR@. Used for age, stalled, --remember and obtained tokens only"), set_state_dir},

	{"timeout", 't', "SECONDS[:STATE]", false, false, SECTION_NETWORK,
	 N_("deadline of the whole run, retries and name look-ups included; default @TIMEOUT@. :STATE is --map=timeout=STATE"), option_timeout},
	{"retries", 0, "N", false, false, SECTION_NETWORK,
	 N_("more tries for what is throttled or unreachable, inside the deadline; default @RETRIES@"), set_retries},
	{"parallel", 'j', "N", false, false, SECTION_NETWORK,
	 N_("requests in flight at once; default @PARALLEL@"), set_parallel},
	{"rate", 0, "N", false, false, SECTION_NETWORK,
	 N_("requests a second at most; default no limit"), set_rate},
	{"proxy", 0, "URL", false, false, SECTION_NETWORK,
	 N_("proxy to use; default what https_proxy says, which may hold its user and password"), set_proxy},
	{"no-proxy", 0, "LIST", false, false, SECTION_NETWORK,
	 N_("hosts to reach without a proxy, separated by commas; default what no_proxy says"), set_no_proxy},
	{"ca-file", 0, "FILE", false, false, SECTION_NETWORK,
	 N_("trust the certificates of this file only (PEM)"), set_ca_file},
	{"ca-path", 0, "DIR", false, false, SECTION_NETWORK,
	 N_("trust the certificates of this directory only (made by openssl rehash)"), set_ca_path},
	{"client-cert", 0, "FILE", false, false, SECTION_NETWORK,
	 N_("certificate to show to the server or proxy (PEM)"), set_client_cert},
	{"client-key", 0, "FILE", false, false, SECTION_NETWORK,
	 N_("its private key, where it is not in the same file"), set_client_key},
	{"tls-min", 0, "1.2|1.3", false, false, SECTION_NETWORK,
	 N_("oldest version of TLS to speak; default 1.2"), set_tls_min},
	{"ipv4", '4', NULL, false, false, SECTION_NETWORK, N_("use IPv4 only"), set_ipv4},
	{"ipv6", '6', NULL, false, false, SECTION_NETWORK, N_("use IPv6 only"), set_ipv6},

	{"output", 'o', REPORT_WRITER_NAMES, false, false, SECTION_OUTPUT,
	 N_("form of the output; default nagios"), set_output},
	{"extra-opts", 0, "[SECTION][@FILE]", true, true, SECTION_OUTPUT,
	 N_("read options from an ini file (repeatable), as in the monitoring-plugins; SECTION defaults to the plugin's name"), set_extra_opts},
	{"verbose", 'v', NULL, false, true, SECTION_OUTPUT,
	 N_("more in the long output (repeatable): -v every task, -vv the requests too. Never shows a secret"), set_verbose},
	{"version", 'V', NULL, false, false, SECTION_OUTPUT, N_("print the version and exit with 3"), set_version},
	{"help", 'h', NULL, false, false, SECTION_OUTPUT, N_("print this help and exit with 3"), set_help},
};
/* clang-format on */
const size_t option_n_common = sizeof option_common / sizeof option_common[0];
