#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report_sample.h"
#include "suites.h"

/* The shape of the JSON form: part 5 of the design. */

static const double LARGEST = 9007199254740992.0; /* 2^53 */

static struct sample sample;
static json_t *root;

static void setup(void)
{
	sample_init(&sample);
	root = NULL;
}

static void teardown(void)
{
	json_decref(root);
	sample_clear(&sample);
}

/* Numbers, texts, and what they are in; nothing that breaks an item. */
static void check_value(json_t *value, const char *name)
{
	const char *key;
	json_t *member;
	size_t i;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_object_foreach(value, key, member) check_value(member, key);
		break;
	case JSON_ARRAY:
		json_array_foreach(value, i, member) check_value(member, name);
		break;
	case JSON_STRING:
		break;
	case JSON_INTEGER:
		ck_assert_msg(fabs((double)json_integer_value(value)) <= LARGEST, "%s",
		              name);
		break;
	case JSON_REAL:
		ck_assert_msg(fabs(json_real_value(value)) <= LARGEST, "%s", name);
		break;
	default:
		ck_abort_msg("%s is null or a boolean", name);
	}
}

static void check_names(json_t *object, const char *const *allowed, size_t n)
{
	const char *key;
	json_t *member;
	json_object_foreach(object, key, member)
	{
		bool found = false;
		for (size_t i = 0; i < n && !found; i++)
			found = strcmp(key, allowed[i]) == 0;
		ck_assert_msg(found, "%s is a member that the design does not have", key);
	}
}

/* Writes, checks what holds always, and parses. */
static const json_t *parsed(void)
{
	static const char *const head[] = {"version",    "plugin",  "state",
	                                   "state_name", "summary", "checked_at",
	                                   "metrics",    "tasks",   "error"};
	static const char *const task[] = {"id",           "label",
	                                   "condition",    "state",
	                                   "status",       "progress",
	                                   "message",      "reasons",
	                                   "failed_files", "alert",
	                                   "age",          "stalled",
	                                   "time",         "failed_file_list",
	                                   "trace",        "remembered",
	                                   "details"};
	const char *text = sample_write(&sample, "json");
	size_t n = strlen(text);
	ck_assert_int_eq(text[0], '{');
	ck_assert_uint_eq(strcspn(text, "\n"), n - 1); /* one line */
	ck_assert(utf8_valid(text, n));
	json_decref(root);
	json_error_t error;
	root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(root != NULL, "%s: %s", error.text, text);
	check_value(root, "(root)");
	check_names(root, head, ARRAY_LEN(head));
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(root, "tasks"), i, item)
	    check_names(item, task, ARRAY_LEN(task));
	return root;
}

static const json_t *first_task(void)
{
	const json_t *task = json_array_get(json_object_get(parsed(), "tasks"), 0);
	ck_assert_ptr_nonnull(task);
	return task;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	ck_assert_msg(text != NULL, "%s", name);
	return text;
}

static double number_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	ck_assert_msg(json_is_number(value), "%s", name);
	return json_number_value(value);
}

static void check_left_out(const json_t *object, const char *name)
{
	ck_assert_msg(!json_object_get(object, name), "%s", name);
}

START_TEST(the_head)
{
	sample_add(&sample, "a", TASK_FAILED);
	const json_t *head = parsed();
	ck_assert_double_eq(number_of(head, "version"), 1);
	ck_assert_str_eq(text_of(head, "plugin"), "check_stub");
	ck_assert_double_eq(number_of(head, "state"), 2);
	ck_assert_str_eq(text_of(head, "state_name"), "CRITICAL");
	ck_assert_str_eq(text_of(head, "summary"), "a failed");
	ck_assert_double_eq(number_of(head, "checked_at"), 1800000000);
	ck_assert(json_is_object(json_object_get(head, "metrics")));
	ck_assert_uint_eq(json_array_size(json_object_get(head, "tasks")), 1);
	check_left_out(head, "error");
}
END_TEST

START_TEST(an_error)
{
	sample.report.error = "no access token: \"x\"\n\xFF";
	sample.report.state = MP_UNKNOWN;
	const json_t *head = parsed();
	ck_assert_double_eq(number_of(head, "state"), 3);
	ck_assert_str_eq(text_of(head, "error"), "no access token: \"x\"\n\xEF\xBF\xBD");
	check_left_out(head, "tasks");
	check_left_out(head, "metrics");
}
END_TEST

START_TEST(no_tasks_are_an_empty_list)
{
	const json_t *head = parsed();
	ck_assert(json_is_array(json_object_get(head, "tasks")));
	ck_assert_uint_eq(json_array_size(json_object_get(head, "tasks")), 0);
	ck_assert_double_eq(number_of(head, "state"), 3);
}
END_TEST

START_TEST(what_is_not_known_is_left_out)
{
	sample_add(&sample, "403316", TASK_TIMEOUT);
	const json_t *task = first_task();
	ck_assert_str_eq(text_of(task, "id"), "403316");
	ck_assert_str_eq(text_of(task, "label"), "403316"); /* where none was given */
	ck_assert_str_eq(text_of(task, "condition"), "timeout");
	ck_assert_double_eq(number_of(task, "state"), 3);
	ck_assert_uint_eq(json_object_size(task), 4);
	const json_t *metrics = json_object_get(root, "metrics");
	check_left_out(metrics, "age");
	check_left_out(metrics, "stalled");
	check_left_out(metrics, "progress");
	check_left_out(metrics, "failed_files");
	check_left_out(metrics, "time");
	check_left_out(metrics, "token");
	ck_assert_double_eq(number_of(metrics, "tasks"), 1);
	ck_assert_double_eq(number_of(metrics, "failed"), 0);
	ck_assert_double_eq(number_of(metrics, "unknown"), 1);
}
END_TEST

