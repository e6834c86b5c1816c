#include "check/run.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "check/network.h"
#include "net/url.h"
#include "task/credential.h"
#include "task/history.h"
#include "task/poll.h"

enum { TRACE_MAX = 64 * 1024 };
/* What is kept of the time for writing the history: a share, at most some seconds. */
static const double SAVE_SHARE = 0.1;
static const double SAVE_SECONDS_MAX = 1.0;

struct run {
	const struct plugin *plugin;
	struct settings *settings;
	struct report *report;
	struct net_base base;
	struct net_options net;
	struct strbuf trace;
	struct net_client *client;
	struct credential *credential;
	struct history history;
	struct error history_notice;
	struct error history_failure;
	struct judgement judgement;
	const char *state_dir;
};

static bool is_set(const struct run *run, enum task_metric metric)
{
	return task_threshold_is_set(&run->settings->thresholds.of[metric]);
}

/* A threshold that could never alert would be a false OK. */
static bool check_thresholds(const struct run *run, struct error *err)
{
	const struct provider *provider = run->plugin->provider;
	for (int i = 0; i < TASK_N_METRICS; i++) {
		enum task_metric metric = (enum task_metric)i;
		if (is_set(run, metric) && !provider_tells(provider, metric))
			return error_set(err,
			                 "%s does not know %s of a task, so no threshold "
			                 "can be set on it",
			                 provider->plugin, task_metric_name(metric));
	}
	return true;
}

static const char *find_state_dir(const struct settings *settings)
{
	const char *variable = getenv(STATE_DIR_VARIABLE);
	if (settings->state_dir)
		return settings->state_dir;
	return variable && *variable ? variable : STATEDIR;
}

static bool needs_history(const struct run *run)
{
	return run->settings->remember || is_set(run, TASK_METRIC_STALLED) ||
	       (is_set(run, TASK_METRIC_AGE) && !run->settings->has_since);
}

static double save_seconds(const struct run *run)
{
	if (!needs_history(run))
		return 0;
	return fmin(run->settings->timeout * SAVE_SHARE, SAVE_SECONDS_MAX);
}

static bool prepare(struct run *run, struct error *err)
{
	struct settings *settings = run->settings;
	const struct plugin *plugin = run->plugin;
	if (!check_thresholds(run, err) || !network_check(&settings->net, err) ||
	    (plugin->check && !plugin->check(settings, plugin->own, err)))
		return false;
	const char *url = settings->url ? settings->url : plugin->provider->url;
	struct error why = ERROR_INIT;
	if (!net_base_parse(url, settings->allow_http, &run->base, &why))
		return error_set(err, "--url: %s", why.text);
	if (!task_list_unique(&settings->tasks, err))
		return false;
	run->state_dir = find_state_dir(settings);
	run->net = settings->net;
	run->net.deadline = settings->deadline - save_seconds(run);
	run->net.user_agent = "cloud-task-plugins/" VERSION;
	run->net.trace = settings->verbose > 1 ? &run->trace : NULL;
	struct credential_options options = {
	    .provider = plugin->provider,
	    .own = plugin->own,
	    .token_file = settings->token_file,
	    .base = &run->base,
	    .net = &run->net,
	    .state_dir = run->state_dir,
	};
	run->credential = credential_new(&options, err);
	return run->credential != NULL;
}

static void open_history(struct run *run)
{
	struct error *failure = &run->history_failure;
	if (!needs_history(run) || run->settings->tasks.n == 0)
		return;
	if (!statedir_check(run->state_dir, failure) ||
	    !history_init(&run->history, run->plugin->provider, run->plugin->own,
	                  run->state_dir, run->base.text,
	                  credential_account(run->credential),
	                  credential_digest(run->credential), failure))
		return;
	if (run->settings->remember)
		history_recall(&run->history, &run->settings->tasks);
}

static bool any_to_ask(const struct task_list *tasks)
{
	for (size_t i = 0; i < tasks->n; i++)
		if (!tasks->items[i].remembered)
			return true;
	return false;
}

