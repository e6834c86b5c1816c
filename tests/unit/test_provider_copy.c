int copy_main(int argc, char **argv);
#define main copy_main
#include "../../plugins/check_123pan_copy.c" /* NOLINT(bugprone-suspicious-include) */
#undef main
#include "provider_rows.h"

#define DATA(members) "{\"code\":0,\"message\":\"ok\",\"data\":{" members "}}"
#define FILE_1        "{\"fileId\":1234,\"filename\":\"a.jpg\"}"
#define FILE_2        "{\"fileId\":\"1235\",\"filename\":\"图.png\"}"

static const struct row rows[] = {
    {0, DATA("\"status\":1"), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, DATA("\"status\":4"), TASK_WAITING, NULL, PROVIDER_DONE},
    {0, DATA("\"status\":\"1\""), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, DATA("\"status\":2"), TASK_SUCCEEDED, NULL, PROVIDER_ASK_ON},
    {0, DATA("\"status\":2,\"failMsg\":\"\""), TASK_SUCCEEDED, NULL, PROVIDER_ASK_ON},
    {0, DATA("\"status\":2,\"failMsg\":null"), TASK_SUCCEEDED, NULL, PROVIDER_ASK_ON},
    {0, DATA("\"status\":3,\"failMsg\":\"源文件不存在\""), TASK_FAILED, "源文件不存在",
     PROVIDER_ASK_ON},
    {0, DATA("\"status\":3"), TASK_FAILED, "no reason given", PROVIDER_ASK_ON},
    {0, DATA("\"status\":3,\"failMsg\":{}"), TASK_FAILED, "no reason", PROVIDER_ASK_ON},
    {0, DATA("\"status\":0"), TASK_INVALID, "0", PROVIDER_DONE}, /* the offline task's */
    {0, DATA("\"status\":5"), TASK_INVALID, "5", PROVIDER_DONE},
    {0, DATA("\"status\":true"), TASK_INVALID, "true", PROVIDER_DONE},
    {0, DATA("\"status\":null"), TASK_INVALID, "missing", PROVIDER_DONE},
    {0, DATA("\"failMsg\":\"x\""), TASK_INVALID, "missing", PROVIDER_DONE},
    {0, "{\"code\":0,\"data\":null}", TASK_INVALID, "data", PROVIDER_DONE},
    {0, "{\"code\":0,\"status\":2}", TASK_INVALID, "data", PROVIDER_DONE},
    {0, "{\"code\":401,\"message\":\"token is expired\",\"data\":null}", TASK_DENIED,
     "token is expired", PROVIDER_DONE},
    {0, "{\"code\":429,\"message\":\"too many\"}", TASK_THROTTLED, "too many",
     PROVIDER_DONE},
    {0, "{\"code\":5066,\"message\":\"not found\"}", TASK_INVALID, "5066", PROVIDER_DONE},

    {1, DATA("\"total\":0,\"list\":null"), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {1, DATA("\"total\":0,\"list\":[]"), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {1, DATA("\"total\":\"0\""), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {1, DATA("\"total\":1,\"list\":[" FILE_1 "]"), TASK_PARTIAL, "1 file was",
     PROVIDER_DONE},
    {1, DATA("\"total\":2,\"list\":[" FILE_1 "," FILE_2 "]"), TASK_PARTIAL,
     "2 files were", PROVIDER_DONE},
    /* a list that contradicts its total */
    {1, DATA("\"total\":1,\"list\":null"), TASK_INVALID, "total", PROVIDER_DONE},
    {1, DATA("\"total\":0,\"list\":[" FILE_1 "]"), TASK_INVALID, "total", PROVIDER_DONE},
    {1, DATA("\"total\":5,\"list\":[" FILE_1 "]"), TASK_INVALID, "total", PROVIDER_DONE},
    {1, DATA("\"total\":-1,\"list\":null"), TASK_INVALID, "total", PROVIDER_DONE},
    {1, DATA("\"list\":[]"), TASK_INVALID, "missing", PROVIDER_DONE},
    {1, DATA("\"total\":null,\"list\":null"), TASK_INVALID, "missing", PROVIDER_DONE},
    {1, DATA("\"total\":false,\"list\":null"), TASK_INVALID, "false", PROVIDER_DONE},
    {1, DATA("\"total\":0,\"list\":{}"), TASK_INVALID, "object", PROVIDER_DONE},
    {1, DATA("\"total\":0,\"list\":\"\""), TASK_INVALID, "list", PROVIDER_DONE},
    {1, DATA("\"total\":1,\"list\":[null]"), TASK_INVALID, "entry 1", PROVIDER_DONE},
    {1, DATA("\"total\":1,\"list\":[{\"fileId\":1}]"), TASK_INVALID, "entry 1",
     PROVIDER_DONE},
    {1, DATA("\"status\":2"), TASK_INVALID, "missing", PROVIDER_DONE},
    {1, "{\"code\":0,\"data\":null}", TASK_INVALID, "data", PROVIDER_DONE},
    {1, "{\"code\":0}", TASK_INVALID, "data", PROVIDER_DONE},
};

START_TEST(answers)
{
	struct pan_settings own = {.files = FILES_DEFAULT};
	check_row(&own, &rows[_i]);
}
END_TEST

START_TEST(without_the_list)
{
	struct pan_settings own = {.files = FILES_NONE};
	static const struct row row = {0, DATA("\"status\":2"), TASK_SUCCEEDED,
	                               "lost files were not asked for", PROVIDER_DONE};
	check_row(&own, &row);
}
END_TEST

START_TEST(the_list_is_paged)
{
	struct pan_settings own = {.files = TASK_FILES_MAX};
	struct strbuf body;
	struct task task;
	strbuf_init(&body, 1 << 20);
	strbuf_adds(&body, "{\"code\":0,\"data\":{\"total\":150,\"list\":[" FILE_1);
	for (int i = 1; i < 100; i++)
		strbuf_adds(&body, "," FILE_1);
	strbuf_adds(&body, "]}}");
	ck_assert_int_eq(put_answer(&own, strbuf_text(&body), 1, &task), PROVIDER_ASK_ON);
	ck_assert(!task_is_finished(task.condition)); /* not yet */
	ck_assert_uint_eq(task.n_files, 100);
	ck_assert_int_eq(task.failed_files, 150);
	task_clear(&task);
	strbuf_clear(&body);
}
END_TEST

START_TEST(statuses_are_documented)
{
	check_statuses_are_documented();
}
END_TEST

START_TEST(options_are_whole)
{
	check_options();
}
END_TEST

Suite *provider_copy_suite(void)
{
	Suite *suite = suite_create("provider_copy");
	TCase *tc = tcase_create("provider_copy");
	tcase_add_loop_test(tc, answers, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, without_the_list);
	tcase_add_test(tc, the_list_is_paged);
	tcase_add_test(tc, statuses_are_documented);
	tcase_add_test(tc, options_are_whole);
	suite_add_tcase(suite, tc);
	return suite;
}
