#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "provider_stub.h"
#include "scratch.h"
#include "suites.h"
#include "task/history.h"
#include "task/history_room.h"
#include "task/statedir.h"

static const double PLENTY = 60;
static const int64_t NOON = 1800000000; /* some time; the tests' clock begins here */
#define DAY INT64_C(86400)

static struct stub own;
static struct history history;
static struct task_list tasks;
static struct error notice;

static void open_as(const char *account, const char *digest)
{
	struct error err = ERROR_INIT;
	ck_assert(history_init(&history, &stub_provider, &own, scratch_dir(),
	                       "https://stub.example", account, digest, &err));
}

static void setup(void)
{
	scratch_make();
	own = (struct stub){0};
	tasks = (struct task_list){NULL, 0, 0};
	notice = (struct error)ERROR_INIT;
	open_as("me", "digest");
}

static void teardown(void)
{
	history_clear(&history);
	task_list_clear(&tasks);
	scratch_remove();
}

/* A run: these tasks, as they were found. */
static struct task *found(const char *id, enum task_condition condition,
                          const char *status, double progress)
{
	struct error err = ERROR_INIT;
	ck_assert(task_list_add(&tasks, id, '=', &err));
	struct task *task = &tasks.items[tasks.n - 1];
	task_set(task, condition, NULL);
	task_text(&task->status, status);
	task->progress = progress;
	return task;
}

static void update_as(int64_t now, bool remember)
{
	struct error err = ERROR_INIT;
	error_clear(&notice);
	ck_assert_msg(history_update(&history, &tasks, now, remember,
	                             clock_steady() + PLENTY, &notice, &err),
	              "%s", err.text);
	ck_assert(!error_is_set(&err));
}

static void update(int64_t now)
{
	update_as(now, false);
	ck_assert_msg(!error_is_set(&notice), "%s", notice.text);
}

/* One run with one task; what the history said of it is left in *ret. */
static void see(int64_t now, enum task_condition condition, const char *status,
                double progress, double *ret_age, double *ret_stalled)
{
	task_list_clear(&tasks);
	found("a", condition, status, progress);
	update(now);
	*ret_age = tasks.items[0].age;
	*ret_stalled = tasks.items[0].stalled;
}

/* ------------------------------------------------------------------ age and stalled */

struct sight {
	int64_t after; /* seconds from NOON */
	enum task_condition condition;
	double progress;
	double age; /* what must be said then; NAN: nothing */
	double stalled;
};

enum { SIGHTS = 7 };
#define END                                                                              \
	{                                                                                \
		-1, TASK_INVALID, 0, 0, 0                                                \
	}

/* Each row is the story of one task, run after run. */
static const struct sight stories[][SIGHTS] = {
    /* it stands still */
    {{0, TASK_RUNNING, 50, 0, 0},
     {60, TASK_RUNNING, 50, 60, 60},
     {7200, TASK_RUNNING, 50, 7200, 7200},
     END},
    /* it moves */
    {{0, TASK_RUNNING, 10, 0, 0},
     {60, TASK_RUNNING, 20, 60, 0},
     {120, TASK_RUNNING, 20, 120, 60},
     {180, TASK_RUNNING, 20.5, 180, 0},
     END},
    /* it falls back to 0, which is a change as well, but no new task */
    {{0, TASK_RUNNING, 90, 0, 0},
     {60, TASK_RUNNING, 0, 60, 0},
     {120, TASK_RUNNING, 0, 120, 60},
     END},
    /* without progress the status counts alone */
    {{0, TASK_WAITING, NAN, 0, 0},
     {60, TASK_WAITING, NAN, 60, 60},
     {120, TASK_RUNNING, NAN, 120, 0},
     {180, TASK_RUNNING, NAN, 180, 60},
     {240, TASK_RUNNING, 5, 240, 0},
     END},
    /* what could not be asked changes nothing */
    {{0, TASK_RUNNING, 50, 0, 0},
     {60, TASK_UNREACHABLE, NAN, NAN, NAN},
     {120, TASK_INVALID, NAN, NAN, NAN},
     {180, TASK_DENIED, NAN, NAN, NAN},
     {240, TASK_RUNNING, 50, 240, 240},
     END},
    /* it was there before it could be asked */
    {{0, TASK_TIMEOUT, NAN, NAN, NAN}, {60, TASK_RUNNING, 5, 60, 0}, END},
    /* it ends, and is begun anew under the same id */
    {{0, TASK_RUNNING, 50, 0, 0},
     {60, TASK_FAILED, 0, NAN, NAN},
     {120, TASK_FAILED, 0, NAN, NAN},
     {180, TASK_RUNNING, 5, 0, 0},
     {240, TASK_RUNNING, 5, 60, 60},
     END},
    {{0, TASK_SUCCEEDED, 100, NAN, NAN},
     {60, TASK_UNREACHABLE, NAN, NAN, NAN},
     {120, TASK_WAITING, 0, 0, 0},
     END},
    /* the clock goes back: never a negative age */
    {{1000, TASK_RUNNING, 50, 0, 0},
     {400, TASK_RUNNING, 50, 0, 0},
     {500, TASK_RUNNING, 50, 100, 100},
     END},
    /* it was far ahead: the task is not hidden until that time comes */
    {{400 * DAY, TASK_RUNNING, 50, 0, 0},
     {0, TASK_RUNNING, 50, 0, 0},
     {3600, TASK_RUNNING, 50, 3600, 3600},
     END},
    /* only the last change lies ahead */
    {{0, TASK_RUNNING, 50, 0, 0},
     {1000 * DAY, TASK_RUNNING, 60, 1000.0 * DAY, 0},
     {60, TASK_RUNNING, 60, 60, 0},
     {120, TASK_RUNNING, 60, 120, 60},
     END},
    /* a pause of more than thirty days of a task that is asked about still */
    {{0, TASK_RUNNING, 50, 0, 0}, {40 * DAY, TASK_RUNNING, 50, 40 * DAY, 40 * DAY}, END},
};

