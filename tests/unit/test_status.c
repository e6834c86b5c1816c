#include <string.h>

#include "suites.h"
#include "task/status.h"

static const struct status_row numbers[] = {{"1", "in progress", TASK_RUNNING},
                                            {"2", "ended", TASK_SUCCEEDED},
                                            {"3", "failed", TASK_FAILED}};
static const struct status_row words[] = {{"in_progress", "in progress", TASK_RUNNING},
                                          {"successful", "successful", TASK_SUCCEEDED},
                                          {"failed", "failed", TASK_FAILED}};

static const struct {
	const char *json;
	bool words;
	enum task_condition condition;
	const char *status; /* NULL: none */
} rows[] = {
    {"{\"status\":1}", false, TASK_RUNNING, "1"},
    {"{\"status\":2}", false, TASK_SUCCEEDED, "2"},
    {"{\"status\":3}", false, TASK_FAILED, "3"},
    {"{\"status\":\"3\"}", false, TASK_FAILED, "3"},
    {"{\"status\":2.0}", false, TASK_SUCCEEDED, "2"},
    {"{\"status\":0}", false, TASK_INVALID, "0"},
    {"{\"status\":4}", false, TASK_INVALID, "4"},
    {"{\"status\":-2}", false, TASK_INVALID, "-2"},
    {"{\"status\":22}", false, TASK_INVALID, "22"},
    {"{\"status\":\"\"}", false, TASK_INVALID, NULL},
    {"{\"status\":\" 2\"}", false, TASK_INVALID, NULL},
    {"{\"status\":\"2 \"}", false, TASK_INVALID, NULL},
    {"{\"status\":\"+2\"}", false, TASK_INVALID, NULL},
    {"{\"status\":\"2.0\"}", false, TASK_INVALID, NULL},
    {"{\"status\":\"0x2\"}", false, TASK_INVALID, NULL},
    {"{\"status\":2.5}", false, TASK_INVALID, NULL},
    {"{\"status\":1e300}", false, TASK_INVALID, NULL},
    {"{\"status\":4294967298}", false, TASK_INVALID, "4294967298"}, /* 2 in 32 bits */
    {"{\"status\":18446744073709551618}", false, TASK_INVALID, NULL},
    {"{\"status\":\"18446744073709551618\"}", false, TASK_INVALID, NULL},
    {"{\"status\":true}", false, TASK_INVALID, NULL},
    {"{\"status\":false}", false, TASK_INVALID, NULL},
    {"{\"status\":null}", false, TASK_INVALID, NULL},
    {"{\"status\":[2]}", false, TASK_INVALID, NULL},
    {"{\"status\":{\"status\":2}}", false, TASK_INVALID, NULL},
    {"{\"status\":\"successful\"}", false, TASK_INVALID, NULL},
    {"{\"Status\":2}", false, TASK_INVALID, NULL},
    {"{}", false, TASK_INVALID, NULL},
    {"{\"status\":\"in_progress\"}", true, TASK_RUNNING, "in_progress"},
    {"{\"status\":\"successful\"}", true, TASK_SUCCEEDED, "successful"},
    {"{\"status\":\"failed\"}", true, TASK_FAILED, "failed"},
    {"{\"status\":\"Successful\"}", true, TASK_INVALID, "Successful"},
    {"{\"status\":\"success\"}", true, TASK_INVALID, "success"},
    {"{\"status\":\"successful \"}", true, TASK_INVALID, "successful "},
    {"{\"status\":\"\"}", true, TASK_INVALID, ""},
    {"{\"status\":\"已完成\"}", true, TASK_INVALID, "已完成"},
    {"{\"status\":2}", true, TASK_INVALID, NULL},
    {"{\"status\":true}", true, TASK_INVALID, NULL},
    {"{\"status\":null}", true, TASK_INVALID, NULL},
    {"{\"status\":[\"successful\"]}", true, TASK_INVALID, NULL},
};

START_TEST(statuses_are_read)
{
	struct task task;
	struct error err = ERROR_INIT;
	json_t *root = json_loads(rows[_i].json, 0, NULL);
	if (!root) { /* jansson itself refuses the number */
		ck_assert_int_eq(rows[_i].condition, TASK_INVALID);
		return;
	}
	ck_assert(task_init(&task, "a", '=', &err));
	task_set(&task, TASK_TIMEOUT, "an old message");
	bool good = status_read(root, "status", "data.", rows[_i].words ? words : numbers,
	                        3, &task);
	ck_assert_msg(task.condition == rows[_i].condition, "%s gave %s", rows[_i].json,
	              task_condition_name(task.condition));
	ck_assert(good == (rows[_i].condition != TASK_INVALID));
	if (good)
		ck_assert_ptr_null(task.message);
	else
		ck_assert_msg(strstr(task.message, "status") != NULL, "%s", task.message);
	if (rows[_i].status)
		ck_assert_str_eq(task.status, rows[_i].status);
	else
		ck_assert_ptr_null(task.status);
	task_clear(&task);
	json_decref(root);
}
END_TEST

START_TEST(a_long_word_is_no_reason_to_fall)
{
	struct task task;
	struct error err = ERROR_INIT;
	char word[10000];
	memset(word, 'x', sizeof word);
	word[sizeof word - 1] = '\0';
	json_t *root = json_pack("{ss}", "status", word);
	ck_assert(task_init(&task, "a", '=', &err));
	ck_assert(!status_read(root, "status", "", words, 3, &task));
	ck_assert_uint_lt(strlen(task.message), 200);
	ck_assert_uint_le(strlen(task.status), TASK_MESSAGE_MAX);
	task_clear(&task);
	json_decref(root);
}
END_TEST

static const struct {
	const char *json;
	bool object;
	const char *says;
} objects[] = {
    {"{\"data\":{}}", true, NULL},
    {"{\"data\":{\"x\":1}}", true, NULL},
    {"{}", false, "'data' is missing"},
    {"{\"data\":null}", false, "'data' is missing"},
    {"{\"data\":[]}", false, "array"},
    {"{\"data\":\"\"}", false, "\"data\""},
    {"{\"data\":\"{\\\"status\\\":2}\"}", false, "\"data\""},
    {"{\"data\":0}", false, "0"},
    {"{\"data\":false}", false, "false"},
};

START_TEST(objects_are_objects)
{
	struct task task;
	struct error err = ERROR_INIT;
	json_t *root = json_loads(objects[_i].json, 0, NULL);
	ck_assert(task_init(&task, "a", '=', &err));
	task.condition = TASK_SUCCEEDED;
	json_t *data = status_object(root, "data", &task);
	ck_assert((data != NULL) == objects[_i].object);
	if (!data) {
		ck_assert_int_eq(task.condition, TASK_INVALID);
		ck_assert_msg(strstr(task.message, objects[_i].says) != NULL, "%s",
		              task.message);
	}
	task_clear(&task);
	json_decref(root);
}
END_TEST

Suite *status_suite(void)
{
	Suite *suite = suite_create("status");
	TCase *tc = tcase_create("status");
	tcase_add_loop_test(tc, statuses_are_read, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, a_long_word_is_no_reason_to_fall);
	tcase_add_loop_test(tc, objects_are_objects, 0, (int)ARRAY_LEN(objects));
	suite_add_tcase(suite, tc);
	return suite;
}
