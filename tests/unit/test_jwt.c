#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "task/jwt.h"

#define HEAD "eyJhbGciOiJIUzI1NiJ9." /* {"alg":"HS256"} */

/* The payloads were encoded with `printf '%s' JSON | basenc --base64url | tr -d =`. */
static const struct {
	const char *token;
	bool good;
	int64_t expiry;
} rows[] = {
    /* {"exp":1700000000} and paddings of 0, 1 and 2 */
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9.c2ln", true, 1700000000},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDAgfQ.c2ln", true, 1700000000},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDAgIH0.c2ln", true, 1700000000},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDAuNX0.c2ln", true, 1700000000}, /* a fraction */
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9.", true, 1700000000},        /* unsigned */
    /* {"sub":"??>>~~","exp":4102444800}: with - and _ */
    {HEAD "eyJzdWIiOiI_Pz4-fn4iLCJleHAiOjQxMDI0NDQ4MDB9.c2ln", true, 4102444800},
    {HEAD "eyJleHAiOiIxNzAwMDAwMDAwIn0.c2ln", false, 0}, /* "1700000000" */
    {HEAD "eyJleHAiOjB9.c2ln", false, 0},                /* 0 */
    {HEAD "eyJleHAiOi01fQ.c2ln", false, 0},              /* -5 */
    {HEAD "eyJleHAiOjFlMTV9.c2ln", false, 0},            /* 1e15 */
    {HEAD "eyJleHAiOm51bGx9.c2ln", false, 0},            /* null */
    {HEAD "eyJleHAiOnRydWV9.c2ln", false, 0},            /* true */
    {HEAD "e30.c2ln", false, 0},                         /* {} */
    {HEAD "W10.c2ln", false, 0},                         /* [] */
    {HEAD "MTcwMDAwMDAwMA.c2ln", false, 0},              /* 1700000000 */
    {HEAD "eyJleHAiOjE3MDAwMDAwMD.c2ln", false, 0},      /* cut short */
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9=.c2ln", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDAgfQ==.c2ln", false, 0}, /* padded: no base64url */
    {HEAD "    eyJleHAiOjE3MDAwMDAwMDB9.c2ln", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9    .c2ln", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9\n.c2ln", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9A.c2ln", false, 0},
    {HEAD "!!!!.c2ln", false, 0},
    {HEAD ".c2ln", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9", false, 0},
    {HEAD "eyJleHAiOjE3MDAwMDAwMDB9.c2ln.x", false, 0},
    {"pat_abcdefghijklmnop", false, 0},
    {"..", false, 0},
    {".", false, 0},
    {"", false, 0},
    {"Bearer " HEAD "eyJleHAiOjE3MDAwMDAwMDB9.c2ln", true, 1700000000},
};

START_TEST(ends_of_tokens)
{
	int64_t expiry = -7;
	bool good = jwt_expiry(rows[_i].token, &expiry);
	ck_assert_msg(good == rows[_i].good, "%s", rows[_i].token);
	ck_assert_int_eq(expiry, good ? rows[_i].expiry : -7);
}
END_TEST

START_TEST(a_huge_token_has_no_end)
{
	size_t n = 60000;
	char *token = malloc(n + 1);
	int64_t expiry;
	ck_assert_ptr_nonnull(token);
	memset(token, 'A', n);
	token[1] = token[n - 2] = '.';
	token[n] = '\0';
	ck_assert(!jwt_expiry(token, &expiry));
	free(token);
}
END_TEST

Suite *jwt_suite(void)
{
	Suite *suite = suite_create("jwt");
	TCase *tc = tcase_create("jwt");
	tcase_add_loop_test(tc, ends_of_tokens, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, a_huge_token_has_no_end);
	suite_add_tcase(suite, tc);
	return suite;
}
