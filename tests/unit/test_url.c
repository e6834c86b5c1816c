#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "net/url.h"
#include "suites.h"

static const struct {
	const char *url;
	const char *text;
	const char *host;
	const char *path;
} good[] = {
    {"https://example.com", "https://example.com", "example.com", ""},
    {"https://example.com/", "https://example.com", "example.com", ""},
    {"https://example.com///", "https://example.com", "example.com", ""},
    {"HTTPS://Example.COM/Path", "https://example.com/Path", "example.com", "/Path"},
    {"https://example.com:443/a/b/", "https://example.com/a/b", "example.com", "/a/b"},
    {"https://example.com:0443", "https://example.com", "example.com", ""},
    {"https://example.com:8443", "https://example.com:8443", "example.com:8443", ""},
    {"https://example.com:80", "https://example.com:80", "example.com:80", ""},
    {"https://example.com:65535", "https://example.com:65535", "example.com:65535", ""},
    {"https://a_b-c.example.", "https://a_b-c.example.", "a_b-c.example.", ""},
    {"https://xn--fsq.example", "https://xn--fsq.example", "xn--fsq.example", ""},
    {"https://192.0.2.1/x", "https://192.0.2.1/x", "192.0.2.1", "/x"},
    {"https://[2001:DB8::1]/x", "https://[2001:db8::1]/x", "[2001:db8::1]", "/x"},
    {"https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443",
     ""},
    {"https://h/a%2Fb/~x;y=1,2:3@z", "https://h/a%2Fb/~x;y=1,2:3@z", "h",
     "/a%2Fb/~x;y=1,2:3@z"},
    {"https://h/a//b", "https://h/a//b", "h", "/a//b"},
    {"https://h/...", "https://h/...", "h", "/..."},
    {"https://h/.well-known", "https://h/.well-known", "h", "/.well-known"},
    {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x", "127.0.0.1:8080", "/x"},
    {"http://127.255.255.254", "http://127.255.255.254", "127.255.255.254", ""},
    {"http://localhost:80", "http://localhost", "localhost", ""},
    {"http://LocalHost:443", "http://localhost:443", "localhost:443", ""},
    {"http://[::1]:81", "http://[::1]:81", "[::1]:81", ""},
    {"http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]", "[0:0:0:0:0:0:0:1]", ""},
};

START_TEST(reads_a_base_url)
{
	struct net_base base;
	struct error err = ERROR_INIT;
	ck_assert_msg(net_base_parse(good[_i].url, false, &base, &err), "%s: %s",
	              good[_i].url, err.text);
	ck_assert_str_eq(base.text, good[_i].text);
	ck_assert_str_eq(base.host, good[_i].host);
	ck_assert_str_eq(base.path, good[_i].path);
	ck_assert_uint_eq(strlen(base.origin) + strlen(base.path), strlen(base.text));
	ck_assert_int_eq(strncmp(base.text, base.origin, strlen(base.origin)), 0);
	net_base_clear(&base);
	ck_assert_ptr_null(base.text);
}
END_TEST

static const struct {
	const char *url;
	const char *words; /* that the error must hold */
} bad[] = {
    {"", "https://"},
    {"example.com", "https://"},
    {"//example.com", "https://"},
    {"ftp://example.com", "https://"},
    {"file:///etc/passwd", "https://"},
    {"https:/example.com", "https://"},
    {" https://example.com", "https://"},
    {"javascript:alert(1)", "https://"},
    {"https://", "no host"},
    {"https:///path", "no host"},
    {"https://:443", "no host"},
    {"https://user@example.com", "user name"},
    {"https://user:s3cret@example.com/x", "user name"},
    {"https://127.0.0.1@example.com", "user name"},
    {"https://example.com\\@127.0.0.1/", "user name"},
    {"http://127.0.0.1:80@example.com/", "user name"},
    {"https://example.com/?a=b", "query"},
    {"https://example.com?a", "query"},
    {"https://example.com/#x", "fragment"},
    {"https://example.com#@127.0.0.1", "fragment"},
    {"https://example.com:", "port"},
    {"https://example.com:0", "port"},
    {"https://example.com:65536", "port"},
    {"https://example.com:99999999999999999999", "port"},
    {"https://example.com:8a", "port"},
    {"https://example.com:-1", "port"},
    {"https://example.com: 443", "port"},
    {"https://exam ple.com", "host"},
    {"https://exam\tple.com", "host"},
    {"https://example.com\r\nX-Evil: 1", "host"},
    {"https://example.com%00.evil", "host"},
    {"https://ex%61mple.com", "host"},
    {"https://例え.jp", "xn--"},
    {"https://.example.com", "label"},
    {"https://example..com", "label"},
    {"https://[::1", "IPv6"},
    {"https://[]", "IPv6"},
    {"https://[", "IPv6"},
    {"https://[::1]x", "IPv6"},
    {"https://[::1%25eth0]", "IPv6"},
    {"https://[127.0.0.1]", "IPv6"},
    {"https://[12345::]", "IPv6"},
    {"https://[::1]:", "port"},
    {"https://::1", "no host"},
    {"https://h/a b", "path"},
    {"https://h/a\nb", "path"},
    {"https://h/\x7F", "path"},
    {"https://h/源", "path"},
    {"https://h/a%2", "path"},
    {"https://h/a%", "path"},
    {"https://h/a%zz", "path"},
    {"https://h/a\\b", "path"},
    {"https://h/<x>", "path"},
    {"https://h/\"", "path"},
    {"https://h/a/../b", ".."},
    {"https://h/..", ".."},
    {"https://h/./x", "\".\""},
    {"https://h/x/.", "\".\""},
    {"http://example.com", "unencrypted"},
    {"http://127.0.0.1.example.com", "unencrypted"},
    {"http://localhost.example.com", "unencrypted"},
    {"http://localhost.", "unencrypted"},
    {"http://notlocalhost", "unencrypted"},
    {"http://128.0.0.1", "unencrypted"},
    {"http://127.1", "unencrypted"},
    {"http://0x7f.0.0.1", "unencrypted"},
    {"http://0177.0.0.1", "unencrypted"},
    {"http://2130706433", "unencrypted"},
    {"http://127.0.0.256", "unencrypted"},
    {"http://0.0.0.0", "unencrypted"},
    {"http://[::]", "unencrypted"},
    {"http://[::ffff:127.0.0.1]", "unencrypted"},
};

START_TEST(refuses_what_can_be_misread)
{
	struct net_base base;
	struct error err = ERROR_INIT;
	ck_assert_msg(!net_base_parse(bad[_i].url, false, &base, &err), "%s",
	              bad[_i].url);
	ck_assert_msg(strstr(err.text, bad[_i].words), "%s: %s", bad[_i].url, err.text);
	ck_assert_ptr_null(strstr(err.text, "s3cret"));
	ck_assert_ptr_null(base.text);
}
END_TEST

START_TEST(http_can_be_allowed)
{
	struct net_base base;
	struct error err = ERROR_INIT;
	ck_assert(net_base_parse("http://example.com:8080/x", true, &base, &err));
	ck_assert_str_eq(base.text, "http://example.com:8080/x");
	net_base_clear(&base);
	ck_assert(!net_base_parse("http://user@example.com/x", true, &base, &err));
}
END_TEST

START_TEST(long_urls_are_refused)
{
	struct net_base base;
	for (size_t len = 200; len < 5000; len += 7) {
		char *url = malloc(len + 1);
		ck_assert_ptr_nonnull(url);
		struct error err = ERROR_INIT;
		memset(url, 'a', len);
		memcpy(url, "https://h/", 10);
		url[len] = '\0';
		ck_assert(net_base_parse(url, false, &base, &err) == (len < 2048));
		net_base_clear(&base);
		error_clear(&err);
		url[9] = 'a'; /* a host of that length */
		ck_assert(net_base_parse(url, false, &base, &err) == (len - 8 <= 253));
		net_base_clear(&base);
		free(url);
	}
}
END_TEST

START_TEST(without_memory)
{
	for (unsigned long n = 0; n < 20; n++) {
		struct net_base base;
		struct error err = ERROR_INIT;
		alloc_fail_after(n);
		bool ok =
		    net_base_parse("https://example.com:8443/prefix", false, &base, &err);
		unsigned long refused = alloc_restore();
		ck_assert(ok == (refused == 0));
		ck_assert(ok || strcmp(err.text, "out of memory") == 0);
		net_base_clear(&base);
	}
}
END_TEST

START_TEST(knows_plain_loopback)
{
	ck_assert(net_url_is_plain_loopback("http://127.0.0.1:8080/api?x=1"));
	ck_assert(net_url_is_plain_loopback("http://LOCALHOST/"));
	ck_assert(net_url_is_plain_loopback("http://[::1]?x"));
	ck_assert(!net_url_is_plain_loopback("https://127.0.0.1/"));
	ck_assert(!net_url_is_plain_loopback("http://example.com/http://127.0.0.1/"));
	ck_assert(!net_url_is_plain_loopback("http://127.0.0.1.example.com/"));
	ck_assert(!net_url_is_plain_loopback("http://127.0.0.1@example.com/"));
	ck_assert(!net_url_is_plain_loopback(""));
}
END_TEST

START_TEST(escapes_every_byte)
{
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";
	for (int c = 1; c < 256; c++) {
		const char text[2] = {(char)c, '\0'};
		char expected[4];
		struct strbuf url;
		strbuf_init(&url, 100);
		snprintf(expected, sizeof expected,
		         strchr(unreserved, text[0]) ? "%c" : "%%%02X", (unsigned)c);
		net_url_add_escaped(&url, text);
		ck_assert_str_eq(strbuf_text(&url), expected);
		strbuf_clear(&url);
	}
	struct strbuf url;
	strbuf_init(&url, 100);
	net_url_add_escaped(&url, "../a b?&=源\r\n");
	ck_assert_str_eq(strbuf_text(&url), "..%2Fa%20b%3F%26%3D%E6%BA%90%0D%0A");
	strbuf_clear(&url);
}
END_TEST

Suite *url_suite(void)
{
	Suite *suite = suite_create("url");
	TCase *tc = tcase_create("url");
	tcase_add_loop_test(tc, reads_a_base_url, 0, (int)ARRAY_LEN(good));
	tcase_add_loop_test(tc, refuses_what_can_be_misread, 0, (int)ARRAY_LEN(bad));
	tcase_add_test(tc, http_can_be_allowed);
	tcase_add_test(tc, long_urls_are_refused);
	tcase_add_test(tc, without_memory);
	tcase_add_test(tc, knows_plain_loopback);
	tcase_add_test(tc, escapes_every_byte);
	suite_add_tcase(suite, tc);
	return suite;
}
