#include <math.h>
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "task/judge.h"

static struct task_list tasks;
static struct task_map map;
static struct task_thresholds thresholds;
static struct judgement judgement;

static void setup(void)
{
	tasks = (struct task_list){NULL, 0, 0};
	thresholds = (struct task_thresholds){0};
	task_map_init(&map);
}

static void teardown(void)
{
	judgement_clear(&judgement);
	task_list_clear(&tasks);
}

static struct task *add(enum task_condition condition)
{
	char id[32];
	struct error err = ERROR_INIT;
	snprintf(id, sizeof id, "t%zu", tasks.n);
	ck_assert(task_list_add(&tasks, id, '=', &err));
	struct task *task = &tasks.items[tasks.n - 1];
	task_set(task, condition, NULL);
	return task;
}

static void limit(const char *warning, const char *critical)
{
	enum task_metric metric;
	struct error err = ERROR_INIT;
	if (warning)
		ck_assert_msg(
		    task_thresholds_parse(&thresholds, false, warning, &metric, &err),
		    "%s", err.text);
	if (critical)
		ck_assert_msg(
		    task_thresholds_parse(&thresholds, true, critical, &metric, &err),
		    "%s", err.text);
}

static enum mp_state judge(double token)
{
	judgement_clear(&judgement);
	ck_assert(judge_run(&tasks, &map, &thresholds, token, &judgement));
	return judgement.state;
}

/* ------------------------------------------------------------------- the map */

START_TEST(a_condition_counts_as_its_state)
{
	enum task_condition condition = (enum task_condition)_i;
	struct task *task = add(condition);
	ck_assert_int_eq(judge(NAN), map.state[condition]);
	ck_assert_int_eq(task->state, map.state[condition]);
	ck_assert_ptr_null(task->alert);
	ck_assert_uint_eq(judgement.count[condition], 1);
	for (int state = 0; state < 4; state++) {
		map.state[condition] = (enum mp_state)state;
		ck_assert_int_eq(judge(NAN), state);
	}
}
END_TEST

static const struct {
	enum task_condition conditions[4];
	size_t n;
	enum mp_state state;
} runs[] = {
    {{TASK_RUNNING, TASK_SUCCEEDED, TASK_WAITING}, 3, MP_OK},
    {{TASK_SUCCEEDED, TASK_DENIED}, 2, MP_UNKNOWN},
    {{TASK_TIMEOUT, TASK_RETRYING}, 2, MP_WARNING}, /* WARNING over UNKNOWN */
    {{TASK_RETRYING, TASK_INVALID, TASK_SUCCEEDED}, 3, MP_WARNING},
    {{TASK_INVALID, TASK_FAILED, TASK_PARTIAL}, 3, MP_CRITICAL},
    {{TASK_FAILED, TASK_UNREACHABLE, TASK_SUCCEEDED}, 3, MP_CRITICAL},
    {{TASK_SUCCEEDED, TASK_SUCCEEDED, TASK_MISSING, TASK_SUCCEEDED}, 4, MP_UNKNOWN},
};

START_TEST(the_run_is_as_bad_as_its_worst_task)
{
	for (size_t i = 0; i < runs[_i].n; i++)
		add(runs[_i].conditions[i]);
	ck_assert_int_eq(judge(NAN), runs[_i].state);
}
END_TEST

START_TEST(no_tasks_are_unknown)
{
	ck_assert_int_eq(judge(NAN), MP_UNKNOWN);
	map.empty = MP_OK;
	ck_assert_int_eq(judge(NAN), MP_OK);
	map.empty = MP_CRITICAL;
	ck_assert_int_eq(judge(NAN), MP_CRITICAL);
}
END_TEST

/* -------------------------------------------------------------- a task's thresholds */

enum { AGE = 1, STALLED, PROGRESS, FILES };

