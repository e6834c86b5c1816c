#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "net/json.h"
#include "suites.h"

#define TEXT(s) (s), sizeof(s) - 1

/* What is read, and what the member "a" then holds. */
static const struct {
	const char *body;
	size_t len;
	const char *a;
} mended[] = {
    {TEXT("{\"a\":\"\"}"), ""},
    {TEXT("\xEF\xBB\xBF{\"a\":\"bom\"}"), "bom"},
    {TEXT(" \r\n\t{\"a\" : \"x\" } \n"), "x"},
    {TEXT("{\"a\":\"源文件\"}"), "源文件"},
    {TEXT("{\"a\":\"\\u6e90\\uD83D\\uDE80\"}"), "源🚀"},
    {TEXT("{\"a\":\"x\xFFy\"}"), "x\uFFFDy"},
    {TEXT("{\"a\":\"\xC0\xAF\"}"), "\uFFFD\uFFFD"},
    {TEXT("{\"a\":\"\xE6\xBA\"}"), "\uFFFD"},
    {TEXT("{\"a\":\"\xED\xA0\x80\"}"), "\uFFFD\uFFFD\uFFFD"},
    {TEXT("{\"a\":\"\\uD83D\"}"), "\uFFFD"},
    {TEXT("{\"a\":\"\\uDE80\"}"), "\uFFFD"},
    {TEXT("{\"a\":\"\\uDE80\\uD83D\"}"), "\uFFFD\uFFFD"},
    {TEXT("{\"a\":\"\\uD83D\\uD83D\\uDE80\"}"), "\uFFFD🚀"},
    {TEXT("{\"a\":\"\\uD83Dx\"}"), "\uFFFDx"},
    {TEXT("{\"a\":\"\\uD83D\\n\"}"), "\uFFFD\n"},
    {TEXT("{\"a\":\"\\u0000\"}"), "\uFFFD"},
    {TEXT("{\"a\":\"x\0y\"}"), "x\uFFFDy"},
    {TEXT("{\"a\":\"one\ntwo\r\tthree\x1B[0m\"}"), "one\ntwo\r\tthree\x1B[0m"},
    {TEXT("{\"a\":\"\x7F\"}"), "\x7F"},
    {TEXT("{\"a\":\"\\\\\xFF\\\"\"}"), "\\\uFFFD\""},
    {TEXT("{\"a\":\"\\\\\\\\\\\"}\xFF\"}"), "\\\\\"}\uFFFD"},
    {TEXT("{\"b\\u0000\":1,\"a\":\"x\"}"), "x"},
    {TEXT("{\"b\xFF\":1,\"a\":\"[[[{{{\"}"), "[[[{{{"},
};

START_TEST(mends_strings)
{
	struct error err = ERROR_INIT;
	json_t *root;
	ck_assert_msg(net_json_parse(mended[_i].body, mended[_i].len, &root, &err), "%s",
	              err.text);
	ck_assert_str_eq(json_string_value(json_object_get(root, "a")), mended[_i].a);
	ck_assert(utf8_valid(mended[_i].a, strlen(mended[_i].a)));
	json_decref(root);
}
END_TEST

