#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "report_sample.h"
#include "suites.h"

/* The nagios form: what a pager shows. */

enum { OUTPUT_MAX = 4096 };

static struct sample sample;

static void setup(void)
{
	sample_init(&sample);
}

static void teardown(void)
{
	sample_clear(&sample);
}

static const char *written(void)
{
	return sample_write(&sample, "nagios");
}

static void check_has(const char *part)
{
	ck_assert_msg(strstr(written(), part) != NULL, "\"%s\" is not in\n%s", part,
	              written());
}

static void check_has_not(const char *part)
{
	ck_assert_msg(!strstr(written(), part), "\"%s\" is in\n%s", part, written());
}

static size_t count(const char *text, char c)
{
	size_t n = 0;
	for (; *text; text++)
		n += *text == c;
	return n;
}

/* What must hold whatever the input was. */
static void check_shape(void)
{
	const char *text = written();
	size_t n = strlen(text);
	size_t first = strcspn(text, "\n");
	ck_assert_uint_le(n, OUTPUT_MAX);
	ck_assert_uint_gt(first, 0);
	ck_assert_msg(utf8_valid(text, n), "%s", text);
	ck_assert_int_eq(text[n - 1], '\n');
	ck_assert_msg(count(text, '|') == (sample.report.error ? 0 : 1), "%s", text);
	if (!sample.report.error) {
		size_t bar = strcspn(text, "|");
		ck_assert_uint_lt(bar, first);
		/* ";" begins a comment in the first line's text for some engines. */
		ck_assert_uint_eq(strcspn(text, ";") < bar, 0);
		ck_assert_ptr_nonnull(strstr(text + bar, "tasks="));
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_msg((unsigned char)text[i] >= 0x20 || text[i] == '\n',
		              "%d at %zu", text[i], i);
}

/* ------------------------------------------------------------------- the first line */

START_TEST(one_task)
{
	struct task *task = sample_add(&sample, "403316=logos", TASK_RUNNING);
	task->age = 7500;
	task->progress = 42;
	check_has("STUB OK - logos running for 2h 5m, 42% | tasks=1");
	check_shape();
}
END_TEST

START_TEST(the_reason_is_in_the_first_line)
{
	sample_add(&sample, "a", TASK_SUCCEEDED);
	sample_add(&sample, "b", TASK_RUNNING);
	task_set(sample_add(&sample, "photos-2024", TASK_FAILED), TASK_FAILED,
	         "源文件不存在");
	const char *text = written();
	ck_assert_int_eq(strncmp(text,
	                         "STUB CRITICAL - photos-2024 failed: 源文件不存在 "
	                         "(1 of 3 tasks failed, 1 running, 1 succeeded) | ",
	                         100),
	                 0);
	check_shape();
}
END_TEST

START_TEST(no_tasks)
{
	check_has("STUB UNKNOWN - no tasks to check");
	check_has(" | tasks=0");
	sample.map.empty = MP_OK;
	check_has("STUB OK - no tasks to check");
	check_shape();
}
END_TEST

START_TEST(all_is_well)
{
	for (int i = 0; i < 3; i++)
		sample_add(&sample, "x", TASK_SUCCEEDED);
	sample_add(&sample, "y", TASK_WAITING);
	check_has("STUB OK - 4 tasks: 1 waiting, 3 succeeded | ");
	check_shape();
}
END_TEST

START_TEST(an_error_of_the_run)
{
	sample.report.error = "--map: 'x' is no condition | nor; is\nthis";
	sample.report.state = MP_UNKNOWN;
	check_has("STUB UNKNOWN - --map: 'x' is no condition / nor, is this\n");
	check_shape();
}
END_TEST

START_TEST(notices_and_alerts)
{
	sample_add(&sample, "a", TASK_SUCCEEDED);
	sample_limit(&sample, "token=3d:", NULL);
	sample.token = 3600;
	sample_judge(&sample);
	report_notice(&sample.report, MP_UNKNOWN, "the state directory is gone");
	sample.judged = true;
	check_has("STUB WARNING - token 1h is under 3d - the state directory is gone - a "
	          "succeeded");
	check_shape();
}
END_TEST

START_TEST(the_worst_comes_first)
{
	static const enum task_condition order[] = {
	    TASK_SUCCEEDED, TASK_DENIED, TASK_PARTIAL, TASK_FAILED, TASK_RETRYING};
	static const char *const names[] = {"good", "dark", "less", "lost", "again"};
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		sample_add(&sample, names[i], order[i]);
	const char *text = written();
	const char *lines = strchr(text, '\n');
	const char *at = lines;
	static const char *const due[] = {"[CRITICAL] lost", "[WARNING] less",
	                                  "[WARNING] again", "[UNKNOWN] dark"};
	for (size_t i = 0; i < ARRAY_LEN(due); i++) {
		const char *found = strstr(lines, due[i]);
		ck_assert_msg(found && found > at, "%s\n%s", due[i], text);
		at = found;
	}
	check_has_not("[OK] good"); /* said only where it is asked for */
	sample.report.verbose = 1;
	check_has("[OK] good");
	check_shape();
}
END_TEST

/* Of tasks that are equally bad, one that failed is told first, then the given order. */
START_TEST(failed_comes_before_late)
{
	sample_limit(&sample, NULL, "age=1h");
	sample_add(&sample, "late", TASK_RUNNING)->age = 7200;
	sample_add(&sample, "lost", TASK_FAILED);
	sample_add(&sample, "late2", TASK_RUNNING)->age = 7200;
	sample_add(&sample, "lost2", TASK_FAILED);
	check_has("STUB CRITICAL - lost failed (2 of 4 tasks failed, 2 running) | ");
	check_has("\n[CRITICAL] lost: failed\n[CRITICAL] lost2: failed\n[CRITICAL] late: "
	          "running for 2h (age 2h is over 1h)\n[CRITICAL] late2: ");
	check_shape();
}
END_TEST

START_TEST(the_lines_of_a_task)
{
	struct task *task = sample_add(&sample, "42=photos", TASK_PARTIAL);
	task_text(&task->status, "2");
	task_text(&task->trace, "9c4e-1");
	task_set(task, TASK_PARTIAL, "12 files were not copied");
	task->failed_files = 12;
	ck_assert(task_add_file(task, "1234", "a.jpg") &&
	          task_add_file(task, "1235", "图|\n.png"));
	check_has("\n[WARNING] photos (42): partial, status 2: 12 files were not copied "
	          "(trace 9c4e-1)\n");
	check_has("\n  failed file: a.jpg (fileId 1234)\n");
	check_has("\n  failed file: 图/ .png (fileId 1235)\n");
	check_has("\n  ... and 10 more failed files\n");
	check_shape();
}
END_TEST

START_TEST(reasons_are_told)
{
	struct task *task = sample_add(&sample, "a", TASK_FAILED);
	ck_assert(task_add_reason(task, "first | reason") &&
	          task_add_reason(task, "second"));
	check_has("\n  reason: first / reason\n  reason: second\n");
	check_has("failed: first / reason");
	check_shape();
}
END_TEST

START_TEST(remembered_is_told)
{
	sample_add(&sample, "a", TASK_FAILED)->remembered = true;
	check_has("a failed (remembered)");
}
END_TEST

/* --------------------------------------------------------------------- perfdata */

START_TEST(perfdata)
{
	struct task *task = sample_add(&sample, "a", TASK_RUNNING);
	task->age = 25320;
	task->progress = 42.5;
	task->time = 0.25;
	sample_limit(&sample, "age=8h", "age=1d");
	sample_limit(&sample, "progress=10:", NULL);
	sample_limit(&sample, "failed=@1:2", NULL);
	const char *text = written();
	const char *bar = strchr(text, '|');
	ck_assert_ptr_nonnull(bar);
	ck_assert_ptr_nonnull(strstr(bar, " tasks=1;;;0"));
	ck_assert_ptr_nonnull(strstr(bar, " failed=0;;;0")); /* no "@" in perfdata */
	ck_assert_ptr_nonnull(strstr(bar, " unfinished=1;;;0"));
	ck_assert_ptr_nonnull(strstr(bar, " unknown=0;;;0"));
	ck_assert_ptr_nonnull(strstr(bar, " time=0.25s;;;0"));
	ck_assert_ptr_nonnull(strstr(bar, " progress=42.5%;10:;;0;100"));
	ck_assert_ptr_nonnull(strstr(bar, " age=25320s;28800;86400;0"));
	ck_assert_ptr_null(strstr(bar, "stalled="));
	ck_assert_ptr_null(strstr(bar, "token="));
	ck_assert_ptr_null(strstr(text, "nan"));
	check_shape();
}
END_TEST

/* All labels are there for each run, so that graphs have no holes. */
START_TEST(counts_are_always_there)
{
	static const char *const labels[] = {
	    " tasks=",   " failed=",   " unfinished=", " succeeded=", " waiting=",
	    " running=", " retrying=", " partial=",    " unknown="};
	sample_add(&sample, "a", (enum task_condition)_i);
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		check_has(labels[i]);
	check_shape();
}
END_TEST

/* ------------------------------------------------------------------ the 4096 bytes */

static void fill(char *text, size_t n, const char *unit)
{
	size_t len = strlen(unit);
	size_t at = 0;
	for (; at + len < n; at += len)
		memcpy(text + at, unit, len);
	text[at] = '\0';
}

/* One of them turns the direction of writing. */
/* NOLINTBEGIN(misc-misleading-bidirectional) */
static const char *const units[] = {"x",  "源",    "|",    ";",
                                    "\n", "\x01",  "\xFF", "\xF0\x9F\x9A\x80",
                                    "a ", "' \" ", "%s%n", "\xE2\x80\xAE x"};
/* NOLINTEND(misc-misleading-bidirectional) */

/* Huge and odd texts everywhere. */
START_TEST(never_longer_than_engines_take)
{
	static char text[3 * TASK_MESSAGE_MAX];
	char id[64];
	fill(text, sizeof text, units[_i]);
	for (int i = 0; i < 300; i++) {
		snprintf(id, sizeof id, "task%d", i);
		struct task *task =
		    sample_add(&sample, id, (enum task_condition)(i % 12));
		task_set(task, task->condition, "%s", text);
		task_text(&task->status, text);
		task_text(&task->trace, text);
		for (int j = 0; j < 3; j++)
			ck_assert(task_add_reason(task, text) &&
			          task_add_file(task, text, text));
		task->failed_files = 9223372036854775807LL;
		task->age = task->stalled = task->time = 1e15;
		task->progress = 33.333333;
	}
	sample_limit(&sample, "age=@-999999999999999849005056:-99999999999999971472732",
	             NULL);
	report_notice(&sample.report, MP_UNKNOWN, text);
	report_notice(&sample.report, MP_UNKNOWN, text);
	sample.report.verbose = 2;
	sample.report.trace = text;
	sample.token = 1e15;
	check_shape();
	/* The perfdata is whole: its last item is there. */
	const char *bar = strchr(written(), '|');
	ck_assert_ptr_nonnull(bar);
	ck_assert_ptr_nonnull(strstr(bar, " token=1000000000000000s"));
	check_has("STUB CRITICAL - ");
}
END_TEST

/* The longest ranges that can be given, for every metric. */
START_TEST(long_thresholds_cut_nothing)
{
	static const char *const metrics[] = {"age",          "stalled", "progress",
	                                      "failed_files", "failed",  "unfinished",
	                                      "time",         "token"};
	static char message[2000];
	fill(message, sizeof message, "源");
	struct task *task = sample_add(&sample, "a", TASK_RUNNING);
	task_set(task, TASK_RUNNING, "%s", message);
	task->age = task->stalled = task->time = task->progress = 999999999999.123456;
	task->failed_files = 999999999999;
	sample.token = 999999999999.123456;
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
		char spec[128];
		snprintf(spec, sizeof spec, "%s=-4503599627370495.5:%s", metrics[i],
		         "4503599627370495.5");
		sample_limit(&sample, spec, spec);
	}
	check_shape();
	check_has("token=999999999999.123413s;-4503599627370495.5:4503599627370495.5;-"
	          "4503599627370495.5:4503599627370495.5;0");
}
END_TEST

