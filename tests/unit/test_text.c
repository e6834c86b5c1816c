#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "monplug/text.h"
#include "suites.h"

#define FIRST MP_TEXT_FIRST_LINE
#define LONG  MP_TEXT_LONG_LINE
#define BAD   UTF8_REPLACEMENT
#define NUL   "\0"

/* sizeof, since a text may hold a NUL */
#define TEXT(literal) (literal), sizeof(literal) - 1

static const struct {
	const char *text;
	size_t len;
	enum mp_text_place place;
	size_t max_chars;
	const char *written;
} texts[] = {
    {TEXT(""), FIRST, 0, ""},
    {TEXT("plain"), FIRST, 0, "plain"},
    /* what engines take for their own */
    {TEXT("a|b;c"), FIRST, 0, "a/b,c"},
    {TEXT("a|b;c"), LONG, 0, "a/b;c"},
    {TEXT("|||"), LONG, 0, "///"},
    {TEXT("x'\"\\<&$`"), FIRST, 0, "x'\"\\<&$`"},
    /* line breaks, tabs, controls */
    {TEXT("a\nb"), FIRST, 0, "a b"},
    {TEXT("a\nb"), LONG, 0, "a b"},
    {TEXT("a\r\n\r\n\tb"), FIRST, 0, "a b"},
    {TEXT("a \n b"), FIRST, 0, "a b"},
    {TEXT("a  b"), FIRST, 0, "a  b"},
    {TEXT("a\0b"), FIRST, 0, "a b"},
    {TEXT("\0"), FIRST, 0, ""},
    {TEXT("\x1B[31mred\x1B[0m"), FIRST, 0, "[31mred [0m"},
    {TEXT("a\x7F\x08"
          "b"),
     FIRST, 0, "a b"},
    {TEXT("a\xC2\x85"
          "b"),
     FIRST, 0, "a b"},
    {TEXT("a\xC2\x9B"
          "b"),
     FIRST, 0, "a b"},
    {TEXT("a\xC2\xA0"
          "b"),
     FIRST, 0,
     "a\xC2\xA0"
     "b"},
    {TEXT("a\u2028b\u2029c"), FIRST, 0, "a b c"},
    /* what is there unseen, or turns text around */
    {TEXT("a\u202Egpj\u202C.exe"), FIRST, 0, "a gpj .exe"},
    {TEXT("a\u2066b\u2069c"), FIRST, 0, "a b c"},
    {TEXT("a\u200Bb\u200E\u200Fc"), FIRST, 0, "a b c"},
    {TEXT("\uFEFFa\u2060b"), FIRST, 0, "a b"},
    {TEXT("a\U000E0041b"), FIRST, 0, "a b"},
    {TEXT("a\u00ADb"), FIRST, 0, "a b"},
    /* blanks at the ends */
    {TEXT("  a  "), FIRST, 0, "a"},
    {TEXT("\n\t a \n"), FIRST, 0, "a"},
    {TEXT(" \n\u200B "), FIRST, 0, ""},
    /* other languages stay as they are */
    {TEXT("源文件不存在"), FIRST, 0, "源文件不存在"},
    {TEXT("Zażółć 🚀"), FIRST, 0, "Zażółć 🚀"},
    /* bytes that are no characters */
    {TEXT("a\xFF"
          "b"),
     FIRST, 0, "a" BAD "b"},
    {TEXT("a\xFF\xFE"
          "b"),
     FIRST, 0, "a" BAD BAD "b"},
    {TEXT("\xE6\xBA"), FIRST, 0, BAD},
    {TEXT("\xC0\xAF"), FIRST, 0, BAD BAD},
    {TEXT("\xED\xA0\x80"), FIRST, 0, BAD BAD BAD},
    {TEXT("\xF0\x9F\x9A"), FIRST, 0, BAD},
    /* at most so many characters */
    {TEXT("abcdef"), FIRST, 6, "abcdef"},
    {TEXT("abcdef"), FIRST, 5, "abcd…"},
    {TEXT("abcdef"), FIRST, 1, "…"},
    {TEXT("a"), FIRST, 1, "a"},
    {TEXT("abc   "), FIRST, 3, "abc"},
    {TEXT("abc d"), FIRST, 4, "abc…"},
    {TEXT("ab cd"), FIRST, 4, "ab…"},
    {TEXT("  abc"), FIRST, 3, "abc"},
    {TEXT("源文件不存在"), FIRST, 4, "源文件…"},
    {TEXT("源文件不存在"), FIRST, 6, "源文件不存在"},
    {TEXT("a\nb\nc"), FIRST, 3, "a…"},
    {TEXT("\xFF\xFF\xFF"), FIRST, 2, BAD "…"},
};