static const struct {
	const char *body;
	size_t len;
	const char *words; /* that the error must hold */
} broken[] = {
    {TEXT(""), "empty"},
    {TEXT(" \r\n\t"), "empty"},
    {TEXT("\xEF\xBB\xBF"), "empty"},
    {TEXT("<html><body>502 Bad Gateway</body>"), "HTML"},
    {TEXT("\n <!DOCTYPE html>"), "HTML"},
    {TEXT("<?xml version=\"1.0\"?>"), "XML"},
    {TEXT("[]"), "an array"},
    {TEXT(" [{\"code\":0}]"), "an array"},
    {TEXT("null"), "not a JSON object (line 1, column 1)"},
    {TEXT("\n\n  true"), "not a JSON object (line 3, column 3)"},
    {TEXT("\"{}\""), "not a JSON object"},
    {TEXT("0"), "not a JSON object"},
    {TEXT("upstream connect error"), "not a JSON object"},
    {TEXT("\0{}"), "not a JSON object"},
    {TEXT("\xFF\xFE{\0}\0"), "not a JSON object"},
    {TEXT("{"), "cut short"},
    {TEXT("{\"a\":"), "cut short"},
    {TEXT("{\"a\":1"), "cut short"},
    {TEXT("{\"a\":\"x"), "cut short"},
    {TEXT("{\"a\":\"x\xFF"), "cut short"},
    {TEXT("{\"a\":\"x\\"), "not valid JSON"},
    {TEXT("{\"a\":[1,2"), "cut short"},
    {TEXT("{} x"), "goes on behind"},
    {TEXT("{}{}"), "goes on behind"},
    {TEXT("{}\0"), "goes on behind"},
    {TEXT("{}]"), "goes on behind"},
    {TEXT("{\"a\":1,\"a\":2}"), "two members"},
    {TEXT("{\"a\":{\"b\":1,\"b\":1}}"), "two members"},
    {TEXT("{\"\xFE\":1,\"\xFF\":2}"), "two members"}, /* after mending */
    {TEXT("{\"\\u0061\":1,\"a\":2}"), "two members"},
    {TEXT("{\"a\":99999999999999999999}"), "too large"},
    {TEXT("{\"a\":1e999}"), "too large"},
    {TEXT("{\"a\":1e-400}"), "whole when it is rounded (line 1, column 6)"},
    {TEXT("{\"a\":-1e-400}"), "whole when it is rounded"},
    {TEXT("{\"a\":1e-99999999999999999999}"), "whole when it is rounded"},
    {TEXT("{\"a\":\"\\\"\",\"b\":[0.0,1.99999999999999999999]}"), "it is rounded"},
    {TEXT("{\"a\":1234567890123456.999e0}"), "it is rounded"},
    {TEXT("{\"a\":01}"), "not valid JSON"},
    {TEXT("{\"a\":+1}"), "not valid JSON"},
    {TEXT("{\"a\":.5}"), "not valid JSON"},
    {TEXT("{\"a\":0x10}"), "not valid JSON"},
    {TEXT("{\"a\":NaN}"), "not valid JSON"},
    {TEXT("{\"a\":Infinity}"), "not valid JSON"},
    {TEXT("{\"a\":True}"), "not valid JSON"},
    {TEXT("{\"a\":1,}"), "not valid JSON"},
    {TEXT("{'a':1}"), "not valid JSON"},
    {TEXT("{a:1}"), "not valid JSON"},
    {TEXT("{\"a\" 1}"), "not valid JSON"},
    {TEXT("{\"a\":1]"), "not valid JSON"},
    {TEXT("{\"a\":\"\\x\"}"), "not valid JSON"},
    {TEXT("{\"a\":\"\\u12G4\"}"), "not valid JSON"},
    {TEXT("{\"a\":\"\\\n\"}"), "not valid JSON"},
    {TEXT("{\"a\":\"\\\xFF\"}"), "not valid JSON"},
    {TEXT("{/* no */}"), "not valid JSON"},
    {TEXT("{\xFF}"), "not valid JSON"},
    {TEXT("{\"a\":\xC2\xA0"
          "1}"),
     "not valid JSON"},
    {TEXT("{\n\"a\": 1,\n  \"b\": ?}"), "(line 3, column 8)"},
    {TEXT("{\"a\":\"\xFF\xFF\n\x01\", \"b\": ?}"), "(line 2, column 10)"},
    {TEXT("{\"源文件\": ?}"), "(line 1, column 9)"},
};

START_TEST(refuses_what_is_not_json)
{
	struct error err = ERROR_INIT;
	json_t *root;
	ck_assert(!net_json_parse(broken[_i].body, broken[_i].len, &root, &err));
	ck_assert_msg(strstr(err.text, broken[_i].words), "%d: %s", _i, err.text);
	ck_assert_ptr_null(root);
}
END_TEST

/* {"a":{"a":...{}...}} or with arrays, `levels` deep. */
static char *nested(size_t levels, const char *open, const char *close)
{
	struct strbuf text;
	strbuf_init(&text, 1 << 22);
	strbuf_adds(&text, "{\"a\":");
	for (size_t i = 1; i < levels; i++)
		strbuf_adds(&text, open);
	strbuf_adds(&text, "0");
	for (size_t i = 1; i < levels; i++)
		strbuf_adds(&text, close);
	strbuf_adds(&text, "}");
	char *taken = strbuf_take(&text);
	ck_assert_ptr_nonnull(taken);
	return taken;
}

