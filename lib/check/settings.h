/*
 * What the command line asked for. Filled by the parser; the run then changes nothing
 * but the tasks, which take what was found.
 */
#ifndef CHECK_SETTINGS_H
#define CHECK_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http.h"
#include "report/report.h"
#include "task/condition.h"
#include "task/metric.h"
#include "task/task.h"

/* Defaults and limits, as --help tells them. */
#define DEFAULT_TIMEOUT    10
#define DEFAULT_RETRIES    2
#define DEFAULT_PARALLEL   8
#define LIMIT_TIMEOUT      3600
#define LIMIT_RETRIES      20
#define LIMIT_PARALLEL     256
#define LIMIT_RATE         10000
#define STATE_DIR_VARIABLE "CLOUD_TASKS_STATE_DIR"

enum settings_action { ACTION_RUN, ACTION_HELP, ACTION_VERSION };

/* Strings are lent by argv (or the ini file's words), which outlive them. */
struct settings {
	enum settings_action action;
	struct task_list tasks;
	const char *url; /* NULL: the provider's own */
	bool allow_http;
	const char *token_file; /* NULL: the environment */
	struct task_thresholds thresholds;
	struct task_map map;
	double started;  /* on clock_steady() */
	double timeout;  /* seconds */
	double deadline; /* of the whole run, known before the other options are read */
	bool has_since;
	int64_t since; /* seconds since 1970 */
	bool remember;
	const char *state_dir; /* NULL: the environment's or the built-in one */
	const struct report_writer *writer;
	unsigned verbose;
	struct net_options net; /* all but deadline, user agent and trace */
};

void settings_init(struct settings *settings);
void settings_clear(struct settings *settings);

#endif