START_TEST(what_does_not_fit_is_counted)
{
	char id[64];
	for (int i = 0; i < 500; i++) {
		snprintf(id, sizeof id, "task%d", i);
		task_set(sample_add(&sample, id, TASK_FAILED), TASK_FAILED, "reason %d",
		         i);
	}
	check_shape();
	const char *text = written();
	const char *more = strstr(text, "\n... and ");
	ck_assert_msg(more != NULL, "%s", text);
	size_t shown = 0;
	for (const char *at = strstr(text, "\n[CRITICAL] "); at;
	     at = strstr(at + 1, "\n[CRITICAL] "))
		shown++;
	ck_assert_uint_gt(shown, 20);
	ck_assert_int_eq(strtol(more + 9, NULL, 10), 500 - (long)shown);
	ck_assert_str_eq(strchr(more + 9, ' '), " more\n");
}
END_TEST

/* Each task has its line before the first one's files take the room, and what was lost
   stands below its own task. */
START_TEST(lost_files_push_no_task_out)
{
	char text[64];
	for (int i = 10; i < 30; i++) {
		snprintf(text, sizeof text, "task%d", i);
		struct task *task = sample_add(&sample, text, TASK_FAILED);
		for (int j = 10; j < 60; j++) {
			snprintf(text, sizeof text, "a file of task%d.jpg", i);
			ck_assert(task_add_file(task, "12345", text));
		}
		task->failed_files = 5000;
	}
	check_shape();
	const char *at = written();
	ck_assert_uint_gt(strlen(at), OUTPUT_MAX - 120); /* the room is used */
	size_t named = 0;
	for (int i = 10; i < 30; i++) {
		snprintf(text, sizeof text,
		         "\n[CRITICAL] task%d: failed, 5000 failed files\n", i);
		at = strstr(at, text);
		ck_assert_msg(at != NULL, "%s in\n%s", text, written());
		at += strlen(text) - 1;
		size_t n = 0;
		snprintf(text, sizeof text,
		         "\n  failed file: a file of task%d.jpg (fileId 12345)", i);
		for (; strncmp(at, text, strlen(text)) == 0; at += strlen(text))
			n++;
		snprintf(text, sizeof text, "\n  ... and %zu more failed files",
		         5000 - n);
		ck_assert_msg(n == 0 || strncmp(at, text, strlen(text)) == 0, "%s", at);
		named += n;
	}
	ck_assert_uint_gt(named, 20);
	check_has_not("more\n");
}
END_TEST

