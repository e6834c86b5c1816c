#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monplug/number.h"
#include "monplug/range.h"
#include "suites.h"
#include "table.h"

static struct table parse_rows;
static struct table check_rows;
static struct table format_rows;
static struct table status_rows;

static double number(const char *text)
{
	const char *at = text;
	double value = NAN;
	if (strcmp(text, "-inf") == 0)
		return -INFINITY;
	if (strcmp(text, "inf") == 0)
		return INFINITY;
	ck_assert_msg(mp_number_read(&at, &value) && !*at, "no number: %s", text);
	return value;
}

static struct mp_range range(const char *spec, enum mp_unit unit)
{
	struct mp_range parsed = {0};
	struct error err = ERROR_INIT;
	ck_assert_msg(mp_range_parse(spec, unit, &parsed, &err), "%s", err.text);
	return parsed;
}

/* Rows marked "?", where the sources disagree: this project refuses them. */
START_TEST(parses_as_other_projects_do)
{
	char *const *cell = parse_rows.rows[_i].cell;
	struct mp_range parsed = {.start = -1, .end = -2};
	struct error err = ERROR_INIT;
	bool valid = mp_range_parse(cell[0], MP_UNIT_NONE, &parsed, &err);
	ck_assert_msg(valid == (cell[1][0] == '1'), "\"%s\": %s", cell[0], err.text);
	ck_assert(error_is_set(&err) == !valid);
	if (valid) {
		ck_assert_double_eq(parsed.start, number(cell[2]));
		ck_assert_double_eq(parsed.end, number(cell[3]));
		ck_assert(parsed.inside == (strcmp(cell[4], "inside") == 0));
	} else {
		ck_assert_double_eq(parsed.start, -1);
		ck_assert_double_eq(parsed.end, -2);
	}
}
END_TEST

START_TEST(alerts_as_other_projects_do)
{
	char *const *cell = check_rows.rows[_i].cell;
	struct mp_range parsed = range(cell[0], MP_UNIT_NONE);
	ck_assert_msg(mp_range_alerts(&parsed, number(cell[1])) == (cell[2][0] == '1'),
	              "%s against %s", cell[1], cell[0]);
}
END_TEST

START_TEST(formats_as_other_projects_do)
{
	char *const *cell = format_rows.rows[_i].cell;
	struct mp_range parsed = range(cell[0], MP_UNIT_NONE);
	char text[MP_RANGE_TEXT_MAX];
	ck_assert_str_eq(mp_range_format(&parsed, text, sizeof text), cell[1]);
}
END_TEST

START_TEST(judges_as_other_projects_do)
{
	char *const *cell = status_rows.rows[_i].cell;
	struct mp_range limits[2];
	const struct mp_range *given[2];
	for (size_t i = 0; i < 2; i++) {
		given[i] = cell[i][0] ? &limits[i] : NULL;
		if (given[i])
			limits[i] = range(cell[i], MP_UNIT_NONE);
	}
	ck_assert_str_eq(
	    mp_state_name(mp_range_judge(given[0], given[1], number(cell[2]))), cell[3]);
}
END_TEST

