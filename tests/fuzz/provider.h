/*
 * A provider's answer, from the reply to what is printed. Included by a target behind its
 * plugin. The input: a byte for the HTTP status, one for the step, then the body.
 */
#include <math.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "report/report.h"

static const char *no_header(const struct net_reply *reply, const char *name)
{
	(void)reply;
	(void)name;
	return NULL;
}

/* Prints it in every form; no form may fail or lose its shape. */
static void print(struct task_list *tasks)
{
	static const char *const forms[] = {"nagios", "json", "checkmk", "openmetrics"};
	struct task_map map;
	static const struct task_thresholds none;
	struct judgement judgement;
	task_map_init(&map);
	MUST(judge_run(tasks, &map, &none, (double)NAN, &judgement));
	struct report report = {.plugin = "check_stub",
	                        .title = "STUB",
	                        .state = judgement.state,
	                        .tasks = tasks,
	                        .judgement = &judgement,
	                        .thresholds = &none,
	                        .verbose = 1};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct strbuf out;
		strbuf_init(&out, 1 << 26);
		MUST(report_writer_find(forms[i])->write(&report, &out));
		const char *text = strbuf_text(&out);
		MUST(utf8_valid(text, out.len) && strlen(text) == out.len);
		const char *bar = strchr(text, '|');
		MUST(i != 0 || (out.len <= 4096 && bar && !strchr(bar + 1, '|')));
		MUST(i != 1 || strcspn(text, "\n") == out.len - 1);
		strbuf_clear(&out);
	}
	judgement_clear(&judgement);
}

/* Whether the body says code 0, read without the code that is tested. */
static bool says_0(const json_t *root)
{
	const json_t *code = json_object_get(root, "code");
	return json_is_integer(code) ? json_integer_value(code) == 0
	       : json_is_real(code)  ? json_real_value(code) == 0
	                             : json_is_string(code);
}

static int feed(const struct provider *provider, void *own, const uint8_t *data,
                size_t size)
{
	static const long statuses[] = {200, 201, 302, 400, 401, 429, 503, 404};
	if (size < 2)
		return 0;
	char *body = fuzz_text(data + 2, size - 2);
	const struct net_reply reply = {.outcome = NET_ANSWERED,
	                                .status = statuses[data[0] & 7],
	                                .body = body,
	                                .len = size - 2,
	                                .content_type = "",
	                                .location = "x",
	                                .header = no_header};
	const struct provider_run run = {.own = own, .want_details = true};
	struct task_list tasks = {NULL, 0, 0};
	struct error err = ERROR_INIT;
	json_t *root;
	bool retry;
	MUST(task_list_add(&tasks, "1", '=', &err));
	struct task *task = &tasks.items[0];
	task->step = data[1] & 1;
	task->ended = TASK_SUCCEEDED;
	bool open = envelope_open(provider->envelope, &reply, task, &root, &retry);
	MUST(!open || (says_0(root) && reply.status < 300 && !retry));
	if (open)
		(void)provider->answer(&run, task, root);
	else if (provider->explain)
		provider->explain(own, &reply, task);
	bool told =
	    task_is_finished(task->condition) || task_is_unfinished(task->condition);
	MUST(open || !told);
	MUST(!told || task->status || task->step > 0);
	MUST(told || task->message);
	if (provider->trace)
		(void)provider->trace(&reply, root);
	print(&tasks);
	json_decref(root);
	task_list_clear(&tasks);
	free(body);
	return 0;
}
