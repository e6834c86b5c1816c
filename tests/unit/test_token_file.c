#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "suites.h"
#include "task/token_file.h"

#define FORMAT "{\"format\":\"cloud-task-plugins token\",\"version\":1,"

static struct token_file kept;

static void teardown(void)
{
	token_file_clear(&kept);
	scratch_remove();
}

static bool write_file(const char *path, const struct token_file *what)
{
	struct statedir_write write;
	struct error err = ERROR_INIT;
	return statedir_begin(path, 8192, &write, &err) &&
	       token_file_write(&write, what, &err);
}

START_TEST(what_is_written_is_read)
{
	static char token[] = "tok.en-1_~+/=";
	static char refusal[] = "code 401: 密钥错误";
	const char *path = scratch_path("token");
	struct token_file what = {.token = token,
	                          .expires_at = 1900000000,
	                          .obtained_at = 1800000000,
	                          .refusal = refusal,
	                          .condition = TASK_INVALID,
	                          .refused_at = 1800000005,
	                          .wait = 600,
	                          .secret = "0123456789abcdef"};
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	ck_assert(write_file(path, &what));
	ck_assert(token_file_read(path, &kept, &notice, &err));
	ck_assert_str_eq(kept.token, token);
	ck_assert_int_eq(kept.expires_at, 1900000000);
	ck_assert_int_eq(kept.obtained_at, 1800000000);
	ck_assert_str_eq(kept.refusal, refusal);
	ck_assert_int_eq(kept.refused_at, 1800000005);
	ck_assert_int_eq(kept.condition, TASK_INVALID);
	ck_assert_int_eq(kept.wait, 600);
	ck_assert_str_eq(kept.secret, "0123456789abcdef");
	ck_assert(!error_is_set(&notice) && !error_is_set(&err));
}
END_TEST

START_TEST(a_refusal_alone)
{
	static char refusal[] = "no";
	const char *path = scratch_path("token");
	struct token_file what = {.refusal = refusal,
	                          .condition = TASK_DENIED,
	                          .refused_at = 5,
	                          .wait = 60,
	                          .secret = "0123456789abcdef"};
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	ck_assert(write_file(path, &what));
	ck_assert(token_file_read(path, &kept, &notice, &err));
	ck_assert_ptr_null(kept.token);
	ck_assert_str_eq(kept.refusal, "no");
	ck_assert_int_eq(kept.condition, TASK_DENIED);
	ck_assert_int_eq(kept.wait, 60);
	ck_assert(!token_file_is_good(&kept, 0));
}
END_TEST

START_TEST(there_is_none_yet)
{
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	ck_assert(token_file_read(scratch_path("none"), &kept, &notice, &err));
	ck_assert_ptr_null(kept.token);
	ck_assert_ptr_null(kept.refusal);
	ck_assert(!error_is_set(&notice) && !error_is_set(&err));
}
END_TEST

static const char *const broken[] = {
    "",
    "garbage",
    "[]",
    "{}",
    "null",
    "{\"token\":\"x\",\"expires_at\":1900000000,\"obtained_at\":1800000000}",
    "{\"format\":\"another\",\"version\":1,\"token\":\"x\"}",
    "{\"format\":\"cloud-task-plugins token\",\"version\":2,\"token\":\"x\"}",
    "{\"format\":\"cloud-task-plugins token\",\"token\":\"x\"}",
    FORMAT "\"token\":\"x\"",
    FORMAT "\"token\":\"x\"}}",
    FORMAT "\"token\":\"x\",\"token\":\"y\"}",
    FORMAT "\"token\":\"a\\nX-Evil: 1\"}",
    FORMAT "\"token\":\"a\\r\"}",
    FORMAT "\"token\":\"密\"}",
    FORMAT "\"token\":\"\\u007f\"}",
    FORMAT "\"token\":\"\xFF\"}",
};

START_TEST(broken_files_are_set_aside)
{
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	const char *path = scratch_write("token", broken[_i], 0600);
	ck_assert(token_file_read(path, &kept, &notice, &err));
	ck_assert_ptr_null(kept.token);
	ck_assert_ptr_null(kept.refusal);
	ck_assert_ptr_nonnull(strstr(notice.text, "set aside"));
	ck_assert_ptr_null(strstr(notice.text, "Evil"));
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(access(scratch_path("token.bad"), F_OK), 0);
}
END_TEST

