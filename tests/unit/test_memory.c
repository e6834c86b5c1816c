#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/clock.h"
#include "check/parse.h"
#include "provider_stub.h"
#include "report_sample.h"
#include "scratch.h"
#include "suites.h"
#include "task/history.h"
#include "task/token_file.h"

/*
 * Memory that runs out at every point there is: no fall, and no task that looks better
 * than it is. Jansson and our own allocations are both counted.
 */

enum { STEPS_MAX = 20000 };

static void *take(size_t size)
{
	return malloc(size); /* the wrapped one */
}

static void use_our_memory(void)
{
	json_set_alloc_funcs(take, free);
	scratch_make();
}

static void use_its_own(void)
{
	json_set_alloc_funcs(malloc, free);
	scratch_remove();
}

/* Runs it with ever more memory until it had enough. */
static void starve(void (*act)(void))
{
	for (unsigned long n = 0; n < STEPS_MAX; n++) {
		alloc_fail_after(n);
		act();
		if (alloc_restore() == 0)
			return;
	}
	ck_abort_msg("it never has enough memory");
}

/* Allocations that are checked must not be the test's own: these stop the starving. */
static unsigned long pause_starving(void)
{
	return alloc_restore();
}

/* --------------------------------------------------------------------- envelopes */

static const struct {
	const char *body;
	bool code_is_0;
} bodies[] = {
    {"{\"code\":0,\"message\":\"ok\",\"data\":{\"status\":2}}", true},
    {"{\"code\":401,\"message\":\"token is expired\"}", false},
    {"{\"code\":\"x\",\"message\":\"ok\"}", false},
    {"{\"message\":\"ok\"}", false},
    {"{\"code\":0,\"message\":\"\xFF\xFE\",\"data\":{\"status\":2}}", true},
    {"<html>", false},
    {"", false},
};
static int which;
static const struct envelope envelope = {.code = "code", .message = "message"};

static void open_envelope(void)
{
	struct task task = {.condition = TASK_SUCCEEDED};
	json_t *root;
	bool retry;
	const struct net_reply reply = {.outcome = NET_ANSWERED,
	                                .status = 200,
	                                .body = bodies[which].body,
	                                .len = strlen(bodies[which].body),
	                                .content_type = "",
	                                .location = ""};
	bool open = envelope_open(&envelope, &reply, &task, &root, &retry);
	if (open ? !bodies[which].code_is_0
	         : task_is_finished(task.condition) || task_is_unfinished(task.condition))
		abort();
	json_decref(root);
	task_clear(&task);
}

START_TEST(envelopes)
{
	which = _i;
	starve(open_envelope);
}
END_TEST

/* ----------------------------------------------------------------------- options */

static const char *const lines[][4] = {
    {"-T1=a", "-T2", "-wage=6h"},
    {"-T1", "--map=failed=ok", "-ojson"},
    {"-T1", "-j0", "-ojson"},
    {"--nonsense"},
};

static void parse_line(void)
{
	static const struct plugin plugin = {.provider = &stub_provider};
	static char name[] = "x";
	char copies[4][40];
	char *argv[6] = {name};
	int argc = 1;
	for (int i = 0; i < 4 && lines[which][i]; i++) {
		memcpy(copies[i], lines[which][i], strlen(lines[which][i]) + 1);
		argv[argc++] = copies[i];
	}
	struct settings settings;
	struct error err = ERROR_INIT;
	settings_init(&settings);
	bool good = parse_options(&plugin, argc, argv, &settings, &err);
	/* Good is good: every task that was given is there. */
	if (good && settings.tasks.n != (which == 0 ? 2 : 1))
		abort();
	if (good && which >= 2)
		abort();
	if (!good && !error_is_set(&err))
		abort();
	settings_clear(&settings);
}

START_TEST(options)
{
	which = _i;
	starve(parse_line);
}
END_TEST

/* ----------------------------------------------------------------------- judging */

static struct sample sample;

static void fill_sample(void)
{
	struct task *task = sample_add(&sample, "1=good", TASK_SUCCEEDED);
	task_text(&task->status, "2");
	task = sample_add(&sample, "2=slow", TASK_RUNNING);
	task->age = 1e6;
	task->progress = 42;
	task = sample_add(&sample, "3=lost", TASK_FAILED);
	task_set(task, TASK_FAILED, "源文件不存在 \xE6");
	ck_assert(task_add_reason(task, "why") && task_add_file(task, "1", "name"));
	task->failed_files = 3;
	task_text(&task->details, "{\"resultCode\":\"1\"}");
	sample_add(&sample, "4=a \"b\"", TASK_SUCCEEDED);
	sample_limit(&sample, "age=1h", NULL);
	sample_limit(&sample, "failed=0", "token=1d:");
}

static void judge(void)
{
	struct judgement judgement;
	bool good =
	    judge_run(&sample.tasks, &sample.map, &sample.thresholds, 5, &judgement);
	if (good && (judgement.state != MP_CRITICAL ||
	             sample.tasks.items[1].state != MP_WARNING ||
	             !sample.tasks.items[1].alert || judgement.n_alerts != 2))
		abort();
	judgement_clear(&judgement);
	free(sample.tasks.items[1].alert);
	sample.tasks.items[1].alert = NULL;
}

START_TEST(judgements)
{
	sample_init(&sample);
	fill_sample();
	starve(judge);
	sample_clear(&sample);
}
END_TEST

/* ----------------------------------------------------------------------- writing */

static const char *const writers[] = {"nagios", "json", "checkmk", "openmetrics"};
static char *whole; /* what is written with memory enough */

