int offline_main(int argc, char **argv);
#define main offline_main
#include "../../plugins/check_123pan_offline.c" /* NOLINT(bugprone-suspicious-include) */
#undef main
#include "provider_rows.h"

#define DATA(members) "{\"code\":0,\"message\":\"ok\",\"data\":{" members "}}"

static const struct row rows[] = {
    {0, DATA("\"process\":50,\"status\":0"), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, DATA("\"process\":0,\"status\":1"), TASK_FAILED, "failed", PROVIDER_DONE},
    {0, DATA("\"process\":100,\"status\":2"), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, DATA("\"process\":10,\"status\":3"), TASK_RETRYING, NULL, PROVIDER_DONE},
    {0, DATA("\"process\":\"99.5\",\"status\":\"0\""), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, DATA("\"status\":1"), TASK_FAILED, "failed", PROVIDER_DONE},
    {0, DATA("\"process\":{},\"status\":1"), TASK_FAILED, "failed", PROVIDER_DONE},
    {0, DATA("\"status\":2"), TASK_INVALID, "process", PROVIDER_DONE},
    {0, DATA("\"process\":null,\"status\":2"), TASK_INVALID, "process", PROVIDER_DONE},
    {0, DATA("\"process\":true,\"status\":2"), TASK_INVALID, "true", PROVIDER_DONE},
    {0, DATA("\"process\":\"50%\",\"status\":0"), TASK_INVALID, "50%", PROVIDER_DONE},
    {0, DATA("\"process\":5,\"status\":4"), TASK_INVALID, "4", PROVIDER_DONE},
    {0, DATA("\"process\":100"), TASK_INVALID, "status", PROVIDER_DONE},
    {0, "{\"code\":0,\"data\":[]}", TASK_INVALID, "data", PROVIDER_DONE},
    {0, "{\"code\":401,\"message\":\"x\"}", TASK_DENIED, "x", PROVIDER_DONE},
};

START_TEST(answers)
{
	struct pan_settings own = {0};
	check_row(&own, &rows[_i]);
}
END_TEST

START_TEST(progress_is_a_percentage)
{
	static const struct {
		const char *body;
		double progress;
	} seen[] = {{DATA("\"process\":42,\"status\":0"), 42},
	            {DATA("\"process\":42.5,\"status\":0"), 42.5},
	            {DATA("\"process\":-3,\"status\":0"), 0},
	            {DATA("\"process\":1e9,\"status\":0"), 100}};
	struct pan_settings own = {0};
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		struct task task;
		put_answer(&own, seen[i].body, 0, &task);
		ck_assert_double_eq(task.progress, seen[i].progress);
		task_clear(&task);
	}
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

Suite *provider_offline_suite(void)
{
	Suite *suite = suite_create("provider_offline");
	TCase *tc = tcase_create("provider_offline");
	tcase_add_loop_test(tc, answers, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, progress_is_a_percentage);
	tcase_add_test(tc, statuses_are_documented);
	tcase_add_test(tc, options_are_whole);
	suite_add_tcase(suite, tc);
	return suite;
}
