/*
 * 123pan image hosting, copy task: GET /api/v1/oss/source/copy/process, then
 * /api/v1/oss/source/copy/fail, since "ended" does not mean that all was copied.
 */
#include <stdlib.h>
#include <string.h>

#include "123pan.h"
#include "net/json.h"
#include "task/status.h"

#define PROCESS_PATH "/api/v1/oss/source/copy/process"
#define FAIL_PATH    "/api/v1/oss/source/copy/fail"

enum {
	FILES_DEFAULT = 10, /* as the help says */
	PAGE_MAX = 100,     /* files a page, the document's limit */
	PAGES_MAX = 100,    /* pages asked for at most */
	FILES_NONE = -1
};

/* X(status, the provider's word, condition) */
#define STATUSES(X)                                                                      \
	X("1", "in progress", TASK_RUNNING)                                              \
	X("2", "ended", TASK_SUCCEEDED)                                                  \
	X("3", "failed", TASK_FAILED)                                                    \
	X("4", "waiting", TASK_WAITING)

static const struct status_row statuses[] = {
#define X(value, name, condition) {value, name, condition},
    STATUSES(X)
#undef X
};

/* Files a page: no more than are wanted, but one at least, for the total. */
static int page_size(const struct pan_settings *pan)
{
	if (pan->files > PAGE_MAX)
		return PAGE_MAX;
	return pan->files > 0 ? pan->files : 1;
}

static bool request(const struct provider_run *run, struct task *task,
                    struct net_request *net, struct error *err)
{
	if (task->step == 0)
		return pan_request(run, PROCESS_PATH, task, net, err);
	if (!pan_request(run, FAIL_PATH, task, net, err))
		return false;
	strbuf_addf(&net->url, "&limit=%d&page=%u", page_size(run->own), task->step);
	return true;
}

static enum provider_next answer_process(const struct pan_settings *pan,
                                         struct task *task, json_t *root)
{
	char buffer[32];
	const char *reason = NULL;
	struct error err = ERROR_INIT;
	json_t *data = status_object(root, "data", task);
	if (!data ||
	    !status_read(data, "status", "data.", statuses, ARRAY_LEN(statuses), task))
		return PROVIDER_DONE;
	/* A reason that is mistyped is no reason to doubt a status. */
	if (net_json_text(data, "failMsg", true, buffer, &reason, &err) !=
	        NET_MEMBER_OK ||
	    !*reason)
		reason = task->condition == TASK_FAILED ? _("no reason given") : NULL;
	task_text(&task->message, reason);
	if (!task_is_finished(task->condition))
		return PROVIDER_DONE;
	if (pan->files != FILES_NONE)
		return PROVIDER_ASK_ON;
	if (task->condition == TASK_SUCCEEDED && !reason)
		task_set(task, TASK_SUCCEEDED, "lost files were not asked for");
	return PROVIDER_DONE;
}

/* One entry of the list. False where it is none. */
static bool add_file(const json_t *entry, struct task *task, size_t wanted)
{
	char id_buffer[32];
	char name_buffer[32];
	const char *id;
	const char *name;
	struct error err = ERROR_INIT;
	if (!json_is_object(entry))
		return false;
	if (net_json_text(entry, "fileId", true, id_buffer, &id, &err) != NET_MEMBER_OK)
		return false;
	if (net_json_text(entry, "filename", true, name_buffer, &name, &err) !=
	    NET_MEMBER_OK)
		return false;
	return task->n_files >= wanted || task_add_file(task, id, name);
}

/* How many entries page `page` must have. */
static json_int_t expected_entries(json_int_t total, json_int_t limit, json_int_t page)
{
	json_int_t before = (page - 1) * limit;
	json_int_t left = total > before ? total - before : 0;
	return left < limit ? left : limit;
}

/* data.total and data.list, whose types alone are looked at. */
static bool read_types(const json_t *data, struct task *task, json_int_t *ret_total,
                       json_t **ret_list)
{
	struct error err = ERROR_INIT;
	enum net_member got = net_json_integer(data, "total", ret_total, &err);
	if (!status_got(got, "data.", "total", &err, task))
		return false;
	*ret_list = NULL; /* null stands for an empty list */
	got = net_json_array(data, "list", ret_list, &err);
	return got == NET_MEMBER_ABSENT || status_got(got, "data.", "list", &err, task);
}

/* Whether a page has as many entries as its total promises, and the total stays. */
static bool check_page(const struct pan_settings *pan, json_int_t total, size_t n,
                       struct task *task)
{
	json_int_t due = expected_entries(total, page_size(pan), task->step);
	if (total < 0 || (task->step > 1 && total != task->failed_files)) {
		task_set(task, TASK_INVALID,
		         "page %u of the list of failed files has a total of %lld",
		         task->step, (long long)total);
		return false;
	}
	if (n != (size_t)due) {
		task_set(
		    task, TASK_INVALID,
		    "page %u of the list of failed files holds %zu, but by its total of "
		    "%lld there must be %lld",
		    task->step, n, (long long)total, (long long)due);
		return false;
	}
	return true;
}

