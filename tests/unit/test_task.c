#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "suites.h"
#include "task/mask.h"
#include "task/task.h"

/* ------------------------------------------------------------- ids and labels */

static const struct {
	const char *text;
	char separator;
	const char *id;
	const char *label; /* NULL: none */
} good[] = {
    {"1", '=', "1", NULL},
    {"403316=logos", '=', "403316", "logos"},
    {"1ketmmu1000d86isuyq33su100w1bnp6", '=', "1ketmmu1000d86isuyq33su100w1bnp6", NULL},
    {"1534087020903704704=hand over = now", '=', "1534087020903704704",
     "hand over = now"},
    {"a=源文件", '=', "a", "源文件"},
    {"a=", '=', "a", NULL},
    {"A-b_c.d:e~f*g@h+9", '=', "A-b_c.d:e~f*g@h+9", NULL},
    {"...", '=', "...", NULL},
    {"-T", '=', "-T", NULL},
    {"a=$x$|;{}\"'", '=', "a", "$x$|;{}\"'"},
    {"a", ' ', "a", NULL},
    {"a label", ' ', "a", "label"},
    {"a\tlabel", ' ', "a", "label"},
    {"a  \t two words", ' ', "a", "two words"},
    {"a ", ' ', "a", NULL},
    {"a # no comment", ' ', "a", "# no comment"},
};

START_TEST(ids_and_labels)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert_msg(task_init(&task, good[_i].text, good[_i].separator, &err), "%s",
	              err.text);
	ck_assert_str_eq(task.id, good[_i].id);
	if (good[_i].label)
		ck_assert_str_eq(task.label, good[_i].label);
	else
		ck_assert_ptr_null(task.label);
	ck_assert_str_eq(task_name(&task), good[_i].label ? good[_i].label : good[_i].id);
	task_clear(&task);
}
END_TEST

/* A task that was never asked about must not look well. */
START_TEST(a_new_task_is_unknown)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert(task_init(&task, "a", '=', &err));
	ck_assert(!task_is_finished(task.condition) &&
	          !task_is_unfinished(task.condition));
	ck_assert_int_eq(task.state, MP_UNKNOWN);
	ck_assert_int_lt(task.failed_files, 0);
	ck_assert(isnan(task.progress) && isnan(task.time) && isnan(task.age) &&
	          isnan(task.stalled));
	ck_assert(!task.remembered);
	task_clear(&task);
}
END_TEST

static const struct {
	const char *text;
	char separator;
	const char *says;
} bad[] = {
    {"", '=', "empty"},
    {"=label", '=', "empty"},
    {"$ARG1$", '=', "macro"},
    {"$task.id$=x", '=', "macro"},
    {"{$TASK}", '=', "macro"},
    {"{#ID}", '=', "macro"},
    {"a/b", '=', "'a/b'"},
    {"../etc", '=', "'../etc'"},
    {".", '=', "'.'"},
    {"..", '=', "'..'"},
    {"a b", '=', "'a b'"},
    {"a?b", '=', ""},
    {"a&b", '=', ""},
    {"a%2Fb", '=', ""},
    {"a#b", '=', ""},
    {"a\nb", '=', ""},
    {"a\r", '=', ""},
    {"源", '=', ""},
    {"a=b\nc", '=', "control"},
    {"a=b\x7F", '=', "control"},
    {"a=\x1B[31m", '=', "control"},
    {"a=\xFF", '=', "UTF-8"},
    {"a=\xE6\xBA", '=', "UTF-8"},
    {"a=b", ' ', ""},
    {" a", ' ', "empty"},
    {"a b\x01", ' ', "control"},
};

START_TEST(what_is_no_task)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert_msg(!task_init(&task, bad[_i].text, bad[_i].separator, &err), "%s",
	              bad[_i].text);
	ck_assert(error_is_set(&err));
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(ids_and_labels_have_a_cap)
{
	char text[600];
	struct task task;
	struct error err = ERROR_INIT;
	memset(text, 'a', sizeof text);
	text[TASK_ID_MAX] = '\0';
	ck_assert(task_init(&task, text, '=', &err));
	task_clear(&task);
	text[TASK_ID_MAX] = 'a';
	text[TASK_ID_MAX + 1] = '\0';
	ck_assert(!task_init(&task, text, '=', &err));
	error_clear(&err);
	memset(text, 'a', sizeof text);
	text[1] = '=';
	text[2 + TASK_LABEL_MAX] = '\0';
	ck_assert(task_init(&task, text, '=', &err));
	task_clear(&task);
	text[2 + TASK_LABEL_MAX] = 'a';
	text[3 + TASK_LABEL_MAX] = '\0';
	ck_assert(!task_init(&task, text, '=', &err));
}
END_TEST