static void check_seconds(double found_, double due)
{
	if (isnan(due))
		ck_assert(isnan(found_));
	else
		ck_assert_double_eq(found_, due);
}

START_TEST(stories_of_tasks)
{
	for (size_t i = 0; i < SIGHTS && stories[_i][i].after >= 0; i++) {
		const struct sight *sight = &stories[_i][i];
		char status[8];
		double age;
		double stalled;
		snprintf(status, sizeof status, "%d", (int)sight->condition);
		see(NOON + sight->after, sight->condition, status, sight->progress, &age,
		    &stalled);
		check_seconds(age, sight->age);
		check_seconds(stalled, sight->stalled);
	}
}
END_TEST

/* ------------------------------------------------------------------- other tasks */

START_TEST(other_tasks_are_kept)
{
	double age;
	double stalled;
	found("b", TASK_RUNNING, "1", 5);
	found("c", TASK_RUNNING, "1", 5);
	update(NOON);
	see(NOON + 100, TASK_RUNNING, "1", 1, &age, &stalled); /* without them */
	task_list_clear(&tasks);
	found("c", TASK_RUNNING, "1", 5);
	found("a", TASK_RUNNING, "1", 1);
	found("b", TASK_RUNNING, "1", 5);
	update(NOON + 200);
	ck_assert_double_eq(tasks.items[0].age, 200);
	ck_assert_double_eq(tasks.items[1].age, 100);
	ck_assert_double_eq(tasks.items[2].age, 200);
}
END_TEST

START_TEST(thirty_days_unseen_are_forgotten)
{
	double age;
	double stalled;
	found("b", TASK_RUNNING, "1", 5);
	update(NOON);
	see(NOON + 30 * DAY, TASK_RUNNING, "1", 1, &age, &stalled);
	char *text = scratch_read(history.path);
	ck_assert_ptr_nonnull(strstr(text, "\"id\":\"b\""));
	free(text);
	see(NOON + 30 * DAY + 1, TASK_RUNNING, "1", 1, &age, &stalled);
	text = scratch_read(history.path);
	ck_assert_ptr_null(strstr(text, "\"id\":\"b\""));
	ck_assert_ptr_nonnull(strstr(text, "\"id\":\"a\""));
	free(text);
}
END_TEST

START_TEST(accounts_have_files_of_their_own)
{
	double age;
	double stalled;
	see(NOON, TASK_RUNNING, "1", 1, &age, &stalled);
	history_clear(&history);
	open_as("another", "digest");
	see(NOON + 60, TASK_RUNNING, "1", 1, &age, &stalled);
	ck_assert_double_eq(age, 0);
}
END_TEST

