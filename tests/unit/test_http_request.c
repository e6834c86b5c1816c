#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_bench.h"
#include "suites.h"

/* ------------------------------------------------------------------ what is sent */

static void answer_redirect(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	tiny_answer_add(answer, "302 Found", "Location: /elsewhere\r\nX-Trace: abc\r\n",
	                "");
}

static enum net_next expect_redirect(struct bench *b, struct item *item,
                                     const struct net_reply *reply)
{
	(void)b;
	(void)item;
	ck_assert_str_eq(reply->location, "/elsewhere");
	ck_assert_str_eq(reply->content_type, "");
	ck_assert_str_eq(reply->header(reply, "x-trace"), "abc");
	ck_assert_ptr_null(reply->header(reply, "X-Other"));
	ck_assert_double_lt(reply->retry_after, 0);
	return NET_DONE;
}

START_TEST(redirects_are_not_followed)
{
	bench.judge = expect_redirect;
	bench_serve(answer_redirect);
	bench_run(1, PLENTY);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 302);
	ck_assert_uint_eq(bench.counts.requests, 1);
}
END_TEST

static char sent[4096];

static void answer_and_keep(void *ctx, const char *request, struct tiny_answer *answer)
{
	snprintf(sent, sizeof sent, "%s", request);
	bench_answer_ok(ctx, request, answer);
}

static bool ask_with_secret(struct bench *b, struct item *item,
                            struct net_request *request)
{
	struct error err = ERROR_INIT;
	strbuf_addf(&request->url, "%s/../a?id=%u", b->base, item->number);
	ck_assert(net_request_header(request, "Authorization", "Bearer s3cret", &err));
	ck_assert(net_request_header(request, "X-Empty", "", &err));
	return true;
}

START_TEST(sends_what_it_was_given_and_no_more)
{
	struct strbuf trace;
	char expected[512];
	strbuf_init(&trace, 10000);
	bench.options.trace = &trace;
	bench.prepare = ask_with_secret;
	bench_serve(answer_and_keep);
	unsigned port = tiny_server_port(bench.server);
	bench_run(1, PLENTY);
	bench_finish();
	snprintf(expected, sizeof expected,
	         "GET /../a?id=0 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: test/1\r\n"
	         "Accept: */*\r\nAuthorization: Bearer s3cret\r\nX-Empty:\r\n\r\n",
	         port);
	ck_assert_str_eq(sent, expected);

	snprintf(expected, sizeof expected, "GET http://127.0.0.1:%u/../a?id=0: 200, ",
	         port);
	ck_assert_ptr_eq(strstr(strbuf_text(&trace), expected), strbuf_text(&trace));
	ck_assert_ptr_nonnull(
	    strstr(strbuf_text(&trace), "10 bytes, HTTP/1.1, new connection"));
	ck_assert_ptr_null(strstr(strbuf_text(&trace), "s3cret"));
	ck_assert_ptr_null(strstr(strbuf_text(&trace), "code"));
	strbuf_clear(&trace);
}
END_TEST

static bool post_then_get(struct bench *b, struct item *item, struct net_request *request)
{
	struct error err = ERROR_INIT;
	strbuf_addf(&request->url, "%s/%u", b->base, item->number);
	if (item->step > 0)
		return true;
	for (int i = 0; i < 1500; i++) /* more than libcurl sends without "Expect" */
		strbuf_adds(&request->body, "{\"a\":1}   ");
	return net_request_header(request, "Content-Type", "application/json", &err);
}