/* ----------------------------------------------------------- what it remembers */

START_TEST(messages_are_cut_between_characters)
{
	char text[3 * TASK_MESSAGE_MAX + 1];
	struct task task;
	struct error err = ERROR_INIT;
	for (size_t i = 0; i < TASK_MESSAGE_MAX; i++)
		memcpy(text + 3 * i, "源", 3);
	text[sizeof text - 1] = '\0';
	ck_assert(task_init(&task, "a", '=', &err));
	task_set(&task, TASK_FAILED, "x%s", text);
	ck_assert_int_eq(task.condition, TASK_FAILED);
	ck_assert_uint_le(strlen(task.message), TASK_MESSAGE_MAX);
	ck_assert_uint_gt(strlen(task.message), TASK_MESSAGE_MAX - 4);
	ck_assert(utf8_valid(task.message, strlen(task.message)));
	task_text(&task.trace, text);
	ck_assert_uint_le(strlen(task.trace), TASK_MESSAGE_MAX);
	ck_assert(utf8_valid(task.trace, strlen(task.trace)));
	task_set(&task, TASK_RUNNING, NULL);
	ck_assert_ptr_null(task.message);
	task_clear(&task);
}
END_TEST

/* A message may be made from itself. */
START_TEST(a_message_may_quote_itself)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert(task_init(&task, "a", '=', &err));
	task_set(&task, TASK_DENIED, "one");
	task_set(&task, TASK_DENIED, "%s and two", task.message);
	ck_assert_str_eq(task.message, "one and two");
	task_text(&task.message, task.message);
	ck_assert_str_eq(task.message, "one and two");
	task_clear(&task);
}
END_TEST

START_TEST(lists_have_caps)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert(task_init(&task, "a", '=', &err));
	for (int i = 0; i < TASK_REASONS_MAX + 5; i++)
		ck_assert(task_add_reason(&task, "reason"));
	for (int i = 0; i < TASK_FILES_MAX + 5; i++)
		ck_assert(task_add_file(&task, "1", "name"));
	ck_assert_uint_eq(task.n_reasons, TASK_REASONS_MAX);
	ck_assert_uint_eq(task.n_files, TASK_FILES_MAX);
	task_clear(&task);
}
END_TEST

START_TEST(reset_forgets_the_answer)
{
	struct task task;
	struct error err = ERROR_INIT;
	ck_assert(task_init(&task, "a=b", '=', &err));
	task_set(&task, TASK_SUCCEEDED, "fine");
	task_text(&task.status, "2");
	task_text(&task.details, "{}");
	task_text(&task.trace, "t");
	ck_assert(task_add_reason(&task, "r") && task_add_file(&task, "1", "n"));
	task.failed_files = 3;
	task.progress = task.age = task.stalled = task.time = 5;
	task.remembered = true;
	task.step = 4;
	task_reset(&task);
	ck_assert(!task_is_finished(task.condition)); /* never good news */
	ck_assert_ptr_null(task.status);
	ck_assert_ptr_null(task.message);
	ck_assert_ptr_null(task.details);
	ck_assert_ptr_null(task.trace);
	ck_assert_uint_eq(task.n_reasons + task.n_files + task.step, 0);
	ck_assert_int_lt(task.failed_files, 0);
	ck_assert(isnan(task.progress) && isnan(task.age) && isnan(task.stalled) &&
	          isnan(task.time));
	ck_assert(!task.remembered);
	ck_assert_str_eq(task.id, "a");
	ck_assert_str_eq(task.label, "b");
	task_clear(&task);
	task_clear(&task); /* twice does no harm */
}
END_TEST

/* -------------------------------------------------------------------- the list */

static const struct {
	const char *text;
	const char *shown;
} masked[] = {
    {"eyJhbGci.one.11111", "***"},
    {"eyJhbGci.two.22222 and eyJhbGci.one.11111, twice", "*** and ***, twice"},
    {"eyJhbGci.two.22222eyJhbGci.two.22222", "******"},
    /* cut in the middle, at the end or before other words */
    {"see 'eyJhbGci.two.2', which is not followed", "see '***', which is not followed"},
    {"code \"eyJhbGci.o\"...", "code \"***\"..."},
    {"eyJhbGci", "***"},
    {"eyJhbGc", "eyJhbGc"},
    {"eyJhbGeyJhbGci.one.11111", "eyJhbG***"},
    {"short", "short"},
    {"", ""},
};

