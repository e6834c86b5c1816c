#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "suites.h"
#include "task/authorization.h"
#include "task/secret.h"

enum { SECRET_MAX = 64 * 1024 };
#define WHAT "pass phrase"

/* ------------------------------------------------------------------ what it holds */

static const struct {
	const char *bytes;
	size_t n; /* 0: a string */
	enum secret_kind kind;
	const char *secret; /* NULL: refused */
	const char *says;
} contents[] = {
    {"tok", 0, SECRET_LINE, "tok", NULL},
    {"tok\n", 0, SECRET_LINE, "tok", NULL},
    {"tok\r\n", 0, SECRET_LINE, "tok", NULL},
    {"Bearer tok", 0, SECRET_LINE, "Bearer tok", NULL},
    {"!#$%&'*+-.^_`|~=/", 0, SECRET_LINE, "!#$%&'*+-.^_`|~=/", NULL},
    {"", 0, SECRET_LINE, NULL, "empty"},
    {"\n", 0, SECRET_LINE, NULL, "empty"},
    {"\r\n", 0, SECRET_LINE, NULL, "empty"},
    {"a\nb", 0, SECRET_LINE, NULL, "more than one line"},
    {"a\n\n", 0, SECRET_LINE, NULL, "more than one line"},
    {"a\r\nX-Evil: 1", 0, SECRET_LINE, NULL, "more than one line"},
    {"a\rb", 0, SECRET_LINE, NULL, "more than one line"},
    {" tok", 0, SECRET_LINE, NULL, "blank"},
    {"tok \n", 0, SECRET_LINE, NULL, "blank"},
    {" ", 0, SECRET_LINE, NULL, "blank"},
    {"a\tb", 0, SECRET_LINE, NULL, "control"},
    {"a\0b", 3, SECRET_LINE, NULL, "control"},
    {"\0", 1, SECRET_LINE, NULL, "control"},
    {"tok\0", 4, SECRET_LINE, NULL, "control"},
    {"a\x1B[0m", 0, SECRET_LINE, NULL, "control"},
    {"a\x7F", 0, SECRET_LINE, NULL, "control"},
    {"\xEF\xBB\xBFtok", 0, SECRET_LINE, NULL, "not ASCII"},
    {"密码", 0, SECRET_LINE, NULL, "not ASCII"},
    {"-----BEGIN-----\nx\n", 0, SECRET_PEM, "-----BEGIN-----\nx\n", NULL},
    {"", 0, SECRET_PEM, NULL, "empty"},
    {"a\0b", 3, SECRET_PEM, NULL, "NUL"},
};

START_TEST(what_a_secret_may_hold)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	size_t n = contents[_i].n ? contents[_i].n : strlen(contents[_i].bytes);
	const char *path = scratch_write_bytes("secret", contents[_i].bytes, n, 0600);
	bool good = secret_read(path, WHAT, contents[_i].kind, &secret, &err);
	ck_assert_msg(good == (contents[_i].secret != NULL), "%s", err.text);
	if (good) {
		ck_assert_str_eq(secret, contents[_i].secret);
		secret_free(secret);
		return;
	}
	ck_assert_msg(strstr(err.text, contents[_i].says) != NULL, "%s", err.text);
	ck_assert_ptr_nonnull(strstr(err.text, WHAT));
	ck_assert_ptr_nonnull(strstr(err.text, path));
	/* An error tells where, never what. */
	ck_assert_ptr_null(strstr(err.text, "tok"));
	ck_assert_ptr_null(strstr(err.text, "Evil"));
}
END_TEST

START_TEST(a_secret_has_a_cap)
{
	static char text[SECRET_MAX + 2];
	char *secret = NULL;
	struct error err = ERROR_INIT;
	memset(text, 'a', sizeof text);
	const char *path = scratch_write_bytes("most", text, SECRET_MAX, 0600);
	ck_assert_msg(secret_read(path, WHAT, SECRET_PEM, &secret, &err), "%s", err.text);
	ck_assert_uint_eq(strlen(secret), SECRET_MAX);
	secret_free(secret);
	path = scratch_write_bytes("more", text, SECRET_MAX + 1, 0600);
	ck_assert(!secret_read(path, WHAT, SECRET_LINE, &secret, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "larger than 65536"));
}
END_TEST

/* A token that no header takes is refused where it is read; one that is taken fits. */
START_TEST(a_token_fits_a_header)
{
	static char text[SECRET_LINE_MAX + 2];
	char *secret = NULL;
	struct error err = ERROR_INIT;
	struct net_request request = {.headers = NULL};
	memset(text, 'a', sizeof text);
	const char *path = scratch_write_bytes("most", text, SECRET_LINE_MAX, 0600);
	ck_assert_msg(secret_read(path, WHAT, SECRET_LINE, &secret, &err), "%s",
	              err.text);
	ck_assert_msg(authorization_add(&request, secret, ' ', &err), "%s", err.text);
	curl_slist_free_all(request.headers);
	secret_free(secret);
	path = scratch_write_bytes("more", text, SECRET_LINE_MAX + 1, 0600);
	ck_assert(!secret_read(path, WHAT, SECRET_LINE, &secret, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "longer than"));
}
END_TEST

/* ------------------------------------------------------------------- whose it is */

static const struct {
	mode_t mode;
	bool good;
	const char *says;
} modes[] = {
    {0400, true, NULL},         {0600, true, NULL},          {0640, true, NULL},
    {0440, true, NULL},         {0660, true, NULL},          {0700, true, NULL},
    {0644, false, "0644"},      {0604, false, "can read"},   {0666, false, "can read"},
    {0602, false, "can write"}, {0777, false, "chmod 0600"},
};