static const struct {
	const char *spec;
	enum mp_unit unit;
	const char *canonical; /* NULL: refused */
} specs[] = {
    /* no bound at all */
    {"", MP_UNIT_NONE, NULL},
    {":", MP_UNIT_NONE, NULL},
    {"~", MP_UNIT_NONE, NULL},
    {"~:", MP_UNIT_NONE, NULL},
    {"@", MP_UNIT_NONE, NULL},
    {"@:", MP_UNIT_NONE, NULL},
    {"@~:", MP_UNIT_NONE, NULL},
    /* half a bound, or more than two */
    {"~10", MP_UNIT_NONE, NULL},
    {"~:~", MP_UNIT_NONE, NULL},
    {"10:~", MP_UNIT_NONE, NULL},
    {"1:2:3", MP_UNIT_NONE, NULL},
    {"1::3", MP_UNIT_NONE, NULL},
    {"10@", MP_UNIT_NONE, NULL},
    {"-", MP_UNIT_NONE, NULL},
    {".", MP_UNIT_NONE, NULL},
    {"-.", MP_UNIT_NONE, NULL},
    /* other spellings of numbers */
    {"+1", MP_UNIT_NONE, NULL},
    {"1e3", MP_UNIT_NONE, NULL},
    {"0x10:", MP_UNIT_NONE, NULL},
    {"1,5", MP_UNIT_NONE, NULL},
    {"inf", MP_UNIT_NONE, NULL},
    {"NaN:", MP_UNIT_NONE, NULL},
    {"10abc", MP_UNIT_NONE, NULL},
    /* blanks */
    {" 10", MP_UNIT_NONE, NULL},
    {"10 ", MP_UNIT_NONE, NULL},
    {"10 :20", MP_UNIT_NONE, NULL},
    {"10: 20", MP_UNIT_NONE, NULL},
    {"@ 10", MP_UNIT_NONE, NULL},
    {"1\n", MP_UNIT_NONE, NULL},
    /* order */
    {"2:1", MP_UNIT_NONE, NULL},
    {"-10", MP_UNIT_NONE, NULL},
    {"@2:1", MP_UNIT_NONE, NULL},
    {"-1:-2", MP_UNIT_NONE, NULL},
    /* what is meant by less */
    {":5", MP_UNIT_NONE, "5"},
    {"0:5", MP_UNIT_NONE, "5"},
    {"-0:5", MP_UNIT_NONE, "5"},
    {"-0:-0", MP_UNIT_NONE, "0"},
    {"@5", MP_UNIT_NONE, "@5"},
    {"0", MP_UNIT_NONE, "0"},
    {"-5:", MP_UNIT_NONE, "-5:"},
    {"5.", MP_UNIT_NONE, "5"},
    {".5", MP_UNIT_NONE, "0.5"},
    {"007.500", MP_UNIT_NONE, "7.5"},
    {"-2.5:-1.25", MP_UNIT_NONE, "-2.5:-1.25"},
    {"@~:0", MP_UNIT_NONE, "@~:0"},
    /* digits: kept where a double keeps them */
    {"0.1:0.30000000000000004", MP_UNIT_NONE, "0.1:0.30000000000000004"},
    {"9007199254740993", MP_UNIT_NONE, "9007199254740992"},
    {"999999999999999849005056", MP_UNIT_NONE, "999999999999999849005056"},
    {"1000000000000000000000000", MP_UNIT_NONE, NULL},
    {"-1000000000000000000000000:", MP_UNIT_NONE, NULL},
    /* seconds */
    {"90", MP_UNIT_SECONDS, "90"},
    {"1h30m:2d", MP_UNIT_SECONDS, "5400:172800"},
    {"6h", MP_UNIT_SECONDS, "21600"},
    {"3d:", MP_UNIT_SECONDS, "259200:"},
    {"-30s:", MP_UNIT_SECONDS, "-30:"},
    {"@~:-1m", MP_UNIT_SECONDS, "@~:-60"},
    {"250ms", MP_UNIT_SECONDS, "0.25"},
    {"--30s:", MP_UNIT_SECONDS, NULL},
    {"1h-30m", MP_UNIT_SECONDS, NULL},
    {"30x", MP_UNIT_SECONDS, NULL},
    {"50%", MP_UNIT_SECONDS, NULL},
    {"1m:1s", MP_UNIT_SECONDS, NULL},
    /* percent */
    {"50%", MP_UNIT_PERCENT, "50"},
    {"50", MP_UNIT_PERCENT, "50"},
    {"10%:20", MP_UNIT_PERCENT, "10:20"},
    {"@10.5%:20%", MP_UNIT_PERCENT, "@10.5:20"},
    {"50%%", MP_UNIT_PERCENT, NULL},
    {"%", MP_UNIT_PERCENT, NULL},
    {"5m", MP_UNIT_PERCENT, NULL},
    /* no unit where none is meant */
    {"5m", MP_UNIT_NONE, NULL},
    {"5%", MP_UNIT_NONE, NULL},
};