static const struct {
	enum task_condition condition;
	int member;
	double value;
	const char *warning;
	const char *critical;
	enum mp_state state;
	const char *alert; /* NULL: none */
} alerts[] = {
    {TASK_RUNNING, AGE, 21600, "age=6h", NULL, MP_OK, NULL},
    {TASK_RUNNING, AGE, 21601, "6h", NULL, MP_WARNING, "age 6h"},
    {TASK_RUNNING, AGE, 25320, "age=6h", "age=1d", MP_WARNING, "age 7h 2m is over 6h"},
    {TASK_RUNNING, AGE, 90000, "age=6h", "age=1d", MP_CRITICAL, "age 1d 1h is over 1d"},
    {TASK_WAITING, AGE, 90000, NULL, "age=1d", MP_CRITICAL, "age"},
    {TASK_RETRYING, AGE, 5, "age=1d", NULL, MP_WARNING, NULL}, /* by its condition */
    {TASK_RETRYING, AGE, 90000, NULL, "age=1d", MP_CRITICAL, "age"},
    {TASK_RUNNING, AGE, 10, "age=1m:", NULL, MP_WARNING, "age 10s is under 1m"},
    {TASK_RUNNING, AGE, 10, "age=20:30", NULL, MP_WARNING, "is outside 20:30"},
    {TASK_RUNNING, AGE, 10, "age=@5:15", NULL, MP_WARNING, "is inside @5:15"},
    {TASK_SUCCEEDED, AGE, 90000, "age=1h", "age=1h", MP_OK, NULL},
    {TASK_PARTIAL, AGE, 90000, NULL, "age=1h", MP_WARNING, NULL},
    {TASK_FAILED, AGE, 90000, "age=1h", NULL, MP_CRITICAL, NULL},
    {TASK_INVALID, AGE, 90000, "age=1h", "age=1h", MP_UNKNOWN, NULL},
    {TASK_RUNNING, STALLED, 1801, "stalled=30m", NULL, MP_WARNING, "stalled 30m 1s"},
    {TASK_RUNNING, STALLED, 1800, "stalled=30m", NULL, MP_OK, NULL},
    {TASK_SUCCEEDED, STALLED, 1801, "stalled=30m", NULL, MP_OK, NULL},
    {TASK_RUNNING, PROGRESS, 42, "progress=50:", NULL, MP_WARNING,
     "progress 42% is under 50%"},
    {TASK_RUNNING, PROGRESS, 50, "progress=50:", NULL, MP_OK, NULL},
    {TASK_SUCCEEDED, PROGRESS, 0, "progress=50:", NULL, MP_OK, NULL},
    {TASK_PARTIAL, FILES, 3, NULL, "failed_files=2", MP_CRITICAL,
     "failed_files 3 is over 2"},
    {TASK_PARTIAL, FILES, 2, NULL, "failed_files=2", MP_WARNING, NULL},
    {TASK_SUCCEEDED, FILES, 0, "failed_files=0", "failed_files=0", MP_OK, NULL},
};

START_TEST(thresholds_of_a_task)
{
	struct task *task = add(alerts[_i].condition);
	double value = alerts[_i].value;
	switch (alerts[_i].member) {
	case AGE:
		task->age = value;
		break;
	case STALLED:
		task->stalled = value;
		break;
	case PROGRESS:
		task->progress = value;
		break;
	default:
		task->failed_files = (long long)value;
	}
	limit(alerts[_i].warning, alerts[_i].critical);
	ck_assert_int_eq(judge(NAN), alerts[_i].state);
	ck_assert_int_eq(task->state, alerts[_i].state);
	if (!alerts[_i].alert)
		ck_assert_ptr_null(task->alert);
	else
		ck_assert_msg(task->alert && strstr(task->alert, alerts[_i].alert), "%s",
		              task->alert ? task->alert : "(none)");
}
END_TEST

/* The alert that is told is that of the worse threshold. */
START_TEST(the_worst_threshold_is_told)
{
	struct task *task = add(TASK_RUNNING);
	task->age = 100;
	task->stalled = 50;
	limit("age=10", "age=1000");
	limit(NULL, "stalled=20");
	ck_assert_int_eq(judge(NAN), MP_CRITICAL);
	ck_assert_ptr_nonnull(strstr(task->alert, "stalled"));
}
END_TEST

/* A threshold does not unsay what the condition says. */
START_TEST(a_threshold_makes_nothing_better)
{
	for (int i = 0; i < TASK_N_CONDITIONS; i++) {
		struct task *task = add((enum task_condition)i);
		task->age = task->stalled = 1;
		task->progress = 50;
		task->failed_files = 0;
	}
	limit("age=1h", "age=2h");
	limit("stalled=1h", NULL);
	limit("progress=10:", NULL);
	limit("failed_files=5", NULL);
	judge(NAN);
	for (int i = 0; i < TASK_N_CONDITIONS; i++)
		ck_assert_int_eq(tasks.items[i].state, map.state[i]);
}
END_TEST

/* -------------------------------------------------------- the run's thresholds */

static const struct {
	const char *warning;
	const char *critical;
	double token;
	enum mp_state state;
	const char *alert;
} run_alerts[] = {
    {"failed=0", NULL, NAN, MP_WARNING, "failed 1 is over 0"},
    {"failed=1", NULL, NAN, MP_OK, NULL},
    {NULL, "failed=0", NAN, MP_CRITICAL, "failed"},
    {"unfinished=1", NULL, NAN, MP_WARNING, "unfinished 3 is over 1"},
    {"unfinished=3", NULL, NAN, MP_OK, NULL},
    {"unfinished=5:", NULL, NAN, MP_WARNING, "is under 5"},
    {"time=2", NULL, NAN, MP_WARNING, "time 2.5s is over 2s"},
    {"time=2.5", NULL, NAN, MP_OK, NULL},
    {"time=1", "time=2", NAN, MP_CRITICAL, "time 2.5s is over 2s"},
    {"token=3d:", NULL, 86400, MP_WARNING, "token 1d is under 3d"},
    {"token=3d:", NULL, 259200, MP_OK, NULL},
    {"token=3d:", "token=0:", -60, MP_CRITICAL, "token -1m"},
    {"token=3d:", NULL, NAN, MP_UNKNOWN, "not known"},
    {NULL, "token=3d:", NAN, MP_UNKNOWN, "not known"},
};