START_TEST(all_that_can_be_known)
{
	struct task *task = sample_add(&sample, "a=标签", TASK_RUNNING);
	task_text(&task->status, "1");
	task_set(task, TASK_RUNNING, "words \"quoted\"\twith\\ all | of it;");
	task_text(&task->trace, "t-1");
	task_text(&task->details, "{\"resultCode\":\"18000205\",\"taskType\":0}");
	ck_assert(task_add_reason(task, "r1") && task_add_reason(task, "r2"));
	ck_assert(task_add_file(task, "77", "图.jpg"));
	task->failed_files = 12;
	task->progress = 33.3333333333;
	task->age = 7500;
	task->stalled = 60;
	task->time = 0.125;
	task->remembered = true;
	sample_limit(&sample, "age=1h", NULL);
	const json_t *json = first_task();
	ck_assert_str_eq(text_of(json, "label"), "标签");
	ck_assert_str_eq(text_of(json, "status"), "1");
	ck_assert_str_eq(text_of(json, "message"),
	                 "words \"quoted\"\twith\\ all | of it;");
	ck_assert_str_eq(text_of(json, "trace"), "t-1");
	ck_assert_str_eq(text_of(json, "alert"), "age 2h 5m is over 1h");
	ck_assert_double_eq_tol(number_of(json, "progress"), 33.333333, 1e-9);
	ck_assert_double_eq(number_of(json, "age"), 7500);
	ck_assert(json_is_integer(json_object_get(json, "age")));
	ck_assert_double_eq(number_of(json, "stalled"), 60);
	ck_assert_double_eq(number_of(json, "time"), 0.125);
	ck_assert_double_eq(number_of(json, "failed_files"), 12);
	ck_assert_double_eq(number_of(json, "remembered"), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(json, "reasons")), 2);
	const json_t *file = json_array_get(json_object_get(json, "failed_file_list"), 0);
	ck_assert_str_eq(text_of(file, "id"), "77");
	ck_assert_str_eq(text_of(file, "name"), "图.jpg");
	ck_assert_str_eq(text_of(json_object_get(json, "details"), "resultCode"),
	                 "18000205");
}
END_TEST

/* What no member may hold is no member. */
START_TEST(numbers_that_break_items)
{
	static const double odd[] = {NAN,   INFINITY, -INFINITY,
	                             1e300, -1e16,    9007199254740994.0};
	struct task *task = sample_add(&sample, "a", TASK_RUNNING);
	task->progress = task->age = task->stalled = task->time = odd[_i];
	task->failed_files = 9223372036854775807LL;
	sample.token = odd[_i];
	const json_t *json = first_task();
	check_left_out(json, "progress");
	check_left_out(json, "age");
	check_left_out(json, "stalled");
	check_left_out(json, "time");
	check_left_out(json, "failed_files");
	check_left_out(json_object_get(root, "metrics"), "token");
}
END_TEST

START_TEST(zero_is_a_number)
{
	struct task *task = sample_add(&sample, "a", TASK_RUNNING);
	task->progress = task->age = task->stalled = 0;
	task->failed_files = 0;
	const json_t *json = first_task();
	ck_assert_double_eq(number_of(json, "progress"), 0);
	ck_assert_double_eq(number_of(json, "age"), 0);
	ck_assert_double_eq(number_of(json, "failed_files"), 0);
}
END_TEST

/* Whatever way a broken text came in. */
START_TEST(broken_utf8_is_mended)
{
	static char message[] = "a\xE6\xBA"
	                        "b\xFF\xC0\x80";
	static char alert[] = "\x80";
	static char id[] = "\xED\xA0\x80";
	struct task *task = sample_add(&sample, "a", TASK_FAILED);
	char *kept = task->message;
	struct task_file file = {id, message};
	task->message = message;
	task->status = alert;
	task->trace = id;
	task->files = &file;
	task->n_files = 1;
	const json_t *json = first_task();
	ck_assert_str_eq(text_of(json, "message"),
	                 "a\xEF\xBF\xBD"
	                 "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	ck_assert_str_eq(text_of(json, "status"), "\xEF\xBF\xBD");
	task->message = kept;
	task->status = task->trace = NULL;
	task->files = NULL;
	task->n_files = 0;
}
END_TEST

START_TEST(many_tasks)
{
	char id[32];
	for (int i = 0; i < TASK_MAX; i++) {
		snprintf(id, sizeof id, "t%d", i);
		sample_add(&sample, id, TASK_SUCCEEDED);
	}
	ck_assert_uint_eq(json_array_size(json_object_get(parsed(), "tasks")), TASK_MAX);
}
END_TEST

Suite *report_json_suite(void)
{
	Suite *suite = suite_create("report_json");
	TCase *tc = tcase_create("json");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_head);
	tcase_add_test(tc, an_error);
	tcase_add_test(tc, no_tasks_are_an_empty_list);
	tcase_add_test(tc, what_is_not_known_is_left_out);
	tcase_add_test(tc, all_that_can_be_known);
	tcase_add_loop_test(tc, numbers_that_break_items, 0, 6);
	tcase_add_test(tc, zero_is_a_number);
	tcase_add_test(tc, broken_utf8_is_mended);
	tcase_add_test(tc, many_tasks);
	suite_add_tcase(suite, tc);
	return suite;
}