START_TEST(decides_where_the_guideline_is_silent)
{
	struct mp_range parsed = {0};
	struct error err = ERROR_INIT;
	char text[MP_RANGE_TEXT_MAX];
	const char *canonical = specs[_i].canonical;
	bool valid = mp_range_parse(specs[_i].spec, specs[_i].unit, &parsed, &err);
	ck_assert_msg(valid == (canonical != NULL), "\"%s\": %s", specs[_i].spec,
	              err.text);
	if (!canonical) {
		ck_assert_ptr_nonnull(strstr(err.text, specs[_i].spec));
		ck_assert_ptr_nonnull(strstr(err.text, "[@][START:][END]"));
		return;
	}
	ck_assert_str_eq(mp_range_format(&parsed, text, sizeof text), canonical);
	struct mp_range again = range(text, MP_UNIT_NONE);
	ck_assert_double_eq(again.start, parsed.start);
	ck_assert_double_eq(again.end, parsed.end);
	ck_assert(again.inside == parsed.inside);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	static const struct {
		const char *spec;
		const char *part;
	} faults[] = {
	    {"x:1", "its start is neither"},
	    {"1:x", "its end is not"},
	    {"2:1", "its start is above its end"},
	    {"-10", "its start, 0 where left out,"},
	    {"~:", "it has no bound"},
	};
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct mp_range parsed;
		struct error err = ERROR_INIT;
		ck_assert(
		    !mp_range_parse(faults[i].spec, MP_UNIT_SECONDS, &parsed, &err));
		ck_assert_msg(strstr(err.text, faults[i].part), "%s", err.text);
		ck_assert_msg(strstr(err.text, "1h30m"), "the units: %s", err.text);
		ck_assert(
		    !mp_range_parse(faults[i].spec, MP_UNIT_SECONDS, &parsed, NULL));
	}
}
END_TEST

START_TEST(refuses_a_long_spec)
{
	char spec[200];
	struct mp_range parsed;
	struct error err = ERROR_INIT;
	memset(spec, '0', sizeof spec);
	spec[128] = '\0';
	ck_assert(!mp_range_parse(spec, MP_UNIT_NONE, &parsed, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "too long"));
	spec[127] = '\0';
	ck_assert(mp_range_parse(spec, MP_UNIT_NONE, &parsed, NULL));
	ck_assert_double_eq(parsed.end, 0);
}
END_TEST

START_TEST(what_cannot_be_judged_alerts)
{
	static const char *const all[] = {"10", "10:", "~:10", "@10:20", "@~:0"};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct mp_range r = range(all[i], MP_UNIT_NONE);
		ck_assert(mp_range_alerts(&r, NAN));
		ck_assert_int_eq(mp_range_judge(&r, NULL, NAN), MP_WARNING);
		ck_assert_int_eq(mp_range_judge(NULL, &r, NAN), MP_CRITICAL);
	}
	struct mp_range from = range("10:", MP_UNIT_NONE);
	ck_assert(!mp_range_alerts(&from, INFINITY));
	ck_assert(mp_range_alerts(&from, -INFINITY));
	ck_assert_int_eq(mp_range_judge(NULL, NULL, NAN), MP_OK);
}
END_TEST

START_TEST(plain_upper_bounds)
{
	static const struct {
		const char *spec;
		bool plain;
	} rows[] = {{"10", true},    {"0", true},     {":10", true},
	            {"0:10", true},  {"10:", false},  {"0:", false},
	            {"~:10", false}, {"1:10", false}, {"@10", false}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mp_range r = range(rows[i].spec, MP_UNIT_NONE);
		ck_assert_msg(mp_range_is_plain(&r) == rows[i].plain, "%s", rows[i].spec);
	}
}
END_TEST

START_TEST(formats_all_or_nothing)
{
	struct mp_range r = range("10:20", MP_UNIT_NONE);
	char text[] = "xxxxxxx";
	mp_range_format(&r, text, 6);
	ck_assert_str_eq(text, "10:20");
	ck_assert_str_eq(mp_range_format(&r, text, 5), "");
	ck_assert_str_eq(mp_range_format(&r, NULL, 0), "");
	struct mp_range huge = {.start = -1e300, .end = 1e300};
	char room[MP_RANGE_TEXT_MAX] = "x";
	mp_range_format(&huge, room, sizeof room);
	ck_assert_str_eq(room, "");
}
END_TEST

