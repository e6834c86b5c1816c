#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "alloc.h"
#include "monplug/number.h"
#include "monplug/perfdata.h"
#include "suites.h"
#include "table.h"

static struct table format_rows;
static struct table icinga_rows;

/* Where this project prints something else than the project of the row, and why. */
static const struct {
	const char *theirs;
	const char *ours; /* "": the item is left out */
	const char *why;
} differences[] = {
    {"'foo'=23s;;;", "foo=23s", "no quotes needed, no trailing ;"},
    {"'foo'=23;;;", "foo=23", "the same"},
    {"'bar'=1;;;", "bar=1", "the same"},
    {"'baz'=1024B;;;", "baz=1024B", "the same"},
    {"'floatMe'=1024.102400;;;", "floatMe=1024.1024", "no closing zeros"},
    {"test_🖥\uFE0F__test=2", "test_____test=2", "ASCII labels only"},
    {"'foo bar'=2.76m;@10:25;15:20", "", "the unit m: minutes or metres"},
    {"(dropped)", "", "not a finite number: left out by us too"},
    {"label=42unit;", "", "a unit that engines do not know"},
    {"label=42unit;23.000:46.000;21.000:63.000;", "", "the same"},
    {"'l 1'=1;", "l_1=1", "no blanks in labels"},
    {"'l=2'=2;", "l_2=2", "no = in labels"},
    {"'l+3'=3;", "l_3=3", "no + in labels"},
    {"label=23unit;;;21;42;", "", "a unit that engines do not know"},
    {"/=382MB;15264;15269;0;32768", "", "MB: base units only"},
    {"/var=218MB;9443;9448", "", "the same"},
    {"/var/long@:-/filesystem/name/and/bad/chars=218MB;9443;9448", "", "the same"},
    {"'page file'=36%;80;90", "page_file=36%;80;90", "no blanks in labels"},
    {"data=5;;", "data=5", "no trailing ;"},
    {"'d d'=10", "d_d=10", "no blanks in labels"},
    {"(error)", "d_=10", "another character becomes _, not an error"},
    {"'load1'=0.42;1.0;5.0;0;10", "load1=0.42;1;5;0;10", "no quotes, no closing zeros"},
};

static const char *expected(const char *theirs)
{
	for (size_t i = 0; i < ARRAY_LEN(differences); i++) {
		if (strcmp(differences[i].theirs, theirs) == 0)
			return differences[i].ours;
	}
	return theirs;
}

static const double *number(const char *text, double *room)
{
	const char *at = text;
	if (!mp_number_read(&at, room) || *at)
		*room = NAN;
	return *text ? room : NULL;
}

static const struct mp_range *limit(const char *spec, struct mp_range *room)
{
	if (!*spec)
		return NULL;
	ck_assert(mp_range_parse(spec, MP_UNIT_NONE, room, NULL));
	return room;
}

START_TEST(prints_as_others_where_we_agree)
{
	char *const *cell = format_rows.rows[_i].cell;
	double value;
	double bounds[2];
	struct mp_range limits[2];
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	number(cell[1], &value);
	const struct mp_perfdata item = {.label = cell[0],
	                                 .value = value,
	                                 .uom = cell[2],
	                                 .warning = limit(cell[3], &limits[0]),
	                                 .critical = limit(cell[4], &limits[1]),
	                                 .min = number(cell[5], &bounds[0]),
	                                 .max = number(cell[6], &bounds[1])};
	const char *wanted = expected(cell[7]);
	ck_assert(mp_perfdata_add(&sb, &item) == (*wanted != '\0'));
	ck_assert_str_eq(strbuf_text(&sb), wanted);
	strbuf_clear(&sb);
}
END_TEST