/* What keeps one task from being asked keeps all. */
static void give_to_all(struct task_list *tasks, const struct task *failure)
{
	for (size_t i = 0; i < tasks->n; i++)
		if (!tasks->items[i].remembered)
			task_set(&tasks->items[i], failure->condition, "%s",
			         failure->message ? failure->message
			                          : _("no access token"));
}

static bool ask(struct run *run, struct error *err)
{
	struct task_list *tasks = &run->settings->tasks;
	bool asks = any_to_ask(tasks);
	struct task failure = {.condition = TASK_INVALID};
	if (!asks && !is_set(run, TASK_METRIC_TOKEN))
		return true;
	bool open = credential_open(run->credential, &failure);
	if (!open)
		give_to_all(tasks, &failure);
	free(failure.message);
	if (!open || !asks)
		return true;
	const struct plugin *plugin = run->plugin;
	struct task_poll poll = {
	    .provider = plugin->provider,
	    .run = {&run->base, NULL, plugin->own,
	            run->settings->writer->shows_details || run->settings->remember},
	    .credential = run->credential,
	    .tasks = tasks,
	};
	run->client = net_client_new(&run->net, err);
	return run->client && task_poll(&poll, run->client, err);
}

static void keep_history(struct run *run)
{
	struct settings *settings = run->settings;
	int64_t now = clock_wall();
	if (run->history.path)
		(void)!history_update(&run->history, &settings->tasks, now,
		                      settings->remember, settings->deadline,
		                      &run->history_notice, &run->history_failure);
	if (!settings->has_since)
		return;
	for (size_t i = 0; i < settings->tasks.n; i++)
		if (task_is_unfinished(settings->tasks.items[i].condition))
			settings->tasks.items[i].age = (double)(now - settings->since);
}

static double token_seconds(const struct run *run)
{
	int64_t expires_at;
	if (!credential_expiry(run->credential, &expires_at))
		return (double)NAN;
	return (double)(expires_at - clock_wall());
}

static bool judge(struct run *run, struct error *err)
{
	const struct settings *settings = run->settings;
	struct report *report = run->report;
	if (!judge_run(&run->settings->tasks, &settings->map, &settings->thresholds,
	               token_seconds(run), &run->judgement))
		return error_set(err, "out of memory");
	report->state = run->judgement.state;
	report->tasks = &settings->tasks;
	report->judgement = &run->judgement;
	report->thresholds = &settings->thresholds;
	report->trace = strbuf_text(&run->trace);
	report->token_renews = !isnan(run->judgement.metric[TASK_METRIC_TOKEN]) &&
	                       !credential_expiry_is_claim(run->credential);
	if (is_set(run, TASK_METRIC_TOKEN) && credential_expiry_is_claim(run->credential))
		report_notice(report, MP_OK,
		              _("the token's expiry is what the token itself says"));
	/* Ages that could not be kept, or were lost, may hide a task that hangs. */
	if (error_is_set(&run->history_failure))
		report_notice(report, MP_UNKNOWN, run->history_failure.text);
	if (error_is_set(&run->history_notice))
		report_notice(report, MP_UNKNOWN, run->history_notice.text);
	if (credential_notice(run->credential))
		report_notice(report, MP_UNKNOWN, credential_notice(run->credential));
	return true;
}

bool run_make(const struct plugin *plugin, struct settings *settings,
              struct report *report, struct run **ret_run, struct error *err)
{
	struct run *run = calloc(1, sizeof *run);
	*ret_run = run;
	if (!run)
		return error_set(err, "out of memory");
	run->plugin = plugin;
	run->settings = settings;
	run->report = report;
	strbuf_init(&run->trace, TRACE_MAX);
	if (!prepare(run, err))
		return false;
	open_history(run);
	if (!ask(run, err))
		return false;
	keep_history(run);
	return judge(run, err);
}

void run_free(struct run *run)
{
	if (!run)
		return;
	judgement_clear(&run->judgement);
	history_clear(&run->history);
	net_client_free(run->client);
	credential_free(run->credential);
	net_base_clear(&run->base);
	strbuf_clear(&run->trace);
	free(run);
}
