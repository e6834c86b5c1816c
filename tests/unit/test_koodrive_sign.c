#include <string.h>

#include "koodrive_sign.h"
#include "suites.h"
#include "table.h"

/* Worked out by the openssl command line: tests/data/signatures/README. */
static struct table rows;

enum { HOST, PATH, DATE, USER, APP, SECRET, SIGNATURE };

static struct koodrive_request request_of(char *const *cell)
{
	return (struct koodrive_request){"GET", cell[PATH], cell[HOST], cell[DATE],
	                                 cell[USER]};
}

START_TEST(signatures)
{
	char *const *cell = rows.rows[_i].cell;
	struct koodrive_request request = request_of(cell);
	struct strbuf value;
	struct strbuf expected;
	struct error err = ERROR_INIT;
	strbuf_init(&value, 1000);
	strbuf_init(&expected, 1000);
	strbuf_addf(
	    &expected,
	    "HMAC-SHA256 AppId=%s,SignedHeaders=host;x-date;x-user-id,Signature=%s",
	    cell[APP], cell[SIGNATURE]);
	ck_assert_msg(koodrive_sign(&request, cell[APP], cell[SECRET], &value, &err),
	              "%s", err.text);
	ck_assert_str_eq(strbuf_text(&value), strbuf_text(&expected));
	strbuf_clear(&value);
	strbuf_clear(&expected);
}
END_TEST

START_TEST(the_canonical_request)
{
	static const struct koodrive_request request = {"GET", "/koodrive/ose/v1/task/1",
	                                                "h:1", "20240909T033325Z", "7"};
	struct strbuf text;
	strbuf_init(&text, 1000);
	koodrive_canonical(&request, &text);
	ck_assert_str_eq(
	    strbuf_text(&text),
	    "GET\n"
	    "/koodrive/ose/v1/task/1/\n"
	    "\n"
	    "host:h:1\n"
	    "x-date:20240909T033325Z\n"
	    "x-user-id:7\n"
	    "\n"
	    "host;x-date;x-user-id\n"
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	strbuf_clear(&text);
}
END_TEST

START_TEST(each_part_is_signed)
{
	static const struct koodrive_request base = {"GET", "/p", "h", "20240909T033325Z",
	                                             "u"};
	struct koodrive_request all[6];
	struct strbuf values[6];
	struct error err = ERROR_INIT;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		all[i] = base;
	all[1].method = "POST";
	all[2].path = "/q";
	all[3].host = "h2";
	all[4].date = "20240909T033326Z";
	all[5].user_id = "v";
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		strbuf_init(&values[i], 1000);
		ck_assert(koodrive_sign(&all[i], "a", "s", &values[i], &err));
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(strbuf_text(&values[i]),
			                 strbuf_text(&values[j]));
	}
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		strbuf_clear(&values[i]);
}
END_TEST

START_TEST(what_is_too_long_is_not_signed)
{
	static char path[20000];
	memset(path, 'p', sizeof path - 1);
	struct koodrive_request request = {"GET", path, "h", "d", "u"};
	struct strbuf value;
	struct error err = ERROR_INIT;
	strbuf_init(&value, 1000);
	ck_assert(!koodrive_sign(&request, "a", "s", &value, &err));
	ck_assert(error_is_set(&err));
	strbuf_clear(&value);
	error_clear(&err);
	path[10] = '\0';
	strbuf_init(&value, 20); /* no room for the value */
	ck_assert(!koodrive_sign(&request, "a", "s", &value, &err));
	ck_assert(error_is_set(&err));
	strbuf_clear(&value);
}
END_TEST

Suite *koodrive_sign_suite(void)
{
	Suite *suite = suite_create("koodrive_sign");
	TCase *tc = tcase_create("koodrive_sign");
	table_load(&rows, "signatures/koodrive.tsv");
	tcase_add_loop_test(tc, signatures, 0, (int)rows.count);
	tcase_add_test(tc, the_canonical_request);
	tcase_add_test(tc, each_part_is_signed);
	tcase_add_test(tc, what_is_too_long_is_not_signed);
	suite_add_tcase(suite, tc);
	return suite;
}