/* A page of the list. False, with the task `invalid`, where it cannot be trusted. */
static bool read_page(const json_t *data, const struct pan_settings *pan,
                      struct task *task)
{
	json_int_t total = 0;
	json_t *list = NULL;
	if (!read_types(data, task, &total, &list) ||
	    !check_page(pan, total, json_array_size(list), task))
		return false;
	task->failed_files = total;
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (add_file(json_array_get(list, i), task, (size_t)pan->files))
			continue;
		task_set(
		    task, TASK_INVALID,
		    "entry %zu of page %u of the list of failed files cannot be read",
		    i + 1, task->step);
		return false;
	}
	return true;
}

static enum provider_next answer_fail(const struct pan_settings *pan, struct task *task,
                                      json_t *root)
{
	task_text(&task->message, NULL);
	task->condition = TASK_INVALID;
	json_t *data = status_object(root, "data", task);
	if (!data || !read_page(data, pan, task)) {
		/* What the pages before said is not to be trusted either. */
		task_forget_files(task);
		return PROVIDER_DONE;
	}
	long long told = (long long)task->step * page_size(pan);
	if (told < task->failed_files && told < pan->files && task->step < PAGES_MAX)
		return PROVIDER_ASK_ON;
	const char *said = task->ended_message ? task->ended_message : "";
	if (task->failed_files == 0)
		task_set(task, TASK_SUCCEEDED, *said ? "%s" : NULL, said);
	else if (*said)
		task_set(task, TASK_PARTIAL,
		         task->failed_files == 1 ? N_("%lld file was not copied: %s")
		                                 : N_("%lld files were not copied: %s"),
		         task->failed_files, said);
	else
		task_set(task, TASK_PARTIAL,
		         task->failed_files == 1 ? N_("%lld file was not copied")
		                                 : N_("%lld files were not copied"),
		         task->failed_files);
	return PROVIDER_DONE;
}

static enum provider_next answer(const struct provider_run *run, struct task *task,
                                 json_t *root)
{
	return task->step == 0 ? answer_process(run->own, task, root)
	                       : answer_fail(run->own, task, root);
}

/* A remembered answer does if it counts the files and names as many as are wanted now. */
static bool enough(const void *own, const struct task *task)
{
	const struct pan_settings *pan = own;
	if (pan->files == FILES_NONE)
		return true;
	long long due = task->failed_files < pan->files ? task->failed_files : pan->files;
	return task->failed_files >= 0 && (long long)task->n_files >= due;
}

static bool set_files(struct settings *settings, void *own, const char *value,
                      struct error *err)
{
	(void)settings;
	struct pan_settings *pan = own;
	unsigned n;
	struct error why = ERROR_INIT;
	if (strcmp(value, "all") == 0)
		pan->files = TASK_FILES_MAX;
	else if (strcmp(value, "none") == 0)
		pan->files = FILES_NONE;
	else if (option_whole_number(value, 0, TASK_FILES_MAX, &n, &why))
		pan->files = (int)n;
	else
		return error_set(err, "%s, and neither 'all' nor 'none'", why.text);
	return true;
}

static bool check(const struct settings *settings, const void *own, struct error *err)
{
	const struct pan_settings *pan = own;
	if (pan->files == FILES_NONE &&
	    task_threshold_is_set(&settings->thresholds.of[TASK_METRIC_FAILED_FILES]))
		return error_set(
		    err,
		    "a threshold on failed_files cannot be judged with --files=none");
	return pan_check(settings, own, err);
}

static const struct provider provider = {
    .plugin = "check_123pan_copy",
    .title = "123PAN COPY",
    .about = N_("Checks copy tasks of 123pan image hosting, and which files they lost."),
    .url = PAN_URL,
    .envelope = &pan_envelope,
    .metrics = 1U << TASK_METRIC_FAILED_FILES,
    .request = request,
    .answer = answer,
    .trace = pan_trace,
    .explain = pan_explain,
    .enough = enough,
    .rest = N_("which files were lost is not known"),
    .tokens = &pan_tokens,
};

static const struct option_row options[] = {
    /* clang-format off */
    {"files", 0, "N|all|none", false, false, SECTION_TASKS,
     N_("how many failed files to name; default 10. 'all' pages through the whole list, "
        "'none' does not ask for it: an ended task then counts as succeeded"),
     set_files},
    /* clang-format on */
    PAN_OPTIONS,
};

int main(int argc, char **argv)
{
	static struct pan_settings own = {.files = FILES_DEFAULT};
	static const struct plugin plugin = {
	    .provider = &provider,
	    .own = &own,
	    .options = options,
	    .n_options = ARRAY_LEN(options),
	    .check = check,
	    .notes = N_("The ID is what /api/v1/oss/source/copy gave as taskID. The "
	                "token comes from 123pan's open platform."),
	    .example = "-T 1ketmmu1000d86isuyq33su100w1bnp6=photos "
	               "--token-file=/etc/cloud-task-plugins/123pan.token",
	};
	return plugin_main(&plugin, argc, argv);
}