START_TEST(depth_has_a_limit)
{
	static const struct {
		size_t levels;
		bool ok;
	} rows[] = {{1, true},   {2, true},     {64, true},
	            {65, false}, {2049, false}, {100000, false}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (int array = 0; array < 2; array++) {
			struct error err = ERROR_INIT;
			json_t *root;
			char *text = nested(rows[i].levels,
			                    array ? "[" : "{\"a\":", array ? "]" : "}");
			ck_assert(net_json_parse(text, strlen(text), &root, &err) ==
			          rows[i].ok);
			ck_assert(rows[i].ok || strstr(err.text, "64 levels"));
			json_decref(root);
			free(text);
		}
	}
}
END_TEST

/* Every beginning of a document is cut short, and no byte behind it is read. */
START_TEST(every_beginning_is_refused)
{
	static const char whole[] =
	    "{\"a\":[1,-2.5e3,true,null,{\"b\":\"\\u6e90\xFF \\\"\"}],"
	    "\"c\":\"源\"}";
	for (size_t n = 0; n < sizeof whole; n++) {
		struct error err = ERROR_INIT;
		json_t *root;
		char *copy = malloc(n + 1);
		ck_assert_ptr_nonnull(copy);
		char *tight = realloc(copy, n ? n : 1);
		ck_assert_ptr_nonnull(tight);
		memcpy(tight, whole, n);
		bool ok = net_json_parse(tight, n, &root, &err);
		ck_assert(ok == (n == sizeof whole - 1));
		ck_assert(ok == !error_is_set(&err));
		ck_assert(utf8_valid(err.text, strlen(err.text)));
		json_decref(root);
		free(tight);
	}
}
END_TEST

/* Changes bytes at random; whatever comes of it, the texts are valid UTF-8. */
START_TEST(any_bytes_are_survived)
{
	static const char whole[] =
	    "{\"a\":\"\\uD83D\\uDE80 x\",\"b\":[\"\\\\\",1.5,{}]}";
	static const char nasty[] = "\"\\u{}[]:,0\xFF\xE6\xED\x80\n\0d9D";
	unsigned seed = 12345U + (unsigned)_i;
	int read = 0;
	for (int round = 0; round < 5000; round++) {
		char copy[sizeof whole];
		memcpy(copy, whole, sizeof whole);
		for (int change = 0; change < 3; change++) {
			seed = seed * 1103515245U + 12345U;
			unsigned pick = seed >> 16;
			copy[pick % (sizeof whole - 1)] =
			    nasty[pick / 64 % (sizeof nasty - 1)];
		}
		struct error err = ERROR_INIT;
		json_t *root;
		if (net_json_parse(copy, sizeof whole - 1, &root, &err)) {
			char *text = json_dumps(root, JSON_ENCODE_ANY);
			ck_assert(text && utf8_valid(text, strlen(text)));
			free(text);
			read++;
		} else {
			ck_assert(error_is_set(&err) && !root);
		}
		json_decref(root);
	}
	ck_assert_int_gt(read, 0);
}
END_TEST

/* Time grows with the length and not with its square: a hundred times the text in far
   less than 10,000 times the time. */
static double seconds_for(const char *begin, const char *each, const char *end,
                          size_t times)
{
	struct strbuf text;
	strbuf_init(&text, 8 << 20);
	strbuf_adds(&text, begin);
	for (size_t i = 0; i < times; i++)
		strbuf_adds(&text, each);
	strbuf_adds(&text, end);
	ck_assert(strbuf_ok(&text));
	double best = 1e9;
	for (int i = 0; i < 3; i++) {
		struct error err = ERROR_INIT;
		json_t *root;
		double start = clock_steady();
		bool ok = net_json_parse(text.data, text.len, &root, &err);
		double took = clock_steady() - start;
		ck_assert(ok || error_is_set(&err));
		best = took < best ? took : best;
		json_decref(root);
	}
	strbuf_clear(&text);
	return best;
}