/* The room is enough for the longest bounds that can be parsed. */
START_TEST(formats_the_longest)
{
	struct mp_range r = range("@-999999999999999849005056:"
	                          "-999999999999999714787328",
	                          MP_UNIT_NONE);
	char text[MP_RANGE_TEXT_MAX];
	mp_range_format(&r, text, sizeof text);
	ck_assert_str_eq(text, "@-999999999999999849005056:-999999999999999714787328");
	r = range("@-4503599627370495.5:-0.12345678901234567", MP_UNIT_NONE);
	mp_range_format(&r, text, sizeof text);
	ck_assert_str_eq(text, "@-4503599627370495.5:-0.12345678901234566");
}
END_TEST

static const struct {
	const char *text;
	double value; /* NAN: no number */
	const char *rest;
} numbers[] = {
    {"7", 7, ""},
    {"-7", -7, ""},
    {"0.5", 0.5, ""},
    {".5", 0.5, ""},
    {"-.5", -0.5, ""},
    {"5.", 5, ""},
    {"1.2.3", 1.2, ".3"},
    {"1e5", 1, "e5"},
    {"0x10", 0, "x10"},
    {"1,5", 1, ",5"},
    {"10:20", 10, ":20"},
    {"5 ", 5, " "},
    {"123456789012345678901234567890", 123456789012345678901234567890.0, ""},
    {"0.1000000000000000055511151231257827", 0.1, ""},
    {"9007199254740993", 9007199254740992.0, ""},
    {"2.2250738585072011", 2.2250738585072011, ""},
    {"", NAN, ""},
    {"-", NAN, "-"},
    {".", NAN, "."},
    {"-.", NAN, "-."},
    {"+1", NAN, "+1"},
    {"--1", NAN, "--1"},
    {" 1", NAN, " 1"},
    {"inf", NAN, "inf"},
    {"nan", NAN, "nan"},
    {"e5", NAN, "e5"},
};

static void check_number(int i)
{
	const char *at = numbers[i].text;
	double value = -1;
	bool read = mp_number_read(&at, &value);
	ck_assert_msg(read == !isnan(numbers[i].value), "%s", numbers[i].text);
	ck_assert_str_eq(at, numbers[i].rest);
	ck_assert_double_eq(value, read ? numbers[i].value : -1);
}

START_TEST(reads_plain_decimals)
{
	check_number(_i);
}
END_TEST

START_TEST(reads_no_number_without_end)
{
	char text[500];
	const char *at = text;
	double value;
	memset(text, '1', sizeof text);
	text[309] = '\0';
	ck_assert(mp_number_read(&at, &value)); /* 1.1e308 */
	at = text;
	text[309] = '1';
	text[310] = '\0';
	ck_assert(!mp_number_read(&at, &value)); /* no double */
	ck_assert_ptr_eq(at, text);
	memset(text, '0', sizeof text);
	text[400] = '\0';
	ck_assert(mp_number_read(&at, &value));
	ck_assert_double_eq(value, 0);
	at = text;
	text[400] = '0';
	text[401] = '\0';
	ck_assert(!mp_number_read(&at, &value)); /* more digits than are kept */
	ck_assert_ptr_eq(at, text);
}
END_TEST

static const struct {
	double value;
	const char *text;
	const char *full;
} spelled[] = {
    {0, "0", "0"},
    {-0.0, "0", "0"},
    {1, "1", "1"},
    {-17, "-17", "-17"},
    {100, "100", "100"},
    {0.5, "0.5", "0.5"},
    {-0.25, "-0.25", "-0.25"},
    {1024.1024, "1024.1024", "1024.1024"},
    {0.1, "0.1", "0.1"},
    {1.0 / 3, "0.333333", "0.3333333333333333"},
    {2.0 / 3, "0.666667", "0.6666666666666666"},
    {0.9999999, "1", "0.9999999"},
    {-0.0000001, "0", "-0.0000001"},
    {0.000001, "0.000001", "0.000001"},
    {657.8210567, "657.821057", "657.8210567"},
    {9007199254740991.0, "9007199254740991", "9007199254740991"},
    {9007199254740992.0, "9007199254740992", "9007199254740992"},
    {-9007199254740994.0, "-9007199254740994", "-9007199254740994"},
    {1e15, "1000000000000000", "1000000000000000"},
    {1e22, "10000000000000000000000", "10000000000000000000000"},
    {18446744073709551616.0, "18446744073709551616", "18446744073709551616"},
    {NAN, "", ""},
    {INFINITY, "", ""},
    {-INFINITY, "", ""},
};

