#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/trust.h"
#include "suites.h"

/* Not a real certificate: only its shape is looked at here. */
static const char PEM[] = "a comment\n-----BEGIN CERTIFICATE-----\nMAo=\n"
                          "-----END CERTIFICATE-----\n";

static char dir[64];

/* A file in the test's directory, whose path is returned (two at a time). */
static const char *path_of(const char *name)
{
	static char paths[2][160];
	static int which;
	which = !which;
	snprintf(paths[which], sizeof paths[which], "%s/%s", dir, name);
	return paths[which];
}

static const char *put(const char *name, const char *text)
{
	const char *path = path_of(name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
	return path;
}

static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(dir, sizeof dir, "%s/trustXXXXXX", tmp && *tmp ? tmp : "/tmp");
	ck_assert(n > 0 && (size_t)n < sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
}

static void tear_down(void)
{
	static const char *const names[] = {"ca.pem",     "empty.pem",  "0123abcd.0",
	                                    "deadbeef.9", "0123ABCD.0", "0123abcd.00",
	                                    "0123abc.0",  "other.pem"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)unlink(path_of(names[i]));
	ck_assert_int_eq(rmdir(dir), 0);
}

static void refused(const char *ca_file, const char *ca_path, const char *words)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	ck_assert(!net_trust_choose(&trust, ca_file, ca_path, &err));
	ck_assert_msg(strstr(err.text, words), "%s", err.text);
	ck_assert_msg(strstr(err.text, ca_file ? ca_file : ca_path), "%s", err.text);
	ck_assert(!trust.ca_file && !trust.ca_path && !trust.bundle);
}

START_TEST(a_file_alone)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	const char *file = put("ca.pem", PEM);
	ck_assert_msg(net_trust_choose(&trust, file, NULL, &err), "%s", err.text);
	ck_assert_str_eq(trust.ca_file, file);
	ck_assert_ptr_null(trust.ca_path);
	ck_assert(!net_trust_fall_back(&trust)); /* never the system's */
	net_trust_clear(&trust);
}
END_TEST

START_TEST(a_directory_alone)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	put("ca.pem", PEM);
	ck_assert_int_eq(symlink("ca.pem", path_of("0123abcd.0")), 0);
	ck_assert_msg(net_trust_choose(&trust, NULL, dir, &err), "%s", err.text);
	ck_assert_str_eq(trust.ca_path, dir);
	ck_assert_str_eq(trust.ca_file, path_of("0123abcd.0"));
	ck_assert(!net_trust_fall_back(&trust));
	net_trust_clear(&trust);
}
END_TEST

START_TEST(both)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	put("0123abcd.0", PEM);
	const char *file = put("ca.pem", PEM);
	ck_assert_msg(net_trust_choose(&trust, file, dir, &err), "%s", err.text);
	ck_assert_str_eq(trust.ca_file, file);
	ck_assert_str_eq(trust.ca_path, dir);
	ck_assert(!net_trust_fall_back(&trust));
	net_trust_clear(&trust);
}
END_TEST

START_TEST(files_that_are_none)
{
	refused(path_of("none.pem"), NULL, strerror(ENOENT));
	refused(dir, NULL, "is a directory");
	refused(put("empty.pem", ""), NULL, "no certificate");
	refused(put("empty.pem", "CERTIFICATE\n"), NULL, "no certificate");
	refused(put("empty.pem", "-----BEGIN CERTIFICATE REQUEST-----\n"), NULL,
	        "no certificate");
	refused(put("empty.pem", "-----BEGIN PRIVATE KEY-----\n"), NULL,
	        "no certificate");
	if (geteuid() == 0)
		return; /* whom no mode keeps out */
	ck_assert_int_eq(chmod(put("ca.pem", PEM), 0), 0);
	refused(path_of("ca.pem"), NULL, strerror(EACCES));
}
END_TEST

START_TEST(directories_that_are_none)
{
	refused(NULL, path_of("none"), strerror(ENOENT));
	refused(NULL, put("ca.pem", PEM), "not a directory");
	refused(NULL, dir, "openssl rehash"); /* a certificate, but no hash link */
	put("0123ABCD.0", PEM);
	put("0123abcd.00", PEM);
	put("0123abc.0", PEM);
	refused(NULL, dir, "openssl rehash");
	ck_assert_int_eq(symlink("gone.pem", path_of("0123abcd.0")), 0);
	refused(NULL, dir, "openssl rehash"); /* a link to nothing */
	put("deadbeef.9", PEM);
	struct net_trust trust;
	struct error err = ERROR_INIT;
	ck_assert_msg(net_trust_choose(&trust, NULL, dir, &err), "%s", err.text);
	net_trust_clear(&trust);
}
END_TEST

