#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "suites.h"

#define NONE UINT32_MAX

static const struct {
	const char *bytes;
	size_t len;
	uint32_t character;
} characters[] = {
    {"\0", 1, 0},
    {"a", 1, 'a'},
    {"\x7F", 1, 0x7F},
    {"\xC2\x80", 2, 0x80},
    {"\xDF\xBF", 2, 0x7FF},
    {"\xE0\xA0\x80", 3, 0x800},
    {"\xED\x9F\xBF", 3, 0xD7FF},
    {"\xEE\x80\x80", 3, 0xE000},
    {"\xEF\xBF\xBF", 3, 0xFFFF},
    {"\xF0\x90\x80\x80", 4, 0x10000},
    {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
    {"源", 3, 0x6E90},
    {"\x80", 1, NONE}, /* a continuation alone */
    {"\xBF", 1, NONE},
    {"\xC0\x80", 1, NONE}, /* overlong */
    {"\xC1\xBF", 1, NONE},
    {"\xE0\x9F\xBF", 1, NONE},
    {"\xF0\x8F\xBF\xBF", 1, NONE},
    {"\xED\xA0\x80", 1, NONE}, /* a surrogate */
    {"\xF4\x90\x80\x80", 1, NONE},
    {"\xF5\x80\x80\x80", 1, NONE},
    {"\xFF", 1, NONE},
    {"\xC3", 1, NONE}, /* ends too early */
    {"\xE6\xBA", 2, NONE},
    {"\xF0\x9F\x9A", 3, NONE},
    {"\xE6\xBA"
     "a",
     2, NONE},
    {"\xC3"
     "a",
     1, NONE},
};

START_TEST(utf8_reads_one_character)
{
	const char *bytes = characters[_i].bytes;
	size_t n = bytes[0] ? strlen(bytes) : 1;
	uint32_t c = 1;
	ck_assert_uint_eq(utf8_read(bytes, n, &c), characters[_i].len);
	ck_assert_uint_eq(c, characters[_i].character);
	ck_assert(utf8_valid(bytes, n) == (c != NONE));
}
END_TEST

START_TEST(utf8_reads_no_further_than_told)
{
	static const char text[] = "源🚀";
	for (size_t n = 1; n <= strlen(text); n++) {
		char *copy = malloc(n); /* so that one byte more would be seen */
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, text, n);
		ck_assert(utf8_valid(copy, n) == (n == 3 || n == 7));
		size_t cut = n >= 7 ? 7 : n >= 3 ? 3 : 0;
		ck_assert_uint_eq(utf8_cut(copy, n), cut);
		free(copy);
	}
	ck_assert(utf8_valid("", 0));
	ck_assert_uint_eq(utf8_cut("", 0), 0);
	ck_assert_uint_eq(utf8_cut("abc", 2), 2);
	ck_assert_uint_eq(utf8_cut("\x80\x80\x80\x80", 4), 4); /* nothing to save */
}
END_TEST

START_TEST(error_first_wins)
{
	struct error err = ERROR_INIT;
	ck_assert(!error_is_set(&err));
	ck_assert(!error_set(&err, "first %d", 1));
	ck_assert(!error_set(&err, "second"));
	ck_assert(error_is_set(&err));
	ck_assert_str_eq(err.text, "first 1");
	error_clear(&err);
	ck_assert(!error_is_set(&err));
	ck_assert(!error_set(&err, "%s", "third"));
	ck_assert_str_eq(err.text, "third");
}
END_TEST

START_TEST(error_may_be_nobodys)
{
	ck_assert(!error_set(NULL, "x"));
	ck_assert(!error_is_set(NULL));
	error_clear(NULL);
}
END_TEST

START_TEST(error_is_never_empty)
{
	struct error err = ERROR_INIT;
	ck_assert(!error_set(&err, "%s", ""));
	ck_assert(error_is_set(&err));
}
END_TEST

START_TEST(error_is_cut_between_characters)
{
	char text[ERROR_TEXT_MAX + 8];
	struct error err = ERROR_INIT;
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	memcpy(text + ERROR_TEXT_MAX - 2, "源", 3);
	ck_assert(!error_set(&err, "%s", text));
	ck_assert_uint_eq(strlen(err.text), ERROR_TEXT_MAX - 2);
	ck_assert(utf8_valid(err.text, strlen(err.text)));
}
END_TEST