START_TEST(thresholds_of_the_run)
{
	map.state[TASK_FAILED] = MP_OK; /* so that the threshold alone is seen */
	map.state[TASK_RETRYING] = MP_OK;
	add(TASK_FAILED)->time = 1;
	add(TASK_RUNNING)->time = 2.5;
	add(TASK_WAITING);
	add(TASK_RETRYING);
	add(TASK_SUCCEEDED)->time = 0.5;
	limit(run_alerts[_i].warning, run_alerts[_i].critical);
	ck_assert_int_eq(judge(run_alerts[_i].token), run_alerts[_i].state);
	ck_assert_uint_eq(judgement.n_alerts, run_alerts[_i].alert ? 1 : 0);
	if (run_alerts[_i].alert) {
		ck_assert_msg(strstr(judgement.alerts[0], run_alerts[_i].alert) != NULL,
		              "%s", judgement.alerts[0]);
		ck_assert_int_eq(judgement.alert_states[0], run_alerts[_i].state);
	}
	for (size_t i = 0; i < tasks.n; i++)
		ck_assert_int_eq(tasks.items[i].state, MP_OK);
}
END_TEST

/* UNKNOWN for the token hides nothing worse. */
START_TEST(a_token_that_is_not_known_hides_nothing)
{
	add(TASK_FAILED);
	limit("token=3d:", NULL);
	ck_assert_int_eq(judge(NAN), MP_CRITICAL);
	ck_assert_uint_eq(judgement.n_alerts, 1);
}
END_TEST

START_TEST(thresholds_without_tasks)
{
	limit("failed=0", "unfinished=0");
	limit("time=1", "token=1d:");
	ck_assert_int_eq(judge(NAN), MP_UNKNOWN);
	map.empty = MP_OK;
	ck_assert_int_eq(judge(86400 * 2), MP_OK);
}
END_TEST

/* ---------------------------------------------------------------------- the numbers */

START_TEST(the_worst_tasks_metrics_are_told)
{
	struct task *task = add(TASK_RUNNING);
	task->age = 5;
	task->stalled = 4;
	task->progress = 80;
	task->time = 0.5;
	task = add(TASK_RUNNING);
	task->age = 50;
	task->stalled = 3;
	task->progress = 30;
	task->time = 0.25;
	task = add(TASK_PARTIAL);
	task->age = 500; /* of a finished task: counts for nothing */
	task->progress = 1;
	task->failed_files = 7;
	task = add(TASK_DENIED);
	task->time = 0.75;
	judge(99);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_AGE], 50);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_STALLED], 4);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_PROGRESS], 30);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_FAILED_FILES], 7);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_FAILED], 0);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_UNFINISHED], 2);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_TIME], 0.75);
	ck_assert_double_eq(judgement.metric[TASK_METRIC_TOKEN], 99);
}
END_TEST

START_TEST(what_is_not_known_is_no_number)
{
	add(TASK_SUCCEEDED);
	judge(NAN);
	ck_assert(isnan(judgement.metric[TASK_METRIC_AGE]));
	ck_assert(isnan(judgement.metric[TASK_METRIC_STALLED]));
	ck_assert(isnan(judgement.metric[TASK_METRIC_PROGRESS]));
	ck_assert(isnan(judgement.metric[TASK_METRIC_FAILED_FILES]));
	ck_assert(isnan(judgement.metric[TASK_METRIC_TIME]));
	ck_assert(isnan(judgement.metric[TASK_METRIC_TOKEN]));
}
END_TEST

Suite *judge_suite(void)
{
	Suite *suite = suite_create("judge");
	TCase *tc = tcase_create("judge");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_condition_counts_as_its_state, 0, TASK_N_CONDITIONS);
	tcase_add_loop_test(tc, the_run_is_as_bad_as_its_worst_task, 0,
	                    (int)ARRAY_LEN(runs));
	tcase_add_test(tc, no_tasks_are_unknown);
	tcase_add_loop_test(tc, thresholds_of_a_task, 0, (int)ARRAY_LEN(alerts));
	tcase_add_test(tc, the_worst_threshold_is_told);
	tcase_add_test(tc, a_threshold_makes_nothing_better);
	tcase_add_loop_test(tc, thresholds_of_the_run, 0, (int)ARRAY_LEN(run_alerts));
	tcase_add_test(tc, a_token_that_is_not_known_hides_nothing);
	tcase_add_test(tc, thresholds_without_tasks);
	tcase_add_test(tc, the_worst_tasks_metrics_are_told);
	tcase_add_test(tc, what_is_not_known_is_no_number);
	suite_add_tcase(suite, tc);
	return suite;
}