/* The worst task's files are told as far as they fit, even if not all do. */
START_TEST(one_huge_task)
{
	struct task *task = sample_add(&sample, "a", TASK_PARTIAL);
	for (int i = 0; i < 100; i++)
		ck_assert(task_add_file(task, "12345", "a name of some length.jpg"));
	task->failed_files = 5000;
	sample_add(&sample, "b", TASK_DENIED);
	check_shape();
	check_has("\n[WARNING] a: partial");
	check_has("\n  failed file: a name");
	check_has(" more failed files\n[UNKNOWN] b: denied\n");
}
END_TEST

START_TEST(requests_are_told_with_vv)
{
	sample_add(&sample, "a", TASK_SUCCEEDED);
	sample.report.trace = "GET https://h/x?a|b 200\nGET https://h/y 503\n";
	check_has_not("GET");
	sample.report.verbose = 1;
	check_has_not("GET");
	sample.report.verbose = 2;
	check_has("\nGET https://h/x?a/b 200\nGET https://h/y 503\n");
	check_shape();
}
END_TEST

static TCase *limits(void)
{
	TCase *tc = tcase_create("limits");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, never_longer_than_engines_take, 0, (int)ARRAY_LEN(units));
	tcase_add_test(tc, long_thresholds_cut_nothing);
	tcase_add_test(tc, what_does_not_fit_is_counted);
	tcase_add_test(tc, lost_files_push_no_task_out);
	tcase_add_test(tc, one_huge_task);
	tcase_add_test(tc, requests_are_told_with_vv);
	return tc;
}

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *tc = tcase_create("nagios");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_task);
	tcase_add_test(tc, the_reason_is_in_the_first_line);
	tcase_add_test(tc, no_tasks);
	tcase_add_test(tc, all_is_well);
	tcase_add_test(tc, an_error_of_the_run);
	tcase_add_test(tc, notices_and_alerts);
	tcase_add_test(tc, the_worst_comes_first);
	tcase_add_test(tc, failed_comes_before_late);
	tcase_add_test(tc, the_lines_of_a_task);
	tcase_add_test(tc, reasons_are_told);
	tcase_add_test(tc, remembered_is_told);
	tcase_add_test(tc, perfdata);
	tcase_add_loop_test(tc, counts_are_always_there, 0, TASK_N_CONDITIONS);
	suite_add_tcase(suite, tc);
	suite_add_tcase(suite, limits());
	return suite;
}
