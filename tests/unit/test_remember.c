#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "provider_stub.h"
#include "scratch.h"
#include "suites.h"
#include "task/history.h"

/* Remembered answers: the part of the history that could say OK without asking. */

static const int64_t NOON = 1800000000;
static const double PLENTY = 60;

static struct stub own;
static struct task_list tasks;
static struct error notice;

static void setup(void)
{
	scratch_make();
	own = (struct stub){0};
	tasks = (struct task_list){NULL, 0, 0};
	notice = (struct error)ERROR_INIT;
}

static void teardown(void)
{
	task_list_clear(&tasks);
	scratch_remove();
}

static struct history open_as(const char *account, const char *digest)
{
	struct history history;
	struct error err = ERROR_INIT;
	ck_assert(history_init(&history, &stub_provider, &own, scratch_dir(),
	                       "https://stub.example", account, digest, &err));
	return history;
}

static struct task *add(const char *id)
{
	struct error err = ERROR_INIT;
	ck_assert(task_list_add(&tasks, id, '=', &err));
	return &tasks.items[tasks.n - 1];
}

/* A run that found the task so, and keeps it. */
static void keep_as(const char *account, const char *digest, struct task *task,
                    enum task_condition condition, bool remember)
{
	struct history history = open_as(account, digest);
	struct error err = ERROR_INIT;
	task->condition = condition;
	ck_assert_msg(history_update(&history, &tasks, NOON, remember,
	                             clock_steady() + PLENTY, &notice, &err),
	              "%s", err.text);
	history_clear(&history);
}

static void keep(struct task *task, enum task_condition condition)
{
	keep_as("me", "digest", task, condition, true);
}

/* The next run, with the task of that id alone. */
static struct task *recall_as(const char *account, const char *digest, const char *id)
{
	struct history history = open_as(account, digest);
	task_list_clear(&tasks);
	struct task *task = add(id);
	history_recall(&history, &tasks);
	history_clear(&history);
	return task;
}

static struct task *recall(const char *id)
{
	return recall_as("me", "digest", id);
}

START_TEST(finished_tasks_are_remembered)
{
	enum task_condition condition = (enum task_condition)_i;
	keep(add("a"), condition);
	struct task *task = recall("a");
	ck_assert(task->remembered == task_is_finished(condition));
	if (task->remembered)
		ck_assert_int_eq(task->condition, condition);
	else
		ck_assert(!task_is_finished(task->condition));
}
END_TEST

START_TEST(the_whole_answer_is)
{
	struct task *task = add("a=label");
	task_text(&task->status, "2");
	task_text(&task->message, "1 file was not copied: 源文件不存在 \"x\"");
	task_text(&task->trace, "trace-1");
	task_text(&task->details, "{\"resultCode\":\"18000205\",\"n\":5}");
	task->failed_files = 3;
	task->progress = 99.5;
	ck_assert(task_add_reason(task, "first") && task_add_reason(task, "第二"));
	ck_assert(task_add_file(task, "1", "a.jpg") &&
	          task_add_file(task, "2", "图.png"));
	keep(task, TASK_PARTIAL);
	task = recall("a=other label");
	ck_assert(task->remembered);
	ck_assert_str_eq(task->status, "2");
	ck_assert_str_eq(task->message, "1 file was not copied: 源文件不存在 \"x\"");
	ck_assert_str_eq(task->trace, "trace-1");
	ck_assert_str_eq(task->details, "{\"resultCode\":\"18000205\",\"n\":5}");
	ck_assert_int_eq(task->failed_files, 3);
	ck_assert_double_eq(task->progress, 99.5);
	ck_assert_uint_eq(task->n_reasons, 2);
	ck_assert_str_eq(task->reasons[1], "第二");
	ck_assert_uint_eq(task->n_files, 2);
	ck_assert_str_eq(task->files[1].name, "图.png");
	ck_assert_str_eq(task->label, "other label");
	ck_assert(isnan(task->time) && isnan(task->age));
}
END_TEST

START_TEST(nothing_else_is)
{
	keep(add("a"), TASK_SUCCEEDED);
	ck_assert(!recall("b")->remembered);
	ck_assert(!recall("A")->remembered);
	ck_assert(!recall_as("another", "digest", "a")->remembered);
	ck_assert(!recall_as("me", "other", "a")->remembered); /* another token */
	ck_assert(!recall_as("me", "", "a")->remembered);
	ck_assert(recall("a")->remembered);
}
END_TEST

START_TEST(only_where_it_was_asked_for)
{
	keep_as("me", "digest", add("a"), TASK_SUCCEEDED, false);
	ck_assert(!recall("a")->remembered);
}
END_TEST

START_TEST(only_where_it_is_enough)
{
	keep(add("a"), TASK_SUCCEEDED);
	own.not_enough = true;
	struct task *task = recall("a");
	ck_assert(!task->remembered);
	ck_assert(!task_is_finished(task->condition));
}
END_TEST

/* A check that does not remember does not make others forget. */
START_TEST(others_do_not_make_it_forget)
{
	keep(add("a"), TASK_FAILED);
	task_list_clear(&tasks);
	keep_as("me", "digest", add("a"), TASK_FAILED, false); /* asked again */
	ck_assert(recall("a")->remembered);
	task_list_clear(&tasks);
	keep_as("me", "digest", add("a"), TASK_UNREACHABLE, false);
	ck_assert(recall("a")->remembered);
	task_list_clear(&tasks);
	keep_as("me", "digest", add("b"), TASK_RUNNING, false); /* not asked at all */
	ck_assert(recall("a")->remembered);
}
END_TEST