START_TEST(time_is_linear)
{
	static const char *const rows[][3] = {
	    {"{\"a\":\"", "\xFF", "\"}"},     {"{\"a\":\"", "\\u0000", "\"}"},
	    {"{\"a\":\"", "\\uD83D", "\"}"},  {"{\"a\":\"", "\x01", "\"}"},
	    {"{\"a\":\"", "\x01", "\",?}"},   {"{\"a\":[0", ",{}", "]}"},
	    {"{\"a\":[0", ",\"\xFF\"", "]}"}, {"{\"a\":", " ", ""},
	};
	const char *const *row = rows[_i];
	double few = seconds_for(row[0], row[1], row[2], 1000);
	double many = seconds_for(row[0], row[1], row[2], 100000);
	ck_assert_double_lt(many, few * 2000 + 0.5);
}
END_TEST

START_TEST(parsing_without_memory)
{
	static const char body[] = "{\"a\":\"\xFF\"}";
	struct error err = ERROR_INIT;
	json_t *root;
	alloc_fail_after(0);
	bool ok = net_json_parse(body, sizeof body - 1, &root, &err);
	ck_assert_uint_gt(alloc_restore(), 0);
	ck_assert(!ok && !root);
	ck_assert_ptr_nonnull(strstr(err.text, "out of memory"));
}
END_TEST

/* ------------------------------------------------------------------ members */

#define ABSENT NET_MEMBER_ABSENT
#define OK     NET_MEMBER_OK
#define WRONG  NET_MEMBER_WRONG

