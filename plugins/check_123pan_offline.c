/*
 * 123pan image hosting, offline migration: GET /api/v1/oss/offline/download/process.
 * Its numbers are not those of the copy task: 1 is failed here.
 */
#include <math.h>

#include "123pan.h"
#include "net/json.h"
#include "task/status.h"

/* X(status, the provider's word, condition) */
#define STATUSES(X)                                                                      \
	X("0", "in progress", TASK_RUNNING)                                              \
	X("1", "download failed", TASK_FAILED)                                           \
	X("2", "download succeeded", TASK_SUCCEEDED)                                     \
	X("3", "retrying", TASK_RETRYING)

static const struct status_row statuses[] = {
#define X(value, name, condition) {value, name, condition},
    STATUSES(X)
#undef X
};

static bool request(const struct provider_run *run, struct task *task,
                    struct net_request *net, struct error *err)
{
	return pan_request(run, "/api/v1/oss/offline/download/process", task, net, err);
}

/* data.process, a percentage. It cannot unsay a failure. */
static void read_process(const json_t *data, struct task *task)
{
	double percent = 0;
	struct error err = ERROR_INIT;
	enum net_member got = net_json_number(data, "process", &percent, &err);
	if (got == NET_MEMBER_OK)
		task->progress = fmin(fmax(percent, 0), 100);
	else if (task->condition != TASK_FAILED)
		status_got(got, "data.", "process", &err, task);
}

static enum provider_next answer(const struct provider_run *run, struct task *task,
                                 json_t *root)
{
	(void)run;
	json_t *data = status_object(root, "data", task);
	if (!data ||
	    !status_read(data, "status", "data.", statuses, ARRAY_LEN(statuses), task))
		return PROVIDER_DONE;
	read_process(data, task);
	if (task->condition == TASK_FAILED)
		task_set(task, TASK_FAILED,
		         "the download failed; this API gives no reason");
	return PROVIDER_DONE;
}

static const struct provider provider = {
    .plugin = "check_123pan_offline",
    .title = "123PAN OFFLINE",
    .about = N_("Checks offline migration tasks of 123pan image hosting."),
    .url = PAN_URL,
    .envelope = &pan_envelope,
    .metrics = 1U << TASK_METRIC_PROGRESS,
    .request = request,
    .answer = answer,
    .trace = pan_trace,
    .explain = pan_explain,
    .tokens = &pan_tokens,
};

static const struct option_row options[] = {PAN_OPTIONS};

int main(int argc, char **argv)
{
	static struct pan_settings own;
	static const struct plugin plugin = {
	    .provider = &provider,
	    .own = &own,
	    .options = options,
	    .n_options = ARRAY_LEN(options),
	    .check = pan_check,
	    .notes = N_("The ID is the number that /api/v1/oss/offline/download gave as "
	                "taskID. The token comes from 123pan's open platform."),
	    .example =
	        "-T 403316=logos --token-file=/etc/cloud-task-plugins/123pan.token -w "
	        "stalled=30m",
	};
	return plugin_main(&plugin, argc, argv);
}