static void check_spelling(int i)
{
	char text[MP_NUMBER_TEXT_MAX];
	ck_assert_str_eq(mp_number_format(spelled[i].value, text, sizeof text),
	                 spelled[i].text);
	ck_assert_str_eq(mp_number_format_full(spelled[i].value, text, sizeof text),
	                 spelled[i].full);
}

START_TEST(writes_plain_decimals)
{
	check_spelling(_i);
}
END_TEST

START_TEST(writes_all_or_nothing)
{
	char text[] = "xxxx";
	ck_assert_str_eq(mp_number_format(123, text, 4), "123");
	ck_assert_str_eq(mp_number_format(1234, text, 4), "");
	ck_assert_str_eq(mp_number_format_full(1234, text, 4), "");
	ck_assert_str_eq(mp_number_format(1, NULL, 0), "");
	char room[MP_NUMBER_TEXT_MAX];
	ck_assert_uint_eq(
	    strlen(mp_number_format(-1.7976931348623157e308, room, sizeof room)), 310);
	ck_assert_str_eq(mp_number_format(1e40, room, 32), "");
}
END_TEST

/*
 * In a locale with a decimal comma, if one is installed: the point is there by
 * construction, and here it is seen where it can be.
 */
START_TEST(keeps_the_point_in_every_locale)
{
	static const char *const names[] = {
	    "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",     "nl_NL.UTF-8",
	    "pt_BR.UTF-8", "de_DE",      "de_DE.ISO8859-1", "fa_IR.UTF-8"};
	for (size_t n = 0; n < ARRAY_LEN(names); n++) {
		if (!setlocale(LC_ALL, names[n]))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
			check_number((int)i);
		for (size_t i = 0; i < ARRAY_LEN(spelled); i++)
			check_spelling((int)i);
		struct mp_range r = range("-1.5:2.25", MP_UNIT_NONE);
		char text[MP_RANGE_TEXT_MAX];
		mp_range_format(&r, text, sizeof text);
		ck_assert_str_eq(text, "-1.5:2.25");
	}
	setlocale(LC_ALL, "C");
}
END_TEST

Suite *range_suite(void)
{
	Suite *suite = suite_create("range");
	TCase *tc = tcase_create("range");
	table_load(&parse_rows, "vectors/range_parse.tsv");
	table_load(&check_rows, "vectors/range_check.tsv");
	table_load(&format_rows, "vectors/range_to_string.tsv");
	table_load(&status_rows, "vectors/threshold_status.tsv");
	tcase_add_loop_test(tc, parses_as_other_projects_do, 0, (int)parse_rows.count);
	tcase_add_loop_test(tc, alerts_as_other_projects_do, 0, (int)check_rows.count);
	tcase_add_loop_test(tc, formats_as_other_projects_do, 0, (int)format_rows.count);
	tcase_add_loop_test(tc, judges_as_other_projects_do, 0, (int)status_rows.count);
	tcase_add_loop_test(tc, decides_where_the_guideline_is_silent, 0,
	                    (int)ARRAY_LEN(specs));
	tcase_add_test(tc, says_what_is_wrong);
	tcase_add_test(tc, refuses_a_long_spec);
	tcase_add_test(tc, what_cannot_be_judged_alerts);
	tcase_add_test(tc, plain_upper_bounds);
	tcase_add_test(tc, formats_all_or_nothing);
	tcase_add_test(tc, formats_the_longest);
	suite_add_tcase(suite, tc);

	TCase *numbers_tc = tcase_create("number");
	tcase_add_loop_test(numbers_tc, reads_plain_decimals, 0, (int)ARRAY_LEN(numbers));
	tcase_add_test(numbers_tc, reads_no_number_without_end);
	tcase_add_loop_test(numbers_tc, writes_plain_decimals, 0,
	                    (int)ARRAY_LEN(spelled));
	tcase_add_test(numbers_tc, writes_all_or_nothing);
	tcase_add_test(numbers_tc, keeps_the_point_in_every_locale);
	suite_add_tcase(suite, numbers_tc);
	return suite;
}
