#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "task/condition.h"

/* The design's table, word for word. */
static const struct {
	enum task_condition condition;
	const char *name;
	enum mp_state state;
	bool unfinished;
	bool finished;
} rows[] = {
    {TASK_WAITING, "waiting", MP_OK, true, false},
    {TASK_RUNNING, "running", MP_OK, true, false},
    {TASK_RETRYING, "retrying", MP_WARNING, true, false},
    {TASK_SUCCEEDED, "succeeded", MP_OK, false, true},
    {TASK_PARTIAL, "partial", MP_WARNING, false, true},
    {TASK_FAILED, "failed", MP_CRITICAL, false, true},
    {TASK_MISSING, "missing", MP_UNKNOWN, false, false},
    {TASK_DENIED, "denied", MP_UNKNOWN, false, false},
    {TASK_THROTTLED, "throttled", MP_UNKNOWN, false, false},
    {TASK_UNREACHABLE, "unreachable", MP_UNKNOWN, false, false},
    {TASK_TIMEOUT, "timeout", MP_UNKNOWN, false, false},
    {TASK_INVALID, "invalid", MP_UNKNOWN, false, false},
};

START_TEST(conditions_are_those_of_the_design)
{
	struct task_map map;
	task_map_init(&map);
	enum task_condition condition = rows[_i].condition;
	ck_assert_str_eq(task_condition_name(condition), rows[_i].name);
	ck_assert_int_eq(map.state[condition], rows[_i].state);
	ck_assert(task_is_unfinished(condition) == rows[_i].unfinished);
	ck_assert(task_is_finished(condition) == rows[_i].finished);
	ck_assert_uint_gt(strlen(task_condition_meaning(condition)), 5);
}
END_TEST

START_TEST(there_are_no_others)
{
	struct task_map map;
	task_map_init(&map);
	ck_assert_uint_eq(ARRAY_LEN(rows), TASK_N_CONDITIONS);
	ck_assert_int_eq(map.empty, MP_UNKNOWN);
}
END_TEST

/* What does not say that a task is well must not be OK unless it is asked for. */
START_TEST(only_three_are_ok)
{
	struct task_map map;
	unsigned ok = 0;
	task_map_init(&map);
	for (int i = 0; i < TASK_N_CONDITIONS; i++)
		ok += map.state[i] == MP_OK;
	ck_assert_uint_eq(ok, 3);
}
END_TEST

START_TEST(every_condition_can_be_mapped)
{
	static const char *const states[] = {"ok", "warning", "critical", "unknown"};
	for (int state = 0; state < 4; state++) {
		struct task_map map;
		struct error err = ERROR_INIT;
		char text[64];
		task_map_init(&map);
		snprintf(text, sizeof text, "%s=%s", rows[_i].name, states[state]);
		ck_assert_msg(task_map_parse(&map, text, &err), "%s", err.text);
		ck_assert_int_eq(map.state[rows[_i].condition], state);
		struct task_map plain;
		task_map_init(&plain);
		plain.state[rows[_i].condition] = (enum mp_state)state;
		ck_assert_mem_eq(&plain, &map, sizeof map); /* and nothing else moved */
	}
}
END_TEST

START_TEST(several_at_once)
{
	struct task_map map;
	struct error err = ERROR_INIT;
	task_map_init(&map);
	ck_assert(task_map_parse(&map,
	                         "failed=WARNING,missing=0,empty=ok,failed=1,"
	                         "unreachable=Critical",
	                         &err));
	ck_assert_int_eq(map.state[TASK_FAILED], MP_WARNING);
	ck_assert_int_eq(map.state[TASK_MISSING], MP_OK);
	ck_assert_int_eq(map.state[TASK_UNREACHABLE], MP_CRITICAL);
	ck_assert_int_eq(map.empty, MP_OK);
	ck_assert_int_eq(map.state[TASK_DENIED], MP_UNKNOWN);
}
END_TEST

static const struct {
	const char *text;
	const char *names; /* what the error must name */
} bad[] = {
    {"", "''"},
    {"failed", "'failed'"},
    {"failed=", "''"},
    {"=ok", "''"},
    {"failed=good", "'good'"},
    {"failed=4", "'4'"},
    {"failed=-1", "'-1'"},
    {"failed=00", "'00'"},
    {"failed= ok", "' ok'"},
    {"failed=ok ", "'ok '"},
    {" failed=ok", "' failed'"},
    {"Failed=ok", "'Failed'"},
    {"fail=ok", "'fail'"},
    {"failed==ok", "'=ok'"},
    {"failed=ok,", "''"},
    {",failed=ok", "''"},
    {"failed=ok,,denied=ok", "''"},
    {"failed=ok;denied=ok", "'ok;denied=ok'"},
    {"failed=ok,unknown=ok", "'unknown'"},
    {"failed=okokokokokokokokokokokokokokokokokokok", "okok"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=ok", "aaaa"},
};

START_TEST(what_is_wrong_is_named)
{
	struct task_map map;
	struct error err = ERROR_INIT;
	task_map_init(&map);
	ck_assert_msg(!task_map_parse(&map, bad[_i].text, &err), "%s", bad[_i].text);
	ck_assert_msg(strstr(err.text, bad[_i].names) != NULL, "\"%s\" for \"%s\"",
	              err.text, bad[_i].text);
}
END_TEST

START_TEST(errors_say_what_is_allowed)
{
	struct task_map map;
	struct error err = ERROR_INIT;
	task_map_init(&map);
	ck_assert(!task_map_parse(&map, "nonsense=ok", &err));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(strstr(err.text, rows[i].name) != NULL, "%s", rows[i].name);
	ck_assert_ptr_nonnull(strstr(err.text, "empty"));
}
END_TEST

Suite *condition_suite(void)
{
	Suite *suite = suite_create("condition");
	TCase *tc = tcase_create("condition");
	tcase_add_loop_test(tc, conditions_are_those_of_the_design, 0,
	                    (int)ARRAY_LEN(rows));
	tcase_add_test(tc, there_are_no_others);
	tcase_add_test(tc, only_three_are_ok);
	suite_add_tcase(suite, tc);

	TCase *map = tcase_create("map");
	tcase_add_loop_test(map, every_condition_can_be_mapped, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(map, several_at_once);
	tcase_add_loop_test(map, what_is_wrong_is_named, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(map, errors_say_what_is_allowed);
	suite_add_tcase(suite, map);
	return suite;
}