/* Checks at once, each with its own task: none is lost. */
START_TEST(many_at_once_lose_nothing)
{
	enum { CHECKS = 6 };
	pid_t children[CHECKS];
	for (int i = 0; i < CHECKS; i++) {
		children[i] = fork();
		ck_assert_int_ge(children[i], 0);
		if (children[i] != 0)
			continue;
		char id[16];
		bool good = true;
		snprintf(id, sizeof id, "task%d", i);
		found(id, TASK_RUNNING, "1", 5);
		for (int round = 0; good && round < 10; round++) {
			struct error err = ERROR_INIT;
			good = history_update(&history, &tasks, NOON + round, false,
			                      clock_steady() + PLENTY, &notice, &err);
		}
		_exit(good && !error_is_set(&notice) ? 0 : 1);
	}
	for (int i = 0; i < CHECKS; i++) {
		int status;
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		ck_assert_int_eq(status, 0);
	}
	for (int i = 0; i < CHECKS; i++) {
		char id[16];
		snprintf(id, sizeof id, "task%d", i);
		found(id, TASK_RUNNING, "1", 5);
	}
	update(NOON + 100);
	for (int i = 0; i < CHECKS; i++)
		ck_assert_double_eq(tasks.items[i].age, 100);
}
END_TEST

START_TEST(ten_thousand_tasks)
{
	char id[16];
	for (int i = 0; i < TASK_MAX; i++) {
		snprintf(id, sizeof id, "task%d", (i * 7919) % TASK_MAX);
		found(id, TASK_RUNNING, "1", i % 100);
	}
	update(NOON);
	update(NOON + 60);
	for (size_t i = 0; i < tasks.n; i++) {
		ck_assert_double_eq(tasks.items[i].age, 60);
		ck_assert_double_eq(tasks.items[i].stalled, 60);
	}
}
END_TEST

/* Tasks come and go; what is kept has an end. */
START_TEST(entries_have_a_cap)
{
	char id[16];
	for (int run = 0; run < HISTORY_MAX / TASK_MAX + 1; run++) {
		ck_assert(!error_is_set(&notice));
		task_list_clear(&tasks);
		for (int i = 0; i < TASK_MAX; i++) {
			snprintf(id, sizeof id, "task%d-%d", run, i);
			found(id, TASK_RUNNING, "1", NAN);
		}
		update_as(NOON + run, false);
	}
	/* Those that had to go were somebody's. */
	ck_assert_ptr_nonnull(strstr(notice.text, "is full (50000 tasks)"));
	char *text = scratch_read(history.path);
	size_t lines = 0;
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	ck_assert_uint_le(lines, HISTORY_MAX + 1);
	ck_assert_ptr_nonnull(strstr(text, "\"id\":\"task5-9999\"")); /* of this run */
	ck_assert_ptr_null(strstr(text, "\"id\":\"task0-"));
	free(text);
	update(NOON + 10);
}
END_TEST

static double age_after(const char *id, int64_t now)
{
	task_list_clear(&tasks);
	found(id, TASK_RUNNING, "1", NAN);
	update(now);
	return tasks.items[0].age;
}

/* Room is made by those not seen for long, and the living keep their ages. */
START_TEST(a_full_history_forgets_the_stalest)
{
	char id[16];
	for (int run = 0; run < HISTORY_MAX / TASK_MAX; run++) {
		task_list_clear(&tasks);
		for (int i = 0; i < TASK_MAX; i++) {
			snprintf(id, sizeof id, "task%d-%d", run, i);
			found(id, TASK_RUNNING, "1", NAN);
		}
		update(NOON + run);
	}
	ck_assert_double_eq(age_after("a", NOON + 2 * DAY), 0);
	ck_assert_double_eq(age_after("b", NOON + 2 * DAY + 10), 0);
	ck_assert_double_eq(age_after("a", NOON + 2 * DAY + 20), 20);
	ck_assert_double_eq(age_after("b", NOON + 2 * DAY + 20), 10);
	ck_assert_double_eq(age_after("task4-0", NOON + 2 * DAY + 20), 2 * DAY + 16);
	ck_assert_double_eq(age_after("task0-0", NOON + 2 * DAY + 20), 0);
}
END_TEST

/* ------------------------------------------------------------------- broken files */

#define HEAD(n)                                                                          \
	"{\"format\":\"cloud-task-plugins history\",\"version\":1,\"tasks\":" n "}\n"
#define LINE                                                                             \
	"{\"id\":\"a\",\"first\":1700000000,\"changed\":1700000000,\"seen\":1700000000," \
	"\"condition\":\"running\",\"status\":\"1\",\"progress\":5}\n"