static const struct {
	const char *value; /* of "m"; NULL: not there */
	enum net_member integer;
	json_int_t integer_is;
	enum net_member number;
	double number_is;
	enum net_member text;
	const char *text_is; /* with numbers allowed */
} members[] = {
    {NULL, ABSENT, 0, ABSENT, 0, ABSENT, NULL},
    {"null", ABSENT, 0, ABSENT, 0, ABSENT, NULL},
    {"true", WRONG, 0, WRONG, 0, WRONG, NULL},
    {"false", WRONG, 0, WRONG, 0, WRONG, NULL},
    {"{}", WRONG, 0, WRONG, 0, WRONG, NULL},
    {"[]", WRONG, 0, WRONG, 0, WRONG, NULL},
    {"[1]", WRONG, 0, WRONG, 0, WRONG, NULL},
    {"0", OK, 0, OK, 0, OK, "0"},
    {"-0", OK, 0, OK, 0, OK, "0"},
    {"42", OK, 42, OK, 42, OK, "42"},
    {"-7", OK, -7, OK, -7, OK, "-7"},
    {"9223372036854775807", OK, INT64_MAX, OK, 9223372036854775807.0, OK,
     "9223372036854775807"},
    {"1.0", OK, 1, OK, 1, WRONG, NULL},
    {"2e3", OK, 2000, OK, 2000, WRONG, NULL},
    {"-0.0", OK, 0, OK, 0, WRONG, NULL},
    {"1.5", WRONG, 0, OK, 1.5, WRONG, NULL},
    {"1e-9", WRONG, 0, OK, 1e-9, WRONG, NULL},
    {"9007199254740991.0", OK, 9007199254740991, OK, 9007199254740991.0, WRONG, NULL},
    {"9007199254740992.0", WRONG, 0, OK, 9007199254740992.0, WRONG, NULL},
    {"1e300", WRONG, 0, OK, 1e300, WRONG, NULL},
    {"\"\"", WRONG, 0, WRONG, 0, OK, ""},
    {"\"0\"", OK, 0, OK, 0, OK, "0"},
    {"\"42\"", OK, 42, OK, 42, OK, "42"},
    {"\"-42\"", OK, -42, OK, -42, OK, "-42"},
    {"\"007\"", WRONG, 0, WRONG, 0, OK, "007"},
    {"\"00\"", WRONG, 0, WRONG, 0, OK, "00"},
    {"\"02\"", WRONG, 0, WRONG, 0, OK, "02"},
    {"\"-02\"", WRONG, 0, WRONG, 0, OK, "-02"},
    {"\"-0\"", WRONG, 0, OK, 0, OK, "-0"},
    {"\"1e-400\"", WRONG, 0, WRONG, 0, OK, "1e-400"},
    {"\"99.99999999999999999999\"", WRONG, 0, WRONG, 0, OK, "99.99999999999999999999"},
    {"0.0", OK, 0, OK, 0, WRONG, NULL},
    {"0e5", OK, 0, OK, 0, WRONG, NULL},
    {"0.000e-999", OK, 0, OK, 0, WRONG, NULL},
    {"1.3000102E7", OK, 13000102, OK, 13000102, WRONG, NULL}, /* Java's way */
    {"100e-2", OK, 1, OK, 1, WRONG, NULL},
    {"1e-320", WRONG, 0, OK, 1e-320, WRONG, NULL},
    {"0.1000000000000000055511151231257827", WRONG, 0, OK, 0.1, WRONG, NULL},
    {"\"9223372036854775807\"", OK, INT64_MAX, OK, 9223372036854775807.0, OK,
     "9223372036854775807"},
    {"\"9223372036854775808\"", WRONG, 0, WRONG, 0, OK, "9223372036854775808"},
    {"\"99.5\"", WRONG, 0, OK, 99.5, OK, "99.5"},
    {"\"1e2\"", WRONG, 0, OK, 100, OK, "1e2"},
    {"\"-1.25\"", WRONG, 0, OK, -1.25, OK, "-1.25"},
    {"\"1,5\"", WRONG, 0, WRONG, 0, OK, "1,5"},
    {"\"-\"", WRONG, 0, WRONG, 0, OK, "-"},
    {"\"+1\"", WRONG, 0, WRONG, 0, OK, "+1"},
    {"\"--1\"", WRONG, 0, WRONG, 0, OK, "--1"},
    {"\" 1\"", WRONG, 0, WRONG, 0, OK, " 1"},
    {"\"1 \"", WRONG, 0, WRONG, 0, OK, "1 "},
    {"\"1.5 \"", WRONG, 0, WRONG, 0, OK, "1.5 "},
    {"\"1.5\\n\"", WRONG, 0, WRONG, 0, OK, "1.5\n"},
    {"\"1.\"", WRONG, 0, WRONG, 0, OK, "1."},
    {"\".5\"", WRONG, 0, WRONG, 0, OK, ".5"},
    {"\"1a\"", WRONG, 0, WRONG, 0, OK, "1a"},
    {"\"0x10\"", WRONG, 0, WRONG, 0, OK, "0x10"},
    {"\"1 2\"", WRONG, 0, WRONG, 0, OK, "1 2"},
    {"\"nan\"", WRONG, 0, WRONG, 0, OK, "nan"},
    {"\"inf\"", WRONG, 0, WRONG, 0, OK, "inf"},
    {"\"1e999\"", WRONG, 0, WRONG, 0, OK, "1e999"},
    {"\"99%\"", WRONG, 0, WRONG, 0, OK, "99%"},
    {"\"true\"", WRONG, 0, WRONG, 0, OK, "true"},
    {"\"[1]\"", WRONG, 0, WRONG, 0, OK, "[1]"},
    {"\"\xEF\xBC\x91\"", WRONG, 0, WRONG, 0, OK, "\xEF\xBC\x91"}, /* a wide "1" */
};

static json_t *with_member(const char *value)
{
	struct strbuf text;
	struct error err = ERROR_INIT;
	json_t *root;
	strbuf_init(&text, 1000);
	if (value)
		strbuf_addf(&text, "{\"m\":%s}", value);
	else
		strbuf_adds(&text, "{}");
	ck_assert_msg(net_json_parse(text.data, text.len, &root, &err), "%s", err.text);
	strbuf_clear(&text);
	return root;
}

/* That an error is there for what is wrong and only then, and names the member. */
static void check_error(enum net_member found, const struct error *err)
{
	ck_assert(error_is_set(err) == (found == WRONG));
	ck_assert(found != WRONG || strncmp(err->text, "\"m\" is ", 7) == 0);
}

