#include <stddef.h>

#include "monplug/state.h"
#include "suites.h"

static const struct {
	const char *text;
	int state; /* -1: refused */
} spellings[] = {
    {"ok", MP_OK},
    {"OK", MP_OK},
    {"0", MP_OK},
    {"Warning", MP_WARNING},
    {"wArNiNg", MP_WARNING},
    {"1", MP_WARNING},
    {"CRITICAL", MP_CRITICAL},
    {"critical", MP_CRITICAL},
    {"2", MP_CRITICAL},
    {"unknown", MP_UNKNOWN},
    {"3", MP_UNKNOWN},
    {"", -1},
    {"4", -1},
    {"-1", -1},
    {"00", -1},
    {"ok ", -1},
    {" ok", -1},
    {"o", -1},
    {"okay", -1},
    {"crit", -1},
    {"warn", -1},
    {"crıtical", -1},
};

START_TEST(reads_names_and_numbers)
{
	enum mp_state state = MP_UNKNOWN;
	bool read = mp_state_parse(spellings[_i].text, &state);
	ck_assert_int_eq(read, spellings[_i].state >= 0);
	if (read)
		ck_assert_int_eq((int)state, spellings[_i].state);
	else
		ck_assert_int_eq(state, MP_UNKNOWN);
}
END_TEST

START_TEST(names_are_read_back)
{
	static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	enum mp_state state;
	ck_assert_str_eq(mp_state_name((enum mp_state)_i), names[_i]);
	ck_assert(mp_state_parse(names[_i], &state));
	ck_assert_int_eq((int)state, _i);
}
END_TEST

START_TEST(the_worst_of_two)
{
	static const enum mp_state rising[] = {MP_OK, MP_UNKNOWN, MP_WARNING,
	                                       MP_CRITICAL};
	for (size_t a = 0; a < ARRAY_LEN(rising); a++) {
		ck_assert_int_eq(mp_state_severity(rising[a]), (int)a);
		for (size_t b = 0; b < ARRAY_LEN(rising); b++)
			ck_assert_int_eq(mp_state_worst(rising[a], rising[b]),
			                 rising[a > b ? a : b]);
	}
}
END_TEST

START_TEST(what_is_no_state_is_unknown)
{
	ck_assert_str_eq(mp_state_name((enum mp_state)17), "UNKNOWN");
	ck_assert_int_eq(mp_state_severity((enum mp_state)17), 1);
}
END_TEST

Suite *state_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *tc = tcase_create("state");
	tcase_add_loop_test(tc, reads_names_and_numbers, 0, (int)ARRAY_LEN(spellings));
	tcase_add_loop_test(tc, names_are_read_back, 0, 4);
	tcase_add_test(tc, the_worst_of_two);
	tcase_add_test(tc, what_is_no_state_is_unknown);
	suite_add_tcase(suite, tc);
	return suite;
}