static const struct {
	const char *text;
	size_t n; /* 0: a string */
} broken[] = {
    {"", 0},
    {"\n", 0},
    {"garbage", 0},
    {"{}", 0},
    {"\0\0\0\0\0\0\0\0\0\0\0\0", 12}, /* what a crash of a file system leaves */
    {"{\"format\":\"another\",\"version\":1,\"tasks\":1}\n" LINE, 0},
    {"{\"format\":\"cloud-task-plugins history\",\"version\":2,\"tasks\":1}\n" LINE, 0},
    {"{\"format\":\"cloud-task-plugins history\",\"version\":1,\"tasks\":-1}\n" LINE, 0},
    {"{\"format\":\"cloud-task-plugins history\",\"version\":1}\n" LINE, 0},
    {"[]\n", 0},
    {HEAD("1"), 0},           /* cut short */
    {HEAD("2") LINE, 0},      /* cut at a line's end */
    {HEAD("1") LINE LINE, 0}, /* longer than its head says */
    {HEAD("0") LINE, 0},
    {HEAD("1") "{\"id\":\"a\",\"first\":17", 0},
    {HEAD("1") "not JSON\n", 0},
    {HEAD("1") "[]\n", 0},
    {HEAD("1") "{}\n", 0},
    {HEAD("1") "{\"id\":5,\"first\":1,\"changed\":1,\"seen\":1,\"condition\":\"running\"}"
               "\n",
     0},
    {HEAD("1") "{\"id\":\"a\",\"first\":\"1\",\"changed\":1,\"seen\":1,\"condition\":"
               "\"running\"}\n",
     0},
    {HEAD("1") "{\"id\":\"a\",\"first\":-1,\"changed\":1,\"seen\":1,\"condition\":"
               "\"running\"}\n",
     0},
    {HEAD("1") "{\"id\":\"a\",\"first\":1.5,\"changed\":1,\"seen\":1,\"condition\":"
               "\"running\"}\n",
     0},
    {HEAD("1") "{\"id\":\"a\",\"first\":1,\"changed\":1,\"condition\":\"running\"}\n", 0},
    {HEAD("1") "{\"id\":\"a\",\"first\":1,\"changed\":1,\"seen\":1,\"condition\":"
               "\"happy\"}\n",
     0},
    {HEAD("1") "{\"id\":\"a\",\"first\":1,\"changed\":1,\"seen\":1}\n", 0},
    {HEAD("2") LINE "\xFF\xFE\n", 0},
};

/* Said once, set aside, and from then on all is well. */
START_TEST(broken_files_are_set_aside)
{
	size_t n = broken[_i].n ? broken[_i].n : strlen(broken[_i].text);
	const char *name = strrchr(history.path, '/') + 1;
	scratch_write_bytes(name, broken[_i].text, n, 0600);
	found("a", TASK_RUNNING, "1", 5);
	history_recall(&history, &tasks);
	ck_assert(!tasks.items[0].remembered);
	task_set(&tasks.items[0], TASK_RUNNING, NULL);
	update_as(NOON, true);
	ck_assert_ptr_nonnull(strstr(notice.text, "set aside"));
	ck_assert_double_eq(tasks.items[0].age, 0); /* nothing of it is believed */
	char bad[600];
	snprintf(bad, sizeof bad, "%s.bad", history.path);
	ck_assert_int_eq(access(bad, F_OK), 0);
	update(NOON + 60);
	ck_assert_double_eq(tasks.items[0].age, 60);
}
END_TEST

START_TEST(a_file_of_another_age_is_read)
{
	const char *name = strrchr(history.path, '/') + 1;
	scratch_write(name, HEAD("1") LINE, 0600);
	found("a", TASK_RUNNING, "1", 5);
	update(NOON);
	ck_assert_double_eq(tasks.items[0].age, (double)(NOON - 1700000000));
}
END_TEST

/* Two lines of one task, times that lie outside all sense: no fall, no leak. */
START_TEST(odd_files_do_no_harm)
{
	static const char answered[] =
	    "{\"id\":\"a\",\"first\":9223372036854775807,\"changed\":0,\"seen\":"
	    "9223372036854775807,\"condition\":\"succeeded\",\"token\":\"digest\","
	    "\"answer\":{}}\n";
	char text[2000];
	const char *name = strrchr(history.path, '/') + 1;
	snprintf(text, sizeof text, HEAD("3") "%s%s%s", answered, LINE, answered);
	scratch_write(name, text, 0600);
	found("a", TASK_RUNNING, "1", 5);
	found("b", TASK_RUNNING, "1", 5);
	update_as(NOON, true);
	ck_assert_double_eq(tasks.items[0].age, 0);
	ck_assert_double_eq(tasks.items[1].age, 0);
	update_as(NOON + 60, true);
	ck_assert_double_eq(tasks.items[1].age, 60);
}
END_TEST