START_TEST(the_environments_directory)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	put("0123abcd.0", PEM);
	ck_assert_int_eq(setenv("SSL_CERT_DIR", dir, 1), 0);
	ck_assert_msg(net_trust_choose(&trust, NULL, NULL, &err), "%s", err.text);
	ck_assert_str_eq(trust.ca_path, dir);
	ck_assert_str_eq(trust.ca_file, path_of("0123abcd.0"));
	net_trust_clear(&trust);
}
END_TEST

START_TEST(the_environments_file)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	const char *file = put("ca.pem", PEM);
	ck_assert_int_eq(setenv("SSL_CERT_FILE", file, 1), 0);
	ck_assert_msg(net_trust_choose(&trust, NULL, NULL, &err), "%s", err.text);
	ck_assert_str_eq(trust.ca_file, file);
	ck_assert(!net_trust_fall_back(&trust));
	net_trust_clear(&trust);

	ck_assert_int_eq(setenv("SSL_CERT_FILE", path_of("none.pem"), 1), 0);
	ck_assert(!net_trust_choose(&trust, NULL, NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "SSL_CERT_FILE"));
	/* What was asked for goes before the environment. */
	error_clear(&err);
	ck_assert_msg(net_trust_choose(&trust, put("other.pem", PEM), NULL, &err), "%s",
	              err.text);
	ck_assert_str_eq(trust.ca_file, path_of("other.pem"));
	net_trust_clear(&trust);
}
END_TEST

START_TEST(an_environment_that_says_nothing)
{
	struct net_trust plain;
	struct net_trust empty;
	struct error err = ERROR_INIT;
	ck_assert(net_trust_choose(&plain, NULL, NULL, &err));
	ck_assert_int_eq(setenv("SSL_CERT_FILE", "", 1), 0);
	ck_assert_int_eq(setenv("SSL_CERT_DIR", dir, 1),
	                 0); /* without a link: passed by */
	ck_assert(net_trust_choose(&empty, NULL, NULL, &err));
	ck_assert_pstr_eq(plain.ca_file, empty.ca_file);
	ck_assert_pstr_eq(plain.ca_path, empty.ca_path);
	net_trust_clear(&plain);
	net_trust_clear(&empty);
}
END_TEST

START_TEST(the_systems_bundle_is_the_fall_back)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	put("0123abcd.0", PEM);
	ck_assert_int_eq(setenv("SSL_CERT_DIR", dir, 1), 0);
	ck_assert(net_trust_choose(&trust, NULL, NULL, &err));
	trust.bundle = put("ca.pem", PEM); /* the system may have none */
	ck_assert(net_trust_fall_back(&trust));
	ck_assert_str_eq(trust.ca_file, path_of("ca.pem"));
	ck_assert_str_eq(trust.ca_path, dir);
	ck_assert(!net_trust_fall_back(&trust)); /* once */
	trust.bundle = path_of("none.pem");
	ck_assert(!net_trust_fall_back(&trust));
	ck_assert_str_eq(trust.ca_file, path_of("ca.pem"));
	net_trust_clear(&trust);
}
END_TEST

START_TEST(is_taken_by_a_handle)
{
	struct net_trust trust;
	struct error err = ERROR_INIT;
	CURL *easy = curl_easy_init();
	ck_assert_ptr_nonnull(easy);
	ck_assert(net_trust_choose(&trust, put("ca.pem", PEM), NULL, &err));
	ck_assert_msg(net_trust_apply(&trust, easy, &err), "%s", err.text);
	net_trust_clear(&trust);
	ck_assert(net_trust_choose(&trust, NULL, NULL, &err));
	ck_assert_msg(net_trust_apply(&trust, easy, &err), "%s", err.text);
	net_trust_clear(&trust);
	curl_easy_cleanup(easy);
}
END_TEST

START_TEST(keys_are_told_from_certificates)
{
	struct error err = ERROR_INIT;
	const char *file = put("other.pem", "-----BEGIN EC PRIVATE KEY-----\n");
	ck_assert(net_trust_check_pem("the key", file, "PRIVATE KEY", &err));
	ck_assert(
	    !net_trust_check_pem("the key", put("ca.pem", PEM), "PRIVATE KEY", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "private key"));
}
END_TEST

Suite *trust_suite(void)
{
	Suite *suite = suite_create("trust");
	TCase *tc = tcase_create("trust");
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_file_alone);
	tcase_add_test(tc, a_directory_alone);
	tcase_add_test(tc, both);
	tcase_add_test(tc, files_that_are_none);
	tcase_add_test(tc, directories_that_are_none);
	tcase_add_test(tc, the_environments_directory);
	tcase_add_test(tc, the_environments_file);
	tcase_add_test(tc, an_environment_that_says_nothing);
	tcase_add_test(tc, the_systems_bundle_is_the_fall_back);
	tcase_add_test(tc, is_taken_by_a_handle);
	tcase_add_test(tc, keys_are_told_from_certificates);
	suite_add_tcase(suite, tc);
	return suite;
}