/* A writer that had too little says so; else all of it is there. */
static void write_report(void)
{
	struct strbuf out;
	strbuf_init(&out, 1 << 20);
	bool good = report_writer_find(writers[which])->write(&sample.report, &out);
	if (good && !strbuf_ok(&out))
		abort();
	if (good && strcmp(strbuf_text(&out), whole) != 0)
		abort();
	strbuf_clear(&out);
}

START_TEST(reports)
{
	which = _i;
	sample_init(&sample);
	fill_sample();
	whole = strdup(sample_write(&sample, writers[_i]));
	ck_assert_ptr_nonnull(whole);
	starve(write_report);
	free(whole);
	sample_clear(&sample);
}
END_TEST

/* ----------------------------------------------------------------------- history */

static const int64_t NOON = 1800000000;
static struct stub own;

static struct task_list three_tasks(void)
{
	struct task_list tasks = {NULL, 0, 0};
	struct error err = ERROR_INIT;
	ck_assert(task_list_add(&tasks, "1", '=', &err) &&
	          task_list_add(&tasks, "2", '=', &err) &&
	          task_list_add(&tasks, "3", '=', &err));
	task_set(&tasks.items[0], TASK_RUNNING, NULL);
	task_set(&tasks.items[1], TASK_FAILED, "why");
	task_set(&tasks.items[2], TASK_SUCCEEDED, NULL);
	return tasks;
}

static struct history open_history(void)
{
	struct history history;
	struct error err = ERROR_INIT;
	ck_assert(history_init(&history, &stub_provider, &own, scratch_dir(), "u", "a",
	                       "d", &err));
	return history;
}

static struct task_list asked;
static struct history history;

static void recall(void)
{
	history_recall(&history, &asked);
	/* What is remembered is what was seen; all else is to be asked. */
	static const enum task_condition due[] = {TASK_INVALID, TASK_FAILED,
	                                          TASK_SUCCEEDED};
	for (size_t i = 0; i < ARRAY_LEN(due); i++) {
		struct task *task = &asked.items[i];
		if (task->remembered ? i == 0 || task->condition != due[i]
		                     : task_is_finished(task->condition))
			abort();
		task_reset(task);
	}
}

/* Returns how many allocations were refused. */
static unsigned long update(void)
{
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	struct task *hanging = &asked.items[0];
	hanging->age = (double)NAN;
	bool good = history_update(&history, &asked, NOON + 3600, true,
	                           clock_steady() + 60, &notice, &err);
	/* A good file is not given up for want of memory, and an age that could not be
	   told is a failure, never silence. */
	if (error_is_set(&notice) || (good && hanging->age != 3600))
		abort();
	if (!good && !error_is_set(&err))
		abort();
	unsigned long refused = pause_starving();
	/* The file was never lost halfway: with memory it is there, whole. */
	struct task_list again = three_tasks();
	struct error second = ERROR_INIT;
	struct error quiet = ERROR_INIT;
	if (!history_update(&history, &again, NOON + 3600, true, clock_steady() + 60,
	                    &quiet, &second))
		abort();
	if (again.items[0].age != 3600)
		abort();
	task_list_clear(&again);
	return refused;
}

START_TEST(recalling)
{
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	history = open_history();
	struct task_list seen = three_tasks();
	ck_assert(history_update(&history, &seen, NOON, true, clock_steady() + 60,
	                         &notice, &err));
	asked = three_tasks();
	for (size_t i = 0; i < asked.n; i++)
		task_reset(&asked.items[i]);
	starve(recall);
	task_list_clear(&asked);
	task_list_clear(&seen);
	history_clear(&history);
}
END_TEST

/* Its own loop, since each step begins with the same file. */
START_TEST(updating)
{
	unsigned long refused = 1;
	for (unsigned long n = 0; refused > 0; n++) {
		ck_assert_uint_lt(n, STEPS_MAX);
		struct error notice = ERROR_INIT;
		struct error err = ERROR_INIT;
		history = open_history();
		(void)remove(history.path);
		struct task_list seen = three_tasks();
		ck_assert(history_update(&history, &seen, NOON, true, clock_steady() + 60,
		                         &notice, &err));
		asked = three_tasks();
		alloc_fail_after(n);
		refused = update();
		task_list_clear(&asked);
		task_list_clear(&seen);
		history_clear(&history);
	}
}
END_TEST

/* A token that is scarce is not given up for want of memory. */
static void read_token(void)
{
	struct token_file kept;
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	bool good = token_file_read(scratch_path("token"), &kept, &notice, &err);
	if (error_is_set(&notice) || good == error_is_set(&err) || good != !!kept.token)
		abort();
	token_file_clear(&kept);
}

START_TEST(tokens)
{
	static char token[] = "a-token";
	struct token_file kept = {.token = token, .expires_at = NOON + 3600};
	struct statedir_write write;
	struct error err = ERROR_INIT;
	ck_assert(statedir_begin(scratch_path("token"), 0, &write, &err) &&
	          token_file_write(&write, &kept, &err));
	starve(read_token);
}
END_TEST

Suite *memory_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *tc = tcase_create("memory");
	tcase_set_timeout(tc, 300);
	tcase_add_checked_fixture(tc, use_our_memory, use_its_own);
	tcase_add_loop_test(tc, envelopes, 0, (int)ARRAY_LEN(bodies));
	tcase_add_loop_test(tc, options, 0, (int)ARRAY_LEN(lines));
	tcase_add_test(tc, judgements);
	tcase_add_loop_test(tc, reports, 0, (int)ARRAY_LEN(writers));
	tcase_add_test(tc, recalling);
	tcase_add_test(tc, updating);
	tcase_add_test(tc, tokens);
	suite_add_tcase(suite, tc);
	return suite;
}