/* The part of the format that every engine reads alike. */
static bool in_our_subset(const char *text)
{
	const char *at = text;
	at += strspn(at,
	             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
	if (at == text || *at++ != '=')
		return false;
	for (int field = 0; field < 5; field++) {
		double value;
		struct mp_range range;
		char part[100];
		size_t len = strcspn(at, ";");
		if (len >= sizeof part)
			return false;
		memcpy(part, at, len);
		part[len] = '\0';
		const char *end = part;
		bool is_number = mp_number_read(&end, &value);
		if (field == 0) {
			bool known = !*end || strcmp(end, "s") == 0 ||
			             strcmp(end, "%") == 0 || strcmp(end, "B") == 0;
			if (!is_number || !known)
				return false;
		} else if (len > 0 && !(is_number && !*end)) {
			if (field > 2 || part[0] == '@' ||
			    !mp_range_parse(part, MP_UNIT_NONE, &range, NULL))
				return false;
		}
		at += len;
		if (!*at)
			return field == 0 || len > 0; /* no trailing ";" */
		at++;
	}
	return false;
}

/*
 * What Icinga 2 refuses is not in our subset, and what it takes of it it keeps,
 * but for limits with a colon, which it drops (the value and the rest stay).
 */
START_TEST(icinga_takes_our_subset)
{
	char *const *cell = icinga_rows.rows[_i].cell;
	if (!in_our_subset(cell[0]))
		return;
	ck_assert_msg(strcmp(cell[1], "ok") == 0, "refused: %s", cell[0]);
	if (strcmp(cell[0], "test=123456;1000:2000;0:3000;3000;4000") == 0)
		ck_assert_str_eq(cell[2], "test=123456;;;3000;4000");
	else
		ck_assert_str_eq(cell[2], cell[0]);
}
END_TEST

/* So that the test above does not pass for want of rows. */
START_TEST(the_subset_is_what_we_think)
{
	static const char *const in[] = {"a=1", "a.b-c_D=0.5s;1;2;0;10", "a=1%;;;0;100",
	                                 "a=1;5:9;~:3", "a=-1B;;5"};
	static const char *const out[] = {"a=1,5", "a=1;",   "'a'=1", "a b=1",
	                                  "a=1ms", "a=",     "a=1e3", "a=1;@5",
	                                  "::=1",  "a=1;;;", "=1"};
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		ck_assert_msg(in_our_subset(in[i]), "%s", in[i]);
	for (size_t i = 0; i < ARRAY_LEN(out); i++)
		ck_assert_msg(!in_our_subset(out[i]), "%s", out[i]);
	size_t shared = 0;
	for (size_t i = 0; i < icinga_rows.count; i++)
		shared += in_our_subset(icinga_rows.rows[i].cell[0]);
	ck_assert_uint_ge(shared, 3);
}
END_TEST

static const struct {
	const char *label;
	double value;
	const char *uom;
	const char *warning;
	const char *critical;
	double min; /* NAN: none */
	double max;
	const char *printed;
} items[] = {
    {"time", 0.25, "s", "", "", 0, NAN, "time=0.25s;;;0"},
    {"time", 0.25, "s", "1", "2.5", 0, 10, "time=0.25s;1;2.5;0;10"},
    {"age", 5400, "s", "0:3600", ":7200", NAN, NAN, "age=5400s;3600;7200"},
    {"progress", 50, "%", "10:", "~:90", 0, 100, "progress=50%;10:;~:90;0;100"},
    {"size", 1234567890123.0, "B", "", "", NAN, NAN, "size=1234567890123B"},
    {"n", 3, "", "@1:2", "@5", NAN, NAN, "n=3"},
    {"n", 3, "", "@1:2", "5", 0, NAN, "n=3;;5;0"},
    {"n", 3, "", "5", "@5", 0, NAN, "n=3;5;;0"},
    {"n", -0.0, "", "", "", NAN, NAN, "n=0"},
    {"n", 3, "", "", "", NAN, 7, "n=3;;;;7"},
    {"n", 3, "", "", "", INFINITY, -INFINITY, "n=3"},
    {"a::b", 1, "", "", "", NAN, NAN, "a__b=1"},
    {"", 1, "", "", "", NAN, NAN, "_=1"},
    {"源文件", 1, "", "", "", NAN, NAN, "___=1"},
    {"a\xFF\xFE", 1, "", "", "", NAN, NAN, "a__=1"},
    {"a'b|c d=e;f\n", 1, "", "", "", NAN, NAN, "a_b_c_d_e_f_=1"},
    {"n", NAN, "", "", "", NAN, NAN, ""},
    {"n", INFINITY, "", "1", "2", 0, 1, ""},
    {"n", 1, "ms", "", "", NAN, NAN, ""},
    {"n", 1, "c", "", "", NAN, NAN, ""},
};

START_TEST(prints_the_subset)
{
	struct mp_range limits[2];
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	const struct mp_perfdata item = {.label = items[_i].label,
	                                 .value = items[_i].value,
	                                 .uom = items[_i].uom,
	                                 .warning = limit(items[_i].warning, &limits[0]),
	                                 .critical =
	                                     limit(items[_i].critical, &limits[1]),
	                                 .min = &items[_i].min,
	                                 .max = &items[_i].max};
	bool wanted = items[_i].printed[0] != '\0';
	ck_assert(mp_perfdata_add(&sb, &item) == wanted);
	ck_assert_str_eq(strbuf_text(&sb), items[_i].printed);
	ck_assert(!wanted || in_our_subset(strbuf_text(&sb)));
	strbuf_clear(&sb);
}
END_TEST

START_TEST(separates_items_by_one_blank)
{
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	ck_assert(mp_perfdata_add(
	    &sb, &(struct mp_perfdata){.label = "a", .value = 1, .uom = ""}));
	ck_assert(!mp_perfdata_add(
	    &sb, &(struct mp_perfdata){.label = "b", .value = NAN, .uom = ""}));
	ck_assert(mp_perfdata_add(
	    &sb, &(struct mp_perfdata){.label = "c", .value = 3, .uom = "s"}));
	ck_assert_str_eq(strbuf_text(&sb), "a=1 c=3s");
	strbuf_clear(&sb);
}
END_TEST

START_TEST(adds_all_or_nothing)
{
	struct strbuf sb;
	strbuf_init(&sb, 6);
	ck_assert(mp_perfdata_add(
	              &sb, &(struct mp_perfdata){.label = "a", .value = 1, .uom = ""}) ==
	          false); /* "a=1;;;;" is one byte too long, though "a=1" would fit */
	ck_assert_str_eq(strbuf_text(&sb), "");
	strbuf_clear(&sb);

	strbuf_init(&sb, 1000);
	alloc_fail_after(0);
	bool added = mp_perfdata_add(
	    &sb, &(struct mp_perfdata){.label = "a", .value = 1, .uom = ""});
	ck_assert_uint_eq(alloc_restore(), 1);
	ck_assert(!added);
	ck_assert(!strbuf_ok(&sb));
	strbuf_clear(&sb);
}
END_TEST

Suite *perfdata_suite(void)
{
	Suite *suite = suite_create("perfdata");
	TCase *tc = tcase_create("perfdata");
	table_load(&format_rows, "vectors/perfdata_format.tsv");
	table_load(&icinga_rows, "vectors/perfdata_icinga2.tsv");
	tcase_add_loop_test(tc, prints_as_others_where_we_agree, 0,
	                    (int)format_rows.count);
	tcase_add_loop_test(tc, icinga_takes_our_subset, 0, (int)icinga_rows.count);
	tcase_add_test(tc, the_subset_is_what_we_think);
	tcase_add_loop_test(tc, prints_the_subset, 0, (int)ARRAY_LEN(items));
	tcase_add_test(tc, separates_items_by_one_blank);
	tcase_add_test(tc, adds_all_or_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