START_TEST(whose_eyes_a_file_may_be_for)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	const char *path = scratch_write("secret", "tok\n", modes[_i].mode);
	bool good = secret_read(path, WHAT, SECRET_LINE, &secret, &err);
	ck_assert_msg(good == modes[_i].good, "%04o: %s", (unsigned)modes[_i].mode,
	              err.text);
	if (good)
		secret_free(secret);
	else
		ck_assert_msg(strstr(err.text, modes[_i].says) != NULL, "%s", err.text);
}
END_TEST

/* ----------------------------------------------------------------- kinds of files */

START_TEST(there_is_no_file)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	ck_assert(!secret_read(scratch_path("none"), WHAT, SECRET_LINE, &secret, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
}
END_TEST

START_TEST(a_directory)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	ck_assert(!secret_read(scratch_dir(), WHAT, SECRET_LINE, &secret, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "directory"));
}
END_TEST

/* Nobody writes to it: whoever opens it plainly waits for ever. */
START_TEST(a_fifo_does_not_hold_us)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	const char *path = scratch_path("fifo");
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(!secret_read(path, WHAT, SECRET_LINE, &secret, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "not a regular file"));
}
END_TEST

START_TEST(devices_are_no_secrets)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	ck_assert(!secret_read("/dev/null", WHAT, SECRET_LINE, &secret, &err));
	ck_assert(!secret_read("/dev/zero", WHAT, SECRET_LINE, &secret, &err));
}
END_TEST

/* Secrets are often links (Kubernetes, systemd credentials); their file is judged. */
START_TEST(links_are_followed)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	const char *link = scratch_path("link");
	const char *bad = scratch_path("bad");
	ck_assert_int_eq(symlink(scratch_write("file", "tok", 0600), link), 0);
	ck_assert_int_eq(symlink(scratch_write("open", "tok", 0644), bad), 0);
	ck_assert_msg(secret_read(link, WHAT, SECRET_LINE, &secret, &err), "%s",
	              err.text);
	ck_assert_str_eq(secret, "tok");
	secret_free(secret);
	ck_assert(!secret_read(bad, WHAT, SECRET_LINE, &secret, &err));
}
END_TEST

START_TEST(no_descriptor_is_left_open)
{
	char *secret = NULL;
	struct error err = ERROR_INIT;
	const char *path = scratch_write("secret", "tok", 0600);
	const char *bad = scratch_write("bad", "", 0600);
	int before = dup(0);
	for (int i = 0; i < 20; i++) {
		ck_assert(secret_read(path, WHAT, SECRET_LINE, &secret, &err));
		secret_free(secret);
		ck_assert(!secret_read(bad, WHAT, SECRET_LINE, &secret, &err));
		ck_assert(!secret_read(scratch_dir(), WHAT, SECRET_LINE, &secret, &err));
	}
	int after = dup(0);
	ck_assert_int_eq(after, before + 1);
	close(before);
	close(after);
}
END_TEST

/* ------------------------------------------------------------------ the environment */

static const struct {
	const char *value;  /* NULL: unset */
	const char *secret; /* NULL: none */
	bool good;
} variables[] = {
    {NULL, NULL, true},    {"", NULL, true},       {"tok", "tok", true},
    {" tok", NULL, false}, {"tok\n", NULL, false}, {"a\tb", NULL, false},
    {"密", NULL, false},
};

START_TEST(secrets_of_the_environment)
{
	char rest[] = "rest";
	char *secret = rest; /* must be set in any case */
	struct error err = ERROR_INIT;
	if (variables[_i].value)
		setenv("UNIT_SECRET", variables[_i].value, 1);
	else
		unsetenv("UNIT_SECRET");
	bool good = secret_from_environment("UNIT_SECRET", WHAT, &secret, &err);
	ck_assert(good == variables[_i].good);
	if (variables[_i].secret)
		ck_assert_str_eq(secret, variables[_i].secret);
	else
		ck_assert_ptr_null(secret);
	if (!good)
		ck_assert_ptr_nonnull(strstr(err.text, "UNIT_SECRET"));
	secret_free(secret);
	unsetenv("UNIT_SECRET");
}
END_TEST

/* As `printf abc | openssl dgst -sha256` has it. */
START_TEST(digests)
{
	char digest[17];
	ck_assert(secret_digest("abc", digest));
	ck_assert_str_eq(digest, "ba7816bf8f01cfea");
	ck_assert(secret_digest("", digest));
	ck_assert_str_eq(digest, "e3b0c44298fc1c14");
}
END_TEST

Suite *secret_suite(void)
{
	Suite *suite = suite_create("secret");
	TCase *tc = tcase_create("secret");
	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_loop_test(tc, what_a_secret_may_hold, 0, (int)ARRAY_LEN(contents));
	tcase_add_test(tc, a_secret_has_a_cap);
	tcase_add_test(tc, a_token_fits_a_header);
	tcase_add_loop_test(tc, whose_eyes_a_file_may_be_for, 0, (int)ARRAY_LEN(modes));
	tcase_add_test(tc, there_is_no_file);
	tcase_add_test(tc, a_directory);
	tcase_add_test(tc, a_fifo_does_not_hold_us);
	tcase_add_test(tc, devices_are_no_secrets);
	tcase_add_test(tc, links_are_followed);
	tcase_add_test(tc, no_descriptor_is_left_open);
	tcase_add_loop_test(tc, secrets_of_the_environment, 0, (int)ARRAY_LEN(variables));
	tcase_add_test(tc, digests);
	suite_add_tcase(suite, tc);
	return suite;
}