START_TEST(reads_members)
{
	json_t *root = with_member(members[_i].value);
	json_int_t integer = -12345;
	double number = -12345;
	const char *text = NULL;
	char buffer[32];
	struct error err = ERROR_INIT;

	enum net_member found = net_json_integer(root, "m", &integer, &err);
	ck_assert_int_eq(found, members[_i].integer);
	ck_assert_int_eq(integer, found == OK ? members[_i].integer_is : -12345);
	check_error(found, &err);

	error_clear(&err);
	found = net_json_number(root, "m", &number, &err);
	ck_assert_int_eq(found, members[_i].number);
	ck_assert(fabs(number - (found == OK ? members[_i].number_is : -12345)) <= 0);
	check_error(found, &err);

	error_clear(&err);
	found = net_json_text(root, "m", true, buffer, &text, &err);
	ck_assert_int_eq(found, members[_i].text);
	ck_assert_pstr_eq(text, members[_i].text_is);
	check_error(found, &err);

	error_clear(&err);
	text = NULL;
	found = net_json_text(root, "m", false, buffer, &text, &err);
	bool is_string = json_is_string(json_object_get(root, "m"));
	ck_assert(found == (is_string                ? OK
	                    : members[_i].text == OK ? WRONG
	                                             : members[_i].text));
	check_error(found, &err);
	json_decref(root);
}
END_TEST

START_TEST(reads_containers)
{
	static const struct {
		const char *value;
		enum net_member object;
		enum net_member array;
	} rows[] = {
	    {NULL, ABSENT, ABSENT},  {"null", ABSENT, ABSENT}, {"{}", OK, WRONG},
	    {"[]", WRONG, OK},       {"\"{}\"", WRONG, WRONG}, {"0", WRONG, WRONG},
	    {"false", WRONG, WRONG},
	};
	json_t *root = with_member(rows[_i].value);
	json_t *value = NULL;
	struct error err = ERROR_INIT;
	ck_assert_int_eq(net_json_object(root, "m", &value, &err), rows[_i].object);
	ck_assert((value != NULL) == (rows[_i].object == OK));
	check_error(rows[_i].object, &err);
	error_clear(&err);
	value = NULL;
	ck_assert_int_eq(net_json_array(root, "m", &value, &err), rows[_i].array);
	ck_assert((value != NULL) == (rows[_i].array == OK));
	check_error(rows[_i].array, &err);
	json_decref(root);
}
END_TEST

START_TEST(says_what_was_found)
{
	static const struct {
		const char *value;
		const char *words;
	} rows[] = {
	    {"true", "\"m\" is true, not an integer"},
	    {"[1]", "\"m\" is an array, not an integer"},
	    {"\"abc\"", "\"m\" is \"abc\", not an integer"},
	    {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa源源\"",
	     "\"m\" is \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\", not an integer"},
	};
	json_t *root = with_member(rows[_i].value);
	json_int_t integer;
	struct error err = ERROR_INIT;
	ck_assert_int_eq(net_json_integer(root, "m", &integer, &err), WRONG);
	ck_assert_str_eq(err.text, rows[_i].words);
	json_decref(root);
}
END_TEST

START_TEST(numbers_know_no_locale)
{
	/* Where none of them is installed the test still runs, in the C locale. */
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8"};
	for (size_t i = 0; i < ARRAY_LEN(names) && !setlocale(LC_ALL, names[i]); i++)
		continue;
	json_t *root = with_member("\"1.5\"");
	double number = 0;
	struct error err = ERROR_INIT;
	ck_assert_int_eq(net_json_number(root, "m", &number, &err), OK);
	ck_assert(fabs(number - 1.5) <= 0);
	json_decref(root);
	setlocale(LC_ALL, "C");
}
END_TEST

Suite *json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *tc = tcase_create("json");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, mends_strings, 0, (int)ARRAY_LEN(mended));
	tcase_add_loop_test(tc, refuses_what_is_not_json, 0, (int)ARRAY_LEN(broken));
	tcase_add_test(tc, depth_has_a_limit);
	tcase_add_test(tc, every_beginning_is_refused);
	tcase_add_loop_test(tc, any_bytes_are_survived, 0, 4);
	tcase_add_loop_test(tc, time_is_linear, 0, 8);
	tcase_add_test(tc, parsing_without_memory);
	tcase_add_loop_test(tc, reads_members, 0, (int)ARRAY_LEN(members));
	tcase_add_loop_test(tc, reads_containers, 0, 7);
	tcase_add_loop_test(tc, says_what_was_found, 0, 4);
	tcase_add_test(tc, numbers_know_no_locale);
	suite_add_tcase(suite, tc);
	return suite;
}