START_TEST(makes_text_harmless)
{
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	mp_text_add(&sb, texts[_i].text, texts[_i].len, texts[_i].place,
	            texts[_i].max_chars);
	ck_assert(strbuf_ok(&sb));
	ck_assert_str_eq(strbuf_text(&sb), texts[_i].written);
	ck_assert_uint_eq(sb.len, strlen(strbuf_text(&sb)));
	strbuf_clear(&sb);
}
END_TEST

START_TEST(adds_behind_what_is_there)
{
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	strbuf_adds(&sb, "x | ");
	mp_text_add(&sb, TEXT(" a|b "), FIRST, 0);
	ck_assert_str_eq(strbuf_text(&sb), "x | a/b");
	mp_text_add(&sb, TEXT("12345"), FIRST, 1);
	ck_assert_str_eq(strbuf_text(&sb), "x | a/b…");
	strbuf_cut(&sb, 4);
	mp_text_add(&sb, TEXT("12345"), FIRST,
	            1); /* the blank before it is not its own */
	ck_assert_str_eq(strbuf_text(&sb), "x | …");
	strbuf_clear(&sb);
}
END_TEST

/* Whatever the bytes: valid UTF-8, one line, nothing that an engine takes. */
START_TEST(holds_for_any_bytes)
{
	unsigned seed = 1 + (unsigned)_i;
	char bytes[64];
	struct strbuf sb;
	strbuf_init(&sb, 1000);
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1103515245U + 12345U;
			bytes[i] = (char)(seed >> 16);
			if (seed >> 30 ==
			    0) /* often what begins or continues a character */
				bytes[i] = "\xE2\x80\xAE\xC2\xF0 |;\n"[(seed >> 20) % 9];
		}
		size_t max = seed % 40;
		strbuf_cut(&sb, 0);
		mp_text_add(&sb, bytes, sizeof bytes, FIRST, max);
		ck_assert(strbuf_ok(&sb));
		ck_assert(utf8_valid(strbuf_text(&sb), sb.len));
		ck_assert_uint_eq(strcspn(strbuf_text(&sb), "|;\n\r\t\x1B"), sb.len);
		size_t chars = 0;
		for (size_t i = 0; i < sb.len; chars++) {
			uint32_t c;
			i += utf8_read(sb.data + i, sb.len - i, &c);
		}
		ck_assert(max == 0 || chars <= max);
	}
	strbuf_clear(&sb);
}
END_TEST

START_TEST(stops_at_the_cap)
{
	struct strbuf sb;
	strbuf_init(&sb, 5);
	mp_text_add(&sb, TEXT("源文件"), FIRST, 0);
	ck_assert(!strbuf_ok(&sb));
	ck_assert_str_eq(strbuf_text(&sb), "源");
	strbuf_clear(&sb);
}
END_TEST

Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tc = tcase_create("text");
	tcase_add_loop_test(tc, makes_text_harmless, 0, (int)ARRAY_LEN(texts));
	tcase_add_test(tc, adds_behind_what_is_there);
	tcase_add_loop_test(tc, holds_for_any_bytes, 0, 4);
	tcase_add_test(tc, stops_at_the_cap);
	suite_add_tcase(suite, tc);
	return suite;
}
