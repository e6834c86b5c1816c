#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monplug/duration.h"
#include "suites.h"
#include "table.h"

static struct table vectors;

START_TEST(agrees_with_other_projects)
{
	const struct table_row *row = &vectors.rows[_i];
	double seconds;
	ck_assert_msg(mp_duration_parse(row->cell[0], &seconds), "%s", row->cell[0]);
	ck_assert_double_eq(seconds, strtod(row->cell[1], NULL));
}
END_TEST

static const struct {
	const char *text;
	double seconds; /* NAN: refused */
} durations[] = {
    {"90", 90},
    {"0", 0},
    {"0s", 0},
    {"1.5", 1.5},
    {".5h", 1800},
    {"1h30m", 5400},
    {"1y2w3d4h5m6s7ms8us", 31557600 + 1209600 + 259200 + 14400 + 300 + 6.007008},
    {"1h1s", 3601},
    {"90m", 5400},
    {"250ms", 0.25},
    {"10us", 10e-6},
    {"1.5h0.5m", 5430},
    {"", NAN},
    {"s", NAN},
    {"-1s", NAN},
    {"-1", NAN},
    {"+1s", NAN},
    {" 1s", NAN},
    {"1s ", NAN},
    {"1 s", NAN},
    {"1h 30m", NAN},
    {"1h30", NAN},  /* minutes or seconds? */
    {"30m1h", NAN}, /* from large to small */
    {"1h1h", NAN},  /* each unit once */
    {"1h-30m", NAN},
    {"1e3", NAN},
    {"1e3s", NAN},
    {"0x10", NAN},
    {"inf", NAN},
    {"nan", NAN},
    {"1H", NAN},
    {"1min", NAN},
    {"1hours", NAN}, /* one project reads the first letter only */
    {"1h,", NAN},
    {"1,5h", NAN},
    {"1.5.5h", NAN},
};

START_TEST(reads_what_operators_write)
{
	double seconds = -1;
	bool read = mp_duration_parse(durations[_i].text, &seconds);
	ck_assert_msg(read == !isnan(durations[_i].seconds), "%s", durations[_i].text);
	if (read)
		ck_assert_double_eq_tol(seconds, durations[_i].seconds, 1e-7);
	else
		ck_assert_double_eq(seconds, -1);
}
END_TEST

START_TEST(refuses_what_is_too_large)
{
	char text[400];
	double seconds;
	memset(text, '9', 308);
	memcpy(text + 308, "y", 2);
	ck_assert(!mp_duration_parse(text, &seconds));
}
END_TEST

static const struct {
	double seconds;
	const char *text;
} formats[] = {
    {0, "0s"},
    {0.999, "0s"},
    {1, "1s"},
    {45, "45s"},
    {59.99, "59s"},
    {60, "1m"},
    {61, "1m 1s"},
    {3599.9, "59m 59s"},
    {3600, "1h"},
    {3661, "1h 1m"},
    {7500, "2h 5m"},
    {3605, "1h"},
    {86400, "1d"},
    {86700, "1d"},
    {90000, "1d 1h"},
    {259200, "3d"},
    {40000000, "462d 23h"},
    {-300, "-5m"},
    {-0.5, "0s"},
    {1e15, "11574074074d 1h"},
    {1e16, ""},
    {-1e16, ""},
    {NAN, ""},
    {INFINITY, ""},
    {-INFINITY, ""},
};

START_TEST(writes_the_two_largest_parts)
{
	char text[MP_DURATION_TEXT_MAX];
	ck_assert_str_eq(mp_duration_format(formats[_i].seconds, text, sizeof text),
	                 formats[_i].text);
}
END_TEST

START_TEST(writes_nothing_rather_than_a_part)
{
	char text[] = "xxxxxx";
	mp_duration_format(7500, text, 6); /* "2h 5m" and its NUL */
	ck_assert_str_eq(text, "2h 5m");
	ck_assert_str_eq(mp_duration_format(7500, text, 5), "");
	ck_assert_str_eq(mp_duration_format(7500, NULL, 0), "");
}
END_TEST

Suite *duration_suite(void)
{
	Suite *suite = suite_create("duration");
	TCase *tc = tcase_create("duration");
	table_load(&vectors, "vectors/durations.tsv");
	tcase_add_loop_test(tc, agrees_with_other_projects, 0, (int)vectors.count);
	tcase_add_loop_test(tc, reads_what_operators_write, 0, (int)ARRAY_LEN(durations));
	tcase_add_test(tc, refuses_what_is_too_large);
	tcase_add_loop_test(tc, writes_the_two_largest_parts, 0, (int)ARRAY_LEN(formats));
	tcase_add_test(tc, writes_nothing_rather_than_a_part);
	suite_add_tcase(suite, tc);
	return suite;
}