START_TEST(secrets_are_masked)
{
	static const char *const secrets[] = {"eyJhbGci.one.11111", NULL,
	                                      "eyJhbGci.two.22222", "short", ""};
	struct task task = {.condition = TASK_INVALID};
	task_set(&task, TASK_DENIED, "%s", masked[_i].text);
	mask_secrets(&task, secrets, ARRAY_LEN(secrets));
	ck_assert_str_eq(task.message ? task.message : "", masked[_i].shown);
	task_reset(&task);
}
END_TEST

START_TEST(secrets_are_masked_everywhere)
{
	static const char *const secrets[] = {"0123456789"};
	struct task task = {.condition = TASK_INVALID};
	char **const texts[] = {&task.status, &task.message, &task.trace, &task.details,
	                        &task.ended_message};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		task_text(texts[i], "<0123456789>");
	ck_assert(task_add_reason(&task, "<0123456789>"));
	ck_assert(task_add_file(&task, "<0123456789>", "<0123456789>"));
	mask_secrets(&task, secrets, ARRAY_LEN(secrets));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert_str_eq(*texts[i], "<***>");
	ck_assert_str_eq(task.reasons[0], "<***>");
	ck_assert_str_eq(task.files[0].id, "<***>");
	ck_assert_str_eq(task.files[0].name, "<***>");
	task_clear(&task);
}
END_TEST

START_TEST(a_list_takes_ten_thousand)
{
	struct task_list list = {NULL, 0, 0};
	struct error err = ERROR_INIT;
	char id[32];
	for (int i = 0; i < TASK_MAX; i++) {
		snprintf(id, sizeof id, "%d=label %d", i, i);
		ck_assert_msg(task_list_add(&list, id, '=', &err), "%s", err.text);
	}
	ck_assert(!task_list_add(&list, "more", '=', &err));
	ck_assert_ptr_nonnull(strstr(err.text, "10000"));
	ck_assert_uint_eq(list.n, TASK_MAX);
	error_clear(&err);
	ck_assert(task_list_unique(&list, &err));
	ck_assert_uint_eq(list.n, TASK_MAX);
	ck_assert_str_eq(list.items[TASK_MAX - 1].label, "label 9999");
	task_list_clear(&list);
	ck_assert_uint_eq(list.n, 0);
}
END_TEST

START_TEST(a_bad_task_leaves_the_list_as_it_was)
{
	struct task_list list = {NULL, 0, 0};
	struct error err = ERROR_INIT;
	ck_assert(task_list_add(&list, "a", '=', &err));
	ck_assert(!task_list_add(&list, "a/b", '=', &err));
	ck_assert_uint_eq(list.n, 1);
	task_list_clear(&list);
}
END_TEST

START_TEST(the_first_of_an_id_stays)
{
	static const char *const given[] = {"b=1", "a=1", "b=2", "c", "a=2",
	                                    "b",   "A",   "a=3", "ab"};
	static const char *const kept[] = {"1", "1", "c", "A", "ab"};
	struct task_list list = {NULL, 0, 0};
	struct error err = ERROR_INIT;
	ck_assert(task_list_unique(&list, &err)); /* of nothing, too */
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		ck_assert(task_list_add(&list, given[i], '=', &err));
	ck_assert(task_list_unique(&list, &err));
	ck_assert_uint_eq(list.n, ARRAY_LEN(kept));
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		ck_assert_str_eq(task_name(&list.items[i]), kept[i]);
	task_list_clear(&list);
}
END_TEST

Suite *task_suite(void)
{
	Suite *suite = suite_create("task");
	TCase *tc = tcase_create("task");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, ids_and_labels, 0, (int)ARRAY_LEN(good));
	tcase_add_test(tc, a_new_task_is_unknown);
	tcase_add_loop_test(tc, what_is_no_task, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(tc, ids_and_labels_have_a_cap);
	tcase_add_test(tc, messages_are_cut_between_characters);
	tcase_add_test(tc, a_message_may_quote_itself);
	tcase_add_test(tc, lists_have_caps);
	tcase_add_test(tc, reset_forgets_the_answer);
	tcase_add_loop_test(tc, secrets_are_masked, 0, (int)ARRAY_LEN(masked));
	tcase_add_test(tc, secrets_are_masked_everywhere);
	suite_add_tcase(suite, tc);

	TCase *list = tcase_create("list");
	tcase_set_timeout(list, 60);
	tcase_add_test(list, a_list_takes_ten_thousand);
	tcase_add_test(list, a_bad_task_leaves_the_list_as_it_was);
	tcase_add_test(list, the_first_of_an_id_stays);
	suite_add_tcase(suite, list);
	return suite;
}