START_TEST(files_of_others_are_an_error)
{
	static const char good[] = FORMAT
	    "\"token\":\"x\",\"expires_at\":1900000000,\"obtained_at\":1800000000}";
	static const mode_t modes[] = {0644, 0620, 0666};
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct error notice = ERROR_INIT;
		struct error err = ERROR_INIT;
		const char *path = scratch_write("token", good, modes[i]);
		ck_assert(!token_file_read(path, &kept, &notice, &err));
		ck_assert(error_is_set(&err));
		ck_assert_ptr_null(kept.token);
	}
}
END_TEST

/* Members of odd types count as not there. */
static const struct {
	const char *members;
	bool token;
	bool good; /* at 1800000000 */
} members[] = {
    {"\"token\":\"x\",\"expires_at\":1900000000,\"obtained_at\":1799999999", true, true},
    {"\"token\":\"x\",\"expires_at\":1900000000", true, true},
    {"\"token\":\"x\",\"obtained_at\":1799999999", true, false},
    {"\"token\":\"x\",\"expires_at\":\"1900000000\",\"obtained_at\":1799999999", true,
     false},
    {"\"token\":\"x\",\"expires_at\":true,\"obtained_at\":1", true, false},
    {"\"token\":\"x\",\"expires_at\":-5,\"obtained_at\":1", true, false},
    {"\"token\":\"x\",\"expires_at\":9223372036854775807,\"obtained_at\":0", true, true},
    {"\"token\":\"x\",\"expires_at\":9223372036854775807,\"obtained_at\":"
     "9223372036854775807",
     true, false},
    {"\"token\":\"\",\"expires_at\":1900000000,\"obtained_at\":1799999999", false, false},
    {"\"token\":5,\"expires_at\":1900000000,\"obtained_at\":1799999999", false, false},
    {"\"refusal\":5,\"secret\":[],\"refused_at\":\"x\"", false, false},
    {"\"condition\":\"running\",\"wait\":-5", false, false},
    {"\"condition\":5,\"wait\":\"x\"", false, false},
    {"\"secret\":\"0123456789abcdef0\"", false, false}, /* longer than its room */
};

START_TEST(odd_members)
{
	char text[400];
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	snprintf(text, sizeof text, FORMAT "%s}", members[_i].members);
	const char *path = scratch_write("token", text, 0600);
	ck_assert(token_file_read(path, &kept, &notice, &err));
	ck_assert(!error_is_set(&notice));
	ck_assert((kept.token != NULL) == members[_i].token);
	ck_assert(token_file_is_good(&kept, 1800000000) == members[_i].good);
	ck_assert_ptr_null(kept.refusal);
	ck_assert_str_eq(kept.secret, "");
	ck_assert_int_eq(kept.condition, TASK_DENIED);
	ck_assert_int_eq(kept.wait, 60);
}
END_TEST

/* A tenth of its life, five minutes at most, is kept as a margin. */
static const struct {
	int64_t obtained; /* from now */
	int64_t expires;  /* from now */
	bool good;
} lives[] = {
    {-1000, INT64_C(30) * 86400, true},
    {-86400, 301, true},
    {-86400, 300, false},
    {-86400, 1, false},
    {-86400, 0, false},
    {-86400, -1, false},
    {-50, 50, true},
    {-90, 11, true},
    {-90, 10, false},
    {0, 900, true},
    {0, 0, true}, /* ended before it came: a clock is wrong */
    {0, -1000, true},
    {-700, -1000, true},
    {300, 86400, true},  /* a clock that ran ahead a little */
    {301, 86400, false}, /* or a lot: then the end means nothing */
    {86400, INT64_C(30) * 86400, false},
};

START_TEST(how_long_a_token_is_good)
{
	static char token[] = "x";
	const int64_t now = 1800000000;
	struct token_file file = {.token = token,
	                          .obtained_at = now + lives[_i].obtained,
	                          .expires_at = now + lives[_i].expires};
	ck_assert(token_file_is_good(&file, now) == lives[_i].good);
	file.token = NULL;
	ck_assert(!token_file_is_good(&file, now));
}
END_TEST

Suite *token_file_suite(void)
{
	Suite *suite = suite_create("token_file");
	TCase *tc = tcase_create("token_file");
	tcase_add_checked_fixture(tc, scratch_make, teardown);
	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_test(tc, a_refusal_alone);
	tcase_add_test(tc, there_is_none_yet);
	tcase_add_loop_test(tc, broken_files_are_set_aside, 0, (int)ARRAY_LEN(broken));
	tcase_add_test(tc, files_of_others_are_an_error);
	tcase_add_loop_test(tc, odd_members, 0, (int)ARRAY_LEN(members));
	tcase_add_loop_test(tc, how_long_a_token_is_good, 0, (int)ARRAY_LEN(lives));
	suite_add_tcase(suite, tc);
	return suite;
}