/* But what is seen otherwise now is asked again from then on. */
START_TEST(a_task_that_runs_again_is_forgotten)
{
	keep(add("a"), TASK_FAILED);
	task_list_clear(&tasks);
	keep_as("me", "digest", add("a"), TASK_RUNNING, _i == 1);
	ck_assert(!recall("a")->remembered);
	task_list_clear(&tasks);
	keep_as("me", "digest", add("a"), TASK_UNREACHABLE, true);
	ck_assert(!recall("a")->remembered);
}
END_TEST

/* Remembered and written back, again and again. */
START_TEST(it_lasts)
{
	struct task *task = add("a");
	task_text(&task->message, "why");
	keep(task, TASK_FAILED);
	for (int i = 0; i < 5; i++) {
		task = recall("a");
		ck_assert(task->remembered);
		keep(task, task->condition);
	}
	ck_assert_str_eq(recall("a")->message, "why");
}
END_TEST

#define HEAD(n)                                                                          \
	"{\"format\":\"cloud-task-plugins history\",\"version\":1,\"tasks\":" n "}\n"
#define FIXED "\"id\":\"a\",\"first\":1,\"changed\":1,\"seen\":1799999999,"

/* Files that would say more than they may. */
static const char *const forged[] = {
    HEAD("1") "{" FIXED "\"condition\":\"running\",\"token\":\"digest\",\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"waiting\",\"token\":\"digest\",\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"invalid\",\"token\":\"digest\",\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":null,\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":\"\",\"answer\":{}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":\"digest\"}\n",
    HEAD("1") "{" FIXED
              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":null}\n",
    HEAD("1") "{" FIXED
              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":[]}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{"
              "\"reasons\":[1]}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{"
              "\"files\":[[\"1\"]]}}\n",
    HEAD("1") "{" FIXED "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{"
              "\"files\":[null]}}\n",
    /* one good line in a file that is not whole */
    HEAD("2") "{" FIXED
              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{}}\n",
    HEAD("2") "{" FIXED
              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{}}\nx\n",
    HEAD("0") "{" FIXED
              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{}}\n",
    "{" FIXED "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{}}\n",
};

static void write_file(const char *text, mode_t mode)
{
	struct history history = open_as("me", "digest");
	scratch_write(strrchr(history.path, '/') + 1, text, mode);
	history_clear(&history);
}

START_TEST(forged_answers_are_not_believed)
{
	write_file(forged[_i], 0600);
	struct task *task = recall("a");
	ck_assert_msg(!task->remembered, "%s", forged[_i]);
	ck_assert(!task_is_finished(task->condition));
	ck_assert_ptr_null(task->message);
	ck_assert_uint_eq(task->n_reasons + task->n_files, 0);
}
END_TEST

START_TEST(nor_is_a_file_that_others_can_change)
{
	static const char good[] =
	    HEAD("1") "{" FIXED
	              "\"condition\":\"succeeded\",\"token\":\"digest\",\"answer\":{}}\n";
	write_file(good, 0666);
	ck_assert(!recall("a")->remembered);
	write_file(good, 0620);
	ck_assert(!recall("a")->remembered);
	write_file(good, 0600); /* it is that alone */
	ck_assert(recall("a")->remembered);
}
END_TEST

/* An answer too long for the reader is not kept, and costs the history nothing. */
START_TEST(a_huge_answer_is_not_kept)
{
	char name[1500];
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	struct task *task = add("a");
	for (int i = 0; i < TASK_FILES_MAX; i++)
		ck_assert(task_add_file(task, "1234567", name));
	task->failed_files = TASK_FILES_MAX;
	add("b");
	tasks.items[1].condition = TASK_RUNNING;
	keep(&tasks.items[0], TASK_PARTIAL);
	ck_assert(!error_is_set(&notice));
	ck_assert(!recall("a")->remembered);
	task_list_clear(&tasks);
	task = add("b");
	struct history history = open_as("me", "digest");
	struct error err = ERROR_INIT;
	task->condition = TASK_RUNNING;
	ck_assert(history_update(&history, &tasks, NOON + 60, true,
	                         clock_steady() + PLENTY, &notice, &err));
	ck_assert_msg(!error_is_set(&notice), "%s", notice.text);
	ck_assert_double_eq(task->age, 60);
	history_clear(&history);
}
END_TEST

Suite *remember_suite(void)
{
	Suite *suite = suite_create("remember");
	TCase *tc = tcase_create("remember");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, finished_tasks_are_remembered, 0, TASK_N_CONDITIONS);
	tcase_add_test(tc, the_whole_answer_is);
	tcase_add_test(tc, nothing_else_is);
	tcase_add_test(tc, only_where_it_was_asked_for);
	tcase_add_test(tc, only_where_it_is_enough);
	tcase_add_test(tc, others_do_not_make_it_forget);
	tcase_add_loop_test(tc, a_task_that_runs_again_is_forgotten, 0, 2);
	tcase_add_test(tc, it_lasts);
	tcase_add_loop_test(tc, forged_answers_are_not_believed, 0,
	                    (int)ARRAY_LEN(forged));
	tcase_add_test(tc, nor_is_a_file_that_others_can_change);
	tcase_add_test(tc, a_huge_answer_is_not_kept);
	suite_add_tcase(suite, tc);
	return suite;
}