START_TEST(strbuf_grows)
{
	struct strbuf sb;
	strbuf_init(&sb, 100000);
	ck_assert_str_eq(strbuf_text(&sb), "");
	for (int i = 0; i < 10000; i++)
		strbuf_addc(&sb, (char)('a' + i % 26));
	strbuf_adds(&sb, "-s");
	strbuf_add(&sb, "b\0b", 3);
	strbuf_addf(&sb, "%d%s", 42, "!");
	ck_assert(strbuf_ok(&sb));
	ck_assert_uint_eq(sb.len, 10008);
	ck_assert_int_eq(sb.data[9999], 'a' + 9999 % 26);
	ck_assert_mem_eq(sb.data + 10000, "-sb\0b42!", 9);
	strbuf_cut(&sb, 20000);
	ck_assert_uint_eq(sb.len, 10008);
	strbuf_cut(&sb, 3);
	ck_assert_str_eq(strbuf_text(&sb), "abc");
	strbuf_clear(&sb);
	ck_assert_str_eq(strbuf_text(&sb), "");
}
END_TEST

START_TEST(utf8_mends)
{
	struct strbuf sb;
	strbuf_init(&sb, 100);
	utf8_add_mended(&sb, "a\0源\xE6\xBA|\xFF", 9);
	utf8_add_mended(&sb, "", 0);
	ck_assert(strbuf_ok(&sb));
	ck_assert_uint_eq(sb.len, 12);
	ck_assert_mem_eq(sb.data, "a\0源\xEF\xBF\xBD|\xEF\xBF\xBD", 13);
	strbuf_clear(&sb);
}
END_TEST

START_TEST(strbuf_adds_another)
{
	struct strbuf sb;
	struct strbuf other;
	strbuf_init(&sb, 10);
	strbuf_init(&other, 4);
	strbuf_add_buf(&sb, &other); /* nothing yet */
	strbuf_add(&other, "a\0b", 3);
	strbuf_add_buf(&sb, &other);
	ck_assert(strbuf_ok(&sb));
	ck_assert_uint_eq(sb.len, 3);
	ck_assert_mem_eq(sb.data, "a\0b", 4);
	strbuf_fail(&other);
	strbuf_add_buf(&sb, &other);
	ck_assert(!strbuf_ok(&sb));
	ck_assert_uint_eq(sb.len, 3);
	strbuf_clear(&other);
	strbuf_clear(&sb);
}
END_TEST

START_TEST(strbuf_stops_at_its_cap)
{
	struct strbuf sb;
	strbuf_init(&sb, 5);
	strbuf_adds(&sb, "12345");
	ck_assert(strbuf_ok(&sb));
	strbuf_addc(&sb, '6');
	ck_assert(!strbuf_ok(&sb));
	strbuf_cut(&sb, 0);
	strbuf_addc(&sb, 'x'); /* failed once, failed for good */
	ck_assert_str_eq(strbuf_text(&sb), "");
	ck_assert_ptr_null(strbuf_take(&sb));
	ck_assert(strbuf_ok(&sb)); /* and empty again */
	strbuf_addf(&sb, "%s", "123456");
	ck_assert(!strbuf_ok(&sb));
	strbuf_clear(&sb);
	strbuf_add(&sb, "x", SIZE_MAX);
	ck_assert(!strbuf_ok(&sb));
	strbuf_clear(&sb);
}
END_TEST

START_TEST(strbuf_gives_its_text_away)
{
	struct strbuf sb;
	strbuf_init(&sb, 10);
	char *empty = strbuf_take(&sb);
	ck_assert_str_eq(empty, "");
	strbuf_adds(&sb, "text");
	char *text = strbuf_take(&sb);
	ck_assert_str_eq(text, "text");
	ck_assert_str_eq(strbuf_text(&sb), "");
	strbuf_adds(&sb, "0123456789");
	ck_assert(strbuf_ok(&sb)); /* the cap is still there, and not used up */
	free(empty);
	free(text);
	strbuf_clear(&sb);
}
END_TEST

/* A drain that takes `drain_room` bytes in all. */
static char drained[64];
static size_t n_drained;
static size_t drain_room;

static bool drain(const char *bytes, size_t n)
{
	if (n > drain_room - n_drained)
		return false;
	memcpy(drained + n_drained, bytes, n);
	n_drained += n;
	return true;
}

