#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report_sample.h"
#include "suites.h"

/* Checkmk's local checks and the Prometheus text format. */

static struct sample sample;

static void setup(void)
{
	sample_init(&sample);
}

static void teardown(void)
{
	sample_clear(&sample);
}

static void check_has(const char *writer, const char *part)
{
	const char *text = sample_write(&sample, writer);
	ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in\n%s", part, text);
}

static const char *const odd[] = {"a \"b\" c", "back\\slash\\n", "line\nbreak",
                                  "\r",        "pipe|semi;",     "\xFF\xFE",
                                  "源文件",    "\x1B[31m"};

static void add_odd(const char *text)
{
	char label[300];
	size_t n = 0;
	for (const char *c = text; *c; c++) /* what a label may hold */
		if ((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7F)
			label[n++] = *c;
	label[n] = '\0';
	char id[400];
	snprintf(id, sizeof id, "a=%s", n ? label : "x");
	struct task *task = sample_add(&sample, id, TASK_FAILED);
	task_set(task, TASK_FAILED, "%s", text);
	ck_assert(task_add_reason(task, text));
}

/* ------------------------------------------------------------------------ checkmk */

/* STATE "NAME" METRICS TEXT, and nothing else on a line. */
static void check_local_line(const char *line, size_t n)
{
	ck_assert_msg(n > 5 && line[0] >= '0' && line[0] <= '3' && line[1] == ' ' &&
	                  line[2] == '"',
	              "%.*s", (int)n, line);
	const char *quote = memchr(line + 3, '"', n - 3);
	ck_assert_ptr_nonnull(quote);
	ck_assert_int_eq(quote[1], ' ');
	const char *metrics = quote + 2;
	size_t len = strcspn(metrics, " ");
	ck_assert_uint_gt(len, 0);
	ck_assert_msg((len == 1 && *metrics == '-') || memchr(metrics, '=', len), "%.*s",
	              (int)n, line);
	ck_assert(!memchr(metrics + len, '|', n - (size_t)(metrics + len - line)));
	ck_assert(!memchr(metrics + len, '\\', n - (size_t)(metrics + len - line)));
}

static size_t check_local_lines(void)
{
	const char *text = sample_write(&sample, "checkmk");
	size_t lines = 0;
	ck_assert(utf8_valid(text, strlen(text)));
	for (const char *at = text; *at; lines++) {
		size_t n = strcspn(at, "\n");
		ck_assert_int_eq(at[n], '\n');
		check_local_line(at, n);
		at += n + 1;
	}
	return lines;
}

START_TEST(a_service_a_task)
{
	struct task *task = sample_add(&sample, "1=photos", TASK_RUNNING);
	task->progress = 42;
	task->age = 7500;
	sample_add(&sample, "2", TASK_FAILED);
	ck_assert_uint_eq(check_local_lines(), 3); /* and the run's own */
	check_has("checkmk",
	          "photos\" progress=42|age=7500 photos running for 2h 5m, 42%\n");
	const char *text = sample_write(&sample, "checkmk");
	ck_assert_int_eq(text[0], '2'); /* the run is as bad as its worst */
}
END_TEST

/* Checkmk would keep the last line of a name alone, so names are told apart by the id as
   they are written, not as they were given. */
START_TEST(one_name_for_two_tasks)
{
	sample_add(&sample, "1=a \"b\"", TASK_FAILED);
	sample_add(&sample, "2=same", TASK_RUNNING);
	sample_add(&sample, "3=a 'b'", TASK_RUNNING);
	sample_add(&sample, "4=a b", TASK_RUNNING);
	sample_add(&sample, "5=same", TASK_RUNNING);
	ck_assert_uint_eq(check_local_lines(), 6);
	check_has("checkmk", "\n2 \"STUB a _b_ (1)\" ");
	check_has("checkmk", "\n0 \"STUB same (2)\" ");
	check_has("checkmk", "\n0 \"STUB a _b_ (3)\" ");
	check_has("checkmk", "\n0 \"STUB a b\" ");
	check_has("checkmk", "\n0 \"STUB same (5)\" ");
}
END_TEST

START_TEST(a_run_that_could_not_be_made)
{
	sample.report.error = "no access token";
	sample.report.state = MP_UNKNOWN;
	ck_assert_uint_eq(check_local_lines(), 1);
	check_has("checkmk", "3 \"");
	check_has("checkmk", " - no access token\n");
}
END_TEST

START_TEST(local_lines_hold_their_shape)
{
	add_odd(odd[_i]);
	ck_assert_uint_eq(check_local_lines(), 2);
}
END_TEST

/* -------------------------------------------------------------------- openmetrics */

/* name{label="value",...} number: quotes, escapes and all. */
static void check_sample_line(const char *line, size_t n)
{
	const char *end = line + n;
	const char *at = line + strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	ck_assert_msg(at > line && *at == '{', "%.*s", (int)n, line);
	bool quoted = false;
	for (at++; at < end && (quoted || *at != '}'); at++) {
		if (quoted && *at == '\\') {
			at++;
			ck_assert_msg(*at == '\\' || *at == '"' || *at == 'n', "%.*s",
			              (int)n, line);
		} else if (*at == '"') {
			quoted = !quoted;
		}
	}
	ck_assert_msg(at < end && at[1] == ' ', "%.*s", (int)n, line);
	ck_assert_msg(strspn(at + 2, "0123456789.-") == (size_t)(end - at - 2), "%.*s",
	              (int)n, line);
	ck_assert(end - at > 2);
}

static void check_metrics(void)
{
	const char *text = sample_write(&sample, "openmetrics");
	size_t len = strlen(text);
	ck_assert(utf8_valid(text, len));
	ck_assert_str_eq(text + len - 6, "# EOF\n");
	for (const char *at = text; *at;) {
		size_t n = strcspn(at, "\n");
		if (*at != '#')
			check_sample_line(at, n);
		at += n + 1;
	}
}

/* Each family stands once, in one piece. */
static void check_families(void)
{
	const char *text = sample_write(&sample, "openmetrics");
	for (const char *at = strstr(text, "# TYPE "); at;
	     at = strstr(at + 1, "# TYPE ")) {
		char head[100];
		size_t n = strcspn(at, "\n");
		ck_assert_uint_lt(n, sizeof head);
		memcpy(head, at, n + 1);
		head[n + 1] = '\0';
		ck_assert_msg(!strstr(at + n, head), "%s", head);
		size_t name = strcspn(at + 7, " ");
		ck_assert_int_eq(strncmp(at + n + 1, at + 7, name), 0);
		ck_assert_int_eq(at[n + 1 + name], '{');
	}
}

START_TEST(families)
{
	struct task *task = sample_add(&sample, "1=photos", TASK_RUNNING);
	task->progress = 42.5;
	task->age = 7500;
	sample_add(&sample, "2", TASK_FAILED)->failed_files = 3;
	sample.token = 3600;
	check_metrics();
	check_families();
	check_has("openmetrics", "cloud_task_run_state{plugin=\"check_stub\"} 2\n");
	check_has("openmetrics", "cloud_task_run_tasks{plugin=\"check_stub\",condition="
	                         "\"running\"} 1\n");
	check_has("openmetrics", "cloud_task_run_tasks{plugin=\"check_stub\",condition="
	                         "\"denied\"} 0\n");
	check_has("openmetrics",
	          "{plugin=\"check_stub\",task=\"1\",label=\"photos\"} 42.5\n");
	check_has("openmetrics",
	          "cloud_task_state{plugin=\"check_stub\",task=\"2\",label="
	          "\"2\"} 2\n");
	check_has("openmetrics", "condition=\"failed\"} 1\n");
	check_has("openmetrics",
	          "cloud_task_token_seconds{plugin=\"check_stub\"} 3600\n");
}
END_TEST

START_TEST(errors_have_a_state)
{
	sample.report.error = "no access token";
	sample.report.state = MP_UNKNOWN;
	check_metrics();
	check_has("openmetrics", "cloud_task_run_state{plugin=\"check_stub\"} 3\n");
}
END_TEST

START_TEST(labels_are_escaped)
{
	add_odd(odd[_i]);
	check_metrics();
	if (_i == 0)
		check_has("openmetrics", "label=\"a \\\"b\\\" c\"");
	if (_i == 1)
		check_has("openmetrics", "label=\"back\\\\slash\\\\n\"");
}
END_TEST

START_TEST(what_is_not_known_has_no_sample)
{
	sample_add(&sample, "1", TASK_TIMEOUT);
	check_metrics();
	const char *text = sample_write(&sample, "openmetrics");
	ck_assert_ptr_null(strstr(text, "nan"));
	ck_assert_ptr_null(strstr(text, "age_seconds"));
	ck_assert_ptr_null(strstr(text, "failed_files"));
}
END_TEST

START_TEST(writers_have_names)
{
	ck_assert_ptr_eq(report_writer_find("nagios"), report_writer_default());
	ck_assert_ptr_null(report_writer_find(""));
	ck_assert_ptr_null(report_writer_find("Nagios"));
	ck_assert_ptr_null(report_writer_find("nagios|json"));
}
END_TEST

START_TEST(notices_beyond_the_room_still_count)
{
	for (int i = 0; i < REPORT_NOTICES_MAX; i++)
		report_notice(&sample.report, MP_OK, "word");
	ck_assert_int_eq(sample.report.state, MP_OK);
	report_notice(&sample.report, MP_UNKNOWN, "one more");
	ck_assert_int_eq(sample.report.state, MP_UNKNOWN);
	ck_assert_uint_eq(sample.report.n_notices, REPORT_NOTICES_MAX);
}
END_TEST

Suite *report_others_suite(void)
{
	Suite *suite = suite_create("report_others");
	TCase *tc = tcase_create("others");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_service_a_task);
	tcase_add_test(tc, one_name_for_two_tasks);
	tcase_add_test(tc, a_run_that_could_not_be_made);
	tcase_add_loop_test(tc, local_lines_hold_their_shape, 0, (int)ARRAY_LEN(odd));
	tcase_add_test(tc, families);
	tcase_add_test(tc, errors_have_a_state);
	tcase_add_loop_test(tc, labels_are_escaped, 0, (int)ARRAY_LEN(odd));
	tcase_add_test(tc, what_is_not_known_has_no_sample);
	tcase_add_test(tc, writers_have_names);
	tcase_add_test(tc, notices_beyond_the_room_still_count);
	suite_add_tcase(suite, tc);
	return suite;
}