static enum net_next expect_post_then_get(struct bench *b, struct item *item,
                                          const struct net_reply *reply)
{
	(void)b;
	(void)reply;
	if (item->step++ > 0) {
		ck_assert_ptr_eq(strstr(sent, "GET /0 "), sent);
		ck_assert_ptr_null(strstr(sent, "Content-"));
		return NET_DONE;
	}
	ck_assert_ptr_eq(strstr(sent, "POST /0 "), sent);
	ck_assert_ptr_nonnull(strstr(sent, "Content-Type: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(sent, "Content-Length: 15000\r\n"));
	ck_assert_ptr_null(strstr(sent, "Expect"));
	ck_assert_ptr_null(strstr(sent, "urlencoded"));
	return NET_AGAIN;
}

START_TEST(posts_a_body)
{
	bench.prepare = post_then_get;
	bench.judge = expect_post_then_get;
	bench_serve(answer_and_keep);
	bench_run(1, PLENTY);
	bench_finish();
	bench_check_all(2, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

START_TEST(loopback_needs_no_proxy)
{
	char proxy[64];
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", tiny_dead_port());
	ck_assert_int_eq(setenv("http_proxy", proxy, 1), 0);
	bench.options.proxy = _i ? proxy : NULL;
	bench_serve(bench_answer_ok);
	bench_run(1, PLENTY);
	bench_check_all(1, NET_ANSWERED, 200);
}
END_TEST

static bool ask_elsewhere(struct bench *b, struct item *item, struct net_request *request)
{
	(void)b;
	(void)item;
	strbuf_adds(&request->url, "http://cloud.invalid/x");
	return true;
}

START_TEST(others_go_by_the_proxy)
{
	char proxy[64];
	bench.prepare = ask_elsewhere;
	bench_serve(answer_and_keep);
	snprintf(proxy, sizeof proxy, "%s", bench.base);
	bench.options.proxy = proxy;
	bench_run(1, PLENTY);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
	ck_assert_ptr_eq(strstr(sent, "GET http://cloud.invalid/x HTTP/1.1\r\n"), sent);
}
END_TEST

/* --------------------------------------------------------------------------- TLS */

static bool ask_https(struct bench *b, struct item *item, struct net_request *request)
{
	strbuf_addf(&request->url, "https%s/%u", strchr(b->base, ':'), item->number);
	return true;
}

static void answer_never(void *ctx, const char *request, struct tiny_answer *answer)
{
	(void)answer;
	bench_note(ctx, request);
}

START_TEST(a_handshake_that_hangs_is_told)
{
	bench.prepare = ask_https;
	bench_serve(answer_never);
	bench_run(1, 2);
	bench_finish();
	bench_check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.requests, 1); /* its greeting */
	bench_check_why(0, "in the TLS handshake");
}
END_TEST

static void answer_without_tls(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	strbuf_adds(&answer->bytes, "this is no TLS\r\n\r\n");
	answer->close = true;
}

START_TEST(no_tls_behind_the_port)
{
	bench.prepare = ask_https;
	bench.options.proxy = "";
	bench_serve(answer_without_tls);
	bench_run(1, PLENTY);
	bench_check_all(1, NET_UNREACHABLE, 0);
}
END_TEST

START_TEST(bad_files_are_named)
{
	static const char none[] = "/nonexistent/file.pem";
	bench.prepare = ask_https;
	bench.judge = bench_try_again; /* whatever: it is asked to the end of its tries */
	bench.options.retries = 0;
	bench.options.parallel = 2;
	if (_i == 0)
		bench.options.ca_file = none;
	else if (_i == 1)
		bench.options.ca_path = none;
	else
		bench.options.client_cert = none;
	bench_serve(bench_answer_ok);
	bench_run(5, PLENTY);
	ck_assert_uint_eq(net_requests(bench.client), 0);
	bench_check_all(1, NET_UNREACHABLE, 0);
	ck_assert(!bench.items[0].last.may_pass);
	bench_check_why(4, none);
}
END_TEST

START_TEST(http_alone_needs_no_trust)
{
	bench.options.ca_file = "/nonexistent/file.pem";
	bench_serve(bench_answer_ok);
	bench_run(1, PLENTY);
	bench_check_all(1, NET_ANSWERED, 200);
}
END_TEST

Suite *http_request_suite(void)
{
	Suite *suite = suite_create("http_request");
	TCase *tc = bench_case(suite, "request");
	tcase_add_test(tc, redirects_are_not_followed);
	tcase_add_test(tc, sends_what_it_was_given_and_no_more);
	tcase_add_test(tc, posts_a_body);
	tcase_add_loop_test(tc, loopback_needs_no_proxy, 0, 2);
	tcase_add_test(tc, others_go_by_the_proxy);
	tc = bench_case(suite, "tls");
	tcase_add_test(tc, no_tls_behind_the_port);
	tcase_add_test(tc, a_handshake_that_hangs_is_told);
	tcase_add_loop_test(tc, bad_files_are_named, 0, 3);
	tcase_add_test(tc, http_alone_needs_no_trust);
	return suite;
}