static struct strbuf draining(size_t max, size_t room)
{
	struct strbuf sb;
	n_drained = 0;
	drain_room = room;
	strbuf_init_drain(&sb, max, drain);
	return sb;
}

START_TEST(strbuf_drains_what_it_cannot_hold)
{
	struct strbuf sb = draining(5, sizeof drained);
	strbuf_adds(&sb, "1234");
	strbuf_addc(&sb, '5');
	ck_assert_uint_eq(n_drained, 0);
	strbuf_addf(&sb, "%d", 67);
	ck_assert_uint_eq(n_drained, 5);
	strbuf_adds(&sb, "longer than all that it may hold");
	strbuf_addc(&sb, '!');
	ck_assert(strbuf_flush(&sb) && strbuf_ok(&sb));
	ck_assert_uint_eq(sb.drained, n_drained);
	drained[n_drained] = '\0';
	ck_assert_str_eq(drained, "1234567longer than all that it may hold!");
	ck_assert(strbuf_flush(&sb)); /* of nothing */
	strbuf_clear(&sb);
}
END_TEST

/* Nothing is handed on behind a piece that was not taken. */
START_TEST(strbuf_drains_no_further_than_it_can)
{
	struct strbuf sb = draining(5, 6);
	strbuf_adds(&sb, "12345");
	strbuf_adds(&sb, "67");
	strbuf_adds(&sb, "890");
	ck_assert(strbuf_ok(&sb));
	strbuf_adds(&sb, "x");
	ck_assert(!strbuf_ok(&sb));
	strbuf_adds(&sb, "y");
	drain_room = sizeof drained;
	ck_assert(!strbuf_flush(&sb));
	ck_assert_uint_eq(n_drained, 5);
	ck_assert_uint_eq(sb.drained, 5);
	strbuf_clear(&sb);
}
END_TEST

START_TEST(strbuf_without_memory)
{
	struct strbuf sb;
	strbuf_init(&sb, 10000);
	strbuf_adds(&sb, "kept");
	alloc_fail_after(0);
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&sb, "%d", i);
	char *taken = strbuf_take(&(struct strbuf){.max = 10});
	ck_assert_uint_eq(alloc_restore(), 2);
	ck_assert_ptr_null(taken);
	ck_assert(!strbuf_ok(&sb));
	ck_assert_int_eq(strncmp(strbuf_text(&sb), "kept0123", 8), 0);
	strbuf_clear(&sb);
}
END_TEST

static const struct {
	const char *text;
	int64_t seconds; /* -1: refused */
} times[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2025-03-23T15:48:37+08:00", 1742716117},
    {"2025-03-23T07:48:37Z", 1742716117},
    {"2025-03-23T02:18:37-05:30", 1742716117},
    {"2025-03-23t07:48:37z", 1742716117},
    {"2025-03-23 07:48:37Z", 1742716117},
    {"2025-03-23T07:48:37.123456789Z", 1742716117},
    {"2025-03-23T07:48:37.9+00:00", 1742716117},
    {"2025-03-23T07:48:37-00:00", 1742716117},
    {"1970-01-02T00:00:00+23:59", 60},
    {"2000-02-29T12:00:00Z", 951825600}, /* leap years */
    {"2024-02-29T00:00:00Z", 1709164800},
    {"2024-12-31T23:59:59Z", 1735689599},
    {"2016-12-31T23:59:60Z", 1483228800}, /* a leap second */
    {"2038-01-19T03:14:08Z", 2147483648},
    {"2100-03-01T00:00:00Z", 4107542400},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"2023-02-29T00:00:00Z", -1},
    {"2100-02-29T00:00:00Z", -1},
    {"2025-04-31T00:00:00Z", -1},
    {"2025-00-01T00:00:00Z", -1},
    {"2025-13-01T00:00:00Z", -1},
    {"2025-01-00T00:00:00Z", -1},
    {"2025-01-32T00:00:00Z", -1},
    {"2025-01-01T24:00:00Z", -1},
    {"2025-01-01T00:60:00Z", -1},
    {"2025-01-01T00:00:61Z", -1},
    {"2025-01-01T00:00:00", -1}, /* which zone? */
    {"2025-01-01T00:00:00.Z", -1},
    {"2025-01-01T00:00:00,5Z", -1},
    {"2025-01-01T00:00:00+0800", -1},
    {"2025-01-01T00:00:00+08", -1},
    {"2025-01-01T00:00:00+24:00", -1},
    {"2025-01-01T00:00:00+08:60", -1},
    {"2025-01-01T00:00:00Z ", -1},
    {" 2025-01-01T00:00:00Z", -1},
    {"2025-1-1T00:00:00Z", -1},
    {"25-01-01T00:00:00Z", -1},
    {"2025-01-01", -1},
    {"2025-01-01T", -1},
    {"20250101T000000Z", -1},
    {"1969-12-31T23:59:59Z", -1},
    {"+2025-01-01T00:00:00Z", -1},
    {"2025-01-01T0x:00:00Z", -1},
    {"1742716117", -1},
    {"soon", -1},
    {"", -1},
};

