int coze_main(int argc, char **argv);
#define main coze_main
#include "../../plugins/check_coze_copy.c" /* NOLINT(bugprone-suspicious-include) */
#undef main
#include "provider_rows.h"

#define DATA(members) "{\"code\":0,\"msg\":\"\",\"data\":{\"task_id\":\"7\"," members "}}"
#define REASON                                                                           \
	"{\"entity_id\":\"12\",\"entity_name\":\"bot\",\"entity_type\":\"imageflow\","   \
	"\"failed_reason\":\"资源配额不足\"}"

static const struct row rows[] = {
    {0, DATA("\"task_status\":\"in_progress\""), TASK_RUNNING, NULL, PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\""), TASK_SUCCEEDED, NULL, PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":null"), TASK_SUCCEEDED,
     NULL, PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":[]"), TASK_SUCCEEDED,
     NULL, PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":[" REASON "]"),
     TASK_PARTIAL, "bot (imageflow 12): 资源配额不足", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":[null]"), TASK_PARTIAL,
     "", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":[\"x\",1]"), TASK_PARTIAL,
     "1 more", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":{}"), TASK_INVALID,
     "failed_reasons", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"successful\",\"failed_reasons\":\"none\""), TASK_INVALID,
     "failed_reasons", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":[" REASON "]"), TASK_FAILED,
     "资源配额不足", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":[" REASON "," REASON "]"),
     TASK_FAILED, "1 more", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\""), TASK_FAILED, "no reason given",
     PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":5"), TASK_FAILED,
     "no reason given: \"failed_reasons\" is 5", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":{}"), TASK_FAILED,
     "no reason given: \"failed_reasons\" is an object", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":\"\""), TASK_FAILED,
     "no reason given", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":\"quota\""), TASK_FAILED,
     "quota", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":" REASON), TASK_FAILED,
     "bot (imageflow 12): 资源配额不足", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"failed\",\"failed_reasons\":[\"quota\",\"\"]"),
     TASK_FAILED, "quota, and 1 more", PROVIDER_DONE},
    {0, DATA("\"task_status\":\"in_progress\",\"failed_reasons\":5"), TASK_RUNNING, NULL,
     PROVIDER_DONE},
    {0, "{\"error_code\":\"access_denied\",\"error_message\":\"y\"}", TASK_INVALID,
     "access_denied: y", PROVIDER_DONE},
    {0, "{\"code\":0,\"error\":\"z\",\"data\":{\"task_status\":\"successful\"}}",
     TASK_INVALID, "z", PROVIDER_DONE},
    {0, "{\"code\":4101,\"msg\":\"m\",\"error_message\":\"y\"}", TASK_DENIED, "4101: m",
     PROVIDER_DONE},
    {0, DATA("\"task_status\":\"Successful\""), TASK_INVALID, "Successful",
     PROVIDER_DONE},
    {0, DATA("\"task_status\":\"cancelled\""), TASK_INVALID, "cancelled", PROVIDER_DONE},
    {0, DATA("\"task_status\":2"), TASK_INVALID, "task_status", PROVIDER_DONE},
    {0, DATA("\"status\":\"successful\""), TASK_INVALID, "missing", PROVIDER_DONE},
    {0, "{\"code\":0,\"msg\":\"\"}", TASK_INVALID, "'data' is missing", PROVIDER_DONE},
    {0, "{\"code\":0,\"data\":null}", TASK_INVALID, "data", PROVIDER_DONE},
    {0, "{\"code\":4100,\"msg\":\"x\"}", TASK_DENIED, "api.coze.com", PROVIDER_DONE},
    {0, "{\"code\":4101}", TASK_DENIED, "4101", PROVIDER_DONE},
    {0, "{\"code\":700012006,\"msg\":\"access token invalid\"}", TASK_DENIED, "700012006",
     PROVIDER_DONE},
    {0, "{\"code\":4200,\"msg\":\"x\"}", TASK_MISSING, "4200", PROVIDER_DONE},
    {0, "{\"code\":4013}", TASK_THROTTLED, "4013", PROVIDER_DONE},
    {0, "{\"code\":4020}", TASK_THROTTLED, "4020", PROVIDER_DONE},
    {0, "{\"code\":4009}", TASK_THROTTLED, "4009", PROVIDER_DONE},
    {0, "{\"code\":4011,\"msg\":\"balance\"}", TASK_INVALID, "4011", PROVIDER_DONE},
    {0, "{\"code\":4000}", TASK_INVALID, "4000", PROVIDER_DONE},
    {0, "{\"code\":-5}", TASK_INVALID, "-5", PROVIDER_DONE},
};

START_TEST(answers)
{
	struct coze_settings own = {0};
	check_row(&own, &rows[_i]);
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

Suite *provider_coze_suite(void)
{
	Suite *suite = suite_create("provider_coze");
	TCase *tc = tcase_create("provider_coze");
	tcase_add_loop_test(tc, answers, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, statuses_are_documented);
	tcase_add_test(tc, options_are_whole);
	suite_add_tcase(suite, tc);
	return suite;
}
