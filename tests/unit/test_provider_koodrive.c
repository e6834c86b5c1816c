int koodrive_main(int argc, char **argv);
#define main koodrive_main
#include "../../plugins/check_koodrive_task.c" /* NOLINT(bugprone-suspicious-include) */
#undef main
#include "provider_rows.h"

#define TASK(members) "{\"code\":0,\"msg\":\"Success.\",\"taskId\":\"1\"," members "}"

static const struct row rows[] = {
    {0, TASK("\"status\":0"), TASK_WAITING, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":1"), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":2"), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":\"2\",\"resultCode\":null"), TASK_SUCCEEDED, NULL,
     PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":\"\""), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":\"0\""), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":0"), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":\"18000205\""), TASK_PARTIAL, "18000205",
     PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":18000205"), TASK_PARTIAL, "18000205",
     PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":{}"), TASK_INVALID, "resultCode",
     PROVIDER_DONE},
    {0, TASK("\"status\":2,\"resultCode\":false"), TASK_INVALID, "false", PROVIDER_DONE},
    {0, TASK("\"status\":3,\"resultCode\":\"18000205\""), TASK_FAILED,
     "result code 18000205", PROVIDER_DONE},
    {0, TASK("\"status\":3"), TASK_FAILED, "no result code", PROVIDER_DONE},
    {0, TASK("\"status\":3,\"resultCode\":\"0\""), TASK_FAILED, "no result code",
     PROVIDER_DONE},
    {0, TASK("\"status\":3,\"resultCode\":[]"), TASK_FAILED, "\"resultCode\" is an array",
     PROVIDER_DONE},
    {0, TASK("\"status\":1,\"resultCode\":\"18000205\""), TASK_RUNNING,
     "result code 18000205", PROVIDER_DONE},
    {0, TASK("\"status\":1,\"resultCode\":true"), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, TASK("\"status\":4"), TASK_INVALID, "4", PROVIDER_DONE},
    {0, TASK("\"status\":null"), TASK_INVALID, "missing", PROVIDER_DONE},
    {0, "{\"code\":0,\"status\":2}", TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, "{\"code\":\"0\",\"status\":2}", TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":\"2\",\"status\":2}", TASK_INVALID, "another task, 2",
     PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":1,\"status\":2}", TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":1.0,\"status\":2}", TASK_INVALID, "a real",
     PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":true,\"status\":2}", TASK_INVALID, "true", PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":[\"1\"],\"status\":3}", TASK_INVALID, "an array",
     PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":\"\",\"status\":2}", TASK_INVALID, "another task",
     PROVIDER_DONE},
    {0, "{\"code\":0,\"taskId\":null,\"status\":2}", TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, "{\"msg\":\"Success.\",\"status\":2}", TASK_INVALID, "code", PROVIDER_DONE},
    {0, "{\"code\":0,\"data\":{\"status\":2}}", TASK_INVALID, "missing", PROVIDER_DONE},
    {0, "{\"code\":13000201,\"msg\":\"x\"}", TASK_INVALID, "13000201", PROVIDER_DONE},
    {0, "{\"error_code\":\"APIG.0301\",\"error_msg\":\"signature expired\"}", TASK_DENIED,
     "signature expired", PROVIDER_DONE},
    {0, "{\"error_code\":\"APIG.0308\"}", TASK_THROTTLED, "APIG.0308", PROVIDER_DONE},
    {0, "{\"error_code\":\"APIG.0201\"}", TASK_UNREACHABLE, "APIG.0201", PROVIDER_DONE},
    {0, "{\"error_code\":301,\"error_msg\":\"x\",\"code\":0,\"status\":2}", TASK_INVALID,
     "gateway 301: x", PROVIDER_DONE},
    {0, "{\"error_code\":{},\"code\":0,\"status\":2}", TASK_INVALID, "an object",
     PROVIDER_DONE},
    {0, "{\"error_code\":null,\"code\":0,\"status\":2}", TASK_SUCCEEDED, NULL,
     PROVIDER_DONE},
    {0, "{\"error_code\":\"\",\"code\":0,\"status\":2}", TASK_INVALID, "gateway",
     PROVIDER_DONE},
};

START_TEST(answers)
{
	struct koodrive own = {0};
	check_row(&own, &rows[_i]);
}
END_TEST

/* What an answer with that HTTP status is. */
START_TEST(codes_of_the_list_are_no_refusals)
{
	static const struct {
		long status;
		const char *body;
		enum task_condition condition;
	} seen[] = {
	    {400, "{\"code\":13000102,\"msg\":\"x\"}", TASK_INVALID},
	    {400, "{\"code\":13000301,\"msg\":\"x\"}", TASK_INVALID},
	    {400, "{\"code\":\"13000414\",\"msg\":\"x\"}", TASK_INVALID},
	    {401, "{\"code\":13000309,\"msg\":\"x\"}", TASK_INVALID},
	    {400, "{\"code\":13000001,\"msg\":\"x\"}", TASK_DENIED},
	    {400, "{\"msg\":\"x\"}", TASK_DENIED},
	    {400, "{\"error_code\":\"APIG.0106\"}", TASK_DENIED},
	    {404, "{\"error_code\":\"APIG.0101\"}", TASK_INVALID},
	    {500, "{\"code\":13000001}", TASK_UNREACHABLE},
	};
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		struct koodrive own = {0};
		struct task task;
		put_reply(&own, seen[i].status, seen[i].body, 0, &task);
		ck_assert_msg(task.condition == seen[i].condition, "%ld %s gave %s",
		              seen[i].status, seen[i].body,
		              task_condition_name(task.condition));
		task_clear(&task);
	}
}
END_TEST

START_TEST(details_hold_nothing_that_breaks_items)
{
	struct koodrive own = {0};
	struct task task;
	put_answer(
	    &own,
	    TASK("\"status\":1,\"taskName\":null,\"taskType\":-9223372036854775808,"
	         "\"tenantId\":9007199254740993,\"userId\":true,\"resultCode\":7"),
	    0, &task);
	ck_assert_str_eq(task.details, "{\"taskId\":\"1\",\"resultCode\":7}");
	task_clear(&task);
}
END_TEST

START_TEST(traces_have_58_characters_and_differ)
{
	char first[TRACE_LENGTH + 1];
	char second[TRACE_LENGTH + 1];
	make_trace(first);
	make_trace(second);
	ck_assert_uint_eq(strspn(first, "0123456789abcdef"), 58);
	ck_assert_uint_eq(strlen(second), 58);
	ck_assert_str_ne(first, second);
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

Suite *provider_koodrive_suite(void)
{
	Suite *suite = suite_create("provider_koodrive");
	TCase *tc = tcase_create("provider_koodrive");
	tcase_add_loop_test(tc, answers, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, codes_of_the_list_are_no_refusals);
	tcase_add_test(tc, details_hold_nothing_that_breaks_items);
	tcase_add_test(tc, traces_have_58_characters_and_differ);
	tcase_add_test(tc, statuses_are_documented);
	tcase_add_test(tc, options_are_whole);
	suite_add_tcase(suite, tc);
	return suite;
}