/* A status that is cut in the middle of a character must not stop all writing. */
START_TEST(a_long_status_of_a_file)
{
	char text[2000];
	const char *name = strrchr(history.path, '/') + 1;
	snprintf(
	    text, sizeof text,
	    HEAD(
	        "1") "{\"id\":\"a\",\"first\":1700000000,\"changed\":1700000000,"
	             "\"seen\":1800000000,\"condition\":\"invalid\",\"status\":\"%s\"}\n",
	    "x源源源源源源源源源源源源源源源源源源源源源源源源源源源源源源");
	scratch_write(name, text, 0600);
	found("a", TASK_UNREACHABLE, NULL, NAN);
	update(NOON);
	update(NOON + 60);
}
END_TEST

/* ------------------------------------------------------------- what cannot be used */

static bool try_update(double deadline, struct error *err)
{
	return history_update(&history, &tasks, NOON + 500, true, deadline, &notice, err);
}

START_TEST(a_lock_that_is_held)
{
	double age;
	double stalled;
	see(NOON, TASK_RUNNING, "1", 5, &age, &stalled);
	int ready[2];
	ck_assert_int_eq(pipe(ready), 0);
	int until[2];
	ck_assert_int_eq(pipe(until), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct statedir_lock lock;
		struct error err = ERROR_INIT;
		char byte = 'x';
		close(until[1]);
		if (!statedir_lock(history.path, clock_steady() + PLENTY, &lock, &err))
			_exit(1);
		if (write(ready[1], &byte, 1) == 1)
			(void)!read(until[0], &byte, 1);
		_exit(0);
	}
	close(until[0]);
	char byte;
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	struct error err = ERROR_INIT;
	ck_assert(!try_update(clock_steady() + 0.2, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "held by another check"));
	/* What the file says of a hanging task counts all the same. */
	ck_assert_double_eq(tasks.items[0].age, 500);
	ck_assert_double_eq(tasks.items[0].stalled, 500);
	close(until[1]);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(a_file_of_wrong_mode)
{
	double age;
	double stalled;
	see(NOON, TASK_RUNNING, "1", 5, &age, &stalled);
	char *before = scratch_read(history.path);
	scratch_write(strrchr(history.path, '/') + 1, before, 0666);
	struct error err = ERROR_INIT;
	ck_assert(!try_update(clock_steady() + PLENTY, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "other users"));
	char *after = scratch_read(history.path);
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(a_directory_that_is_gone)
{
	found("a", TASK_RUNNING, "1", 5);
	free(history.path);
	history.path = strdup(scratch_path("none/history.json"));
	struct error err = ERROR_INIT;
	history_recall(&history, &tasks);
	task_set(&tasks.items[0], TASK_RUNNING, NULL);
	ck_assert(!try_update(clock_steady() + PLENTY, &err));
	ck_assert(error_is_set(&err));
}
END_TEST

static TCase *ages(void)
{
	TCase *tc = tcase_create("ages");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, stories_of_tasks, 0, (int)ARRAY_LEN(stories));
	tcase_add_test(tc, other_tasks_are_kept);
	tcase_add_test(tc, thirty_days_unseen_are_forgotten);
	tcase_add_test(tc, accounts_have_files_of_their_own);
	tcase_add_test(tc, many_at_once_lose_nothing);
	tcase_add_test(tc, ten_thousand_tasks);
	tcase_add_test(tc, entries_have_a_cap);
	tcase_add_test(tc, a_full_history_forgets_the_stalest);
	return tc;
}

Suite *history_suite(void)
{
	Suite *suite = suite_create("history");
	suite_add_tcase(suite, ages());
	TCase *tc = tcase_create("files");
	tcase_set_timeout(tc, 2 * PLENTY);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, broken_files_are_set_aside, 0, (int)ARRAY_LEN(broken));
	tcase_add_test(tc, a_file_of_another_age_is_read);
	tcase_add_test(tc, odd_files_do_no_harm);
	tcase_add_test(tc, a_long_status_of_a_file);
	tcase_add_test(tc, a_lock_that_is_held);
	tcase_add_test(tc, a_file_of_wrong_mode);
	tcase_add_test(tc, a_directory_that_is_gone);
	suite_add_tcase(suite, tc);
	return suite;
}