START_TEST(clock_reads_rfc3339)
{
	int64_t seconds = -7;
	bool read = clock_parse_rfc3339(times[_i].text, &seconds);
	ck_assert_msg(read == (times[_i].seconds >= 0), "%s", times[_i].text);
	ck_assert_int_eq(seconds, read ? times[_i].seconds : -7);
}
END_TEST

START_TEST(clock_writes_utc)
{
	static const struct {
		int64_t seconds;
		const char *basic;
		const char *extended;
	} rows[] = {
	    {0, "19700101T000000Z", "1970-01-01T00:00:00Z"},
	    {1725852805, "20240909T033325Z", "2024-09-09T03:33:25Z"},
	    {951825600, "20000229T120000Z", "2000-02-29T12:00:00Z"},
	    {253402300799, "99991231T235959Z", "9999-12-31T23:59:59Z"},
	    {253402300800, "", ""},
	    {-1, "", ""},
	    {INT64_MAX, "", ""},
	    {INT64_MIN, "", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[32];
		clock_format_utc(rows[i].seconds, true, text);
		ck_assert_str_eq(text, rows[i].basic);
		clock_format_utc(rows[i].seconds, false, text);
		ck_assert_str_eq(text, rows[i].extended);
	}
}
END_TEST

/* What is written is read back, over leap years and centuries. */
START_TEST(clock_round_trip)
{
	for (int64_t seconds = 0; seconds < 253402300799;
	     seconds += 86400LL * 97 + 12345) {
		char text[32];
		int64_t back;
		clock_format_utc(seconds, false, text);
		ck_assert_msg(clock_parse_rfc3339(text, &back), "%s", text);
		ck_assert_int_eq(back, seconds);
	}
}
END_TEST

START_TEST(clock_goes_forward)
{
	double before = clock_steady();
	ck_assert_int_gt(clock_wall(), 1700000000);
	for (int i = 0; i < 1000; i++) {
		double now = clock_steady();
		ck_assert_double_ge(now, before);
		before = now;
	}
}
END_TEST

Suite *base_suite(void)
{
	Suite *suite = suite_create("base");
	TCase *tc = tcase_create("base");
	tcase_add_loop_test(tc, utf8_reads_one_character, 0, (int)ARRAY_LEN(characters));
	tcase_add_test(tc, utf8_reads_no_further_than_told);
	tcase_add_test(tc, utf8_mends);
	tcase_add_test(tc, error_first_wins);
	tcase_add_test(tc, error_may_be_nobodys);
	tcase_add_test(tc, error_is_never_empty);
	tcase_add_test(tc, error_is_cut_between_characters);
	tcase_add_test(tc, strbuf_grows);
	tcase_add_test(tc, strbuf_adds_another);
	tcase_add_test(tc, strbuf_stops_at_its_cap);
	tcase_add_test(tc, strbuf_gives_its_text_away);
	tcase_add_test(tc, strbuf_drains_what_it_cannot_hold);
	tcase_add_test(tc, strbuf_drains_no_further_than_it_can);
	tcase_add_test(tc, strbuf_without_memory);
	tcase_add_loop_test(tc, clock_reads_rfc3339, 0, (int)ARRAY_LEN(times));
	tcase_add_test(tc, clock_writes_utc);
	tcase_add_test(tc, clock_round_trip);
	tcase_add_test(tc, clock_goes_forward);
	suite_add_tcase(suite, tc);
	return suite;
}
