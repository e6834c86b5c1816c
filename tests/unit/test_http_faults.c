#include <stdio.h>

#include "http_bench.h"
#include "suites.h"

static const struct fault {
	const char *bytes; /* what the server sends before it hangs up */
	enum net_outcome outcome;
	bool may_pass;
	long status;
	const char *why;
} faults[] = {
    {"", NET_UNREACHABLE, true, 0, "Empty reply"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", NET_UNREACHABLE, true, 200,
     "closed"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a", NET_UNREACHABLE,
     true, 200, "closed"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", NET_UNREACHABLE, true,
     200, "hunk"},
    {"hello\r\n\r\n", NET_UNUSABLE, false, 0, "HTTP/0.9"},
    {"SSH-2.0-OpenSSH_9.2\r\n", NET_UNUSABLE, false, 0, "HTTP/0.9"},
    {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
     NET_UNUSABLE, false, 200, "compressed"},
    {"HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
     NET_ANSWERED, false, 200, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{", NET_TOO_LARGE, false, 200,
     "longer than 1048576"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{", NET_TOO_LARGE,
     false, 200, "longer than 1048576"},
    {"HTTP/1.1 200 OK\r\n\r\n{}", NET_ANSWERED, false, 200, ""}, /* up to the end */
    {"HTTP/1.1 204 No Content\r\n\r\n", NET_ANSWERED, false, 204, ""},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
     NET_ANSWERED, false, 404, ""},
};

static const struct fault *fault;

static void answer_fault(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	strbuf_adds(&answer->bytes, fault->bytes);
	answer->close = true;
}

START_TEST(faults_are_told_apart)
{
	fault = &faults[_i];
	bench_serve(answer_fault);
	bench_run(1, PLENTY);
	bench_check_all(1, fault->outcome, fault->status);
	ck_assert(bench.items[0].last.may_pass == fault->may_pass);
	bench_check_why(0, fault->why);
}
END_TEST

START_TEST(faults_are_tried_again)
{
	fault = &faults[0];
	bench.judge = bench_try_again;
	bench.options.retries = 1;
	bench_serve(answer_fault);
	bench_run(1, PLENTY);
	bench_finish();
	bench_check_all(2, NET_UNREACHABLE, 0);
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

static size_t answer_size;

/* Without a length: only counting tells that it is too much. */
static void answer_endlessly(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	strbuf_adds(&answer->bytes, "HTTP/1.1 200 OK\r\n\r\n");
	for (size_t i = 0; i < answer_size; i++)
		strbuf_addc(&answer->bytes, 'x');
	answer->close = true;
}

static enum net_next expect_size(struct bench *b, struct item *item,
                                 const struct net_reply *reply)
{
	(void)b;
	(void)item;
	ck_assert_uint_eq(reply->len, answer_size <= NET_BODY_MAX ? answer_size : 0);
	return NET_DONE;
}

START_TEST(bodies_have_a_limit)
{
	static const size_t sizes[] = {0,      1, 100000, NET_BODY_MAX, NET_BODY_MAX + 1,
	                               3 << 20};
	answer_size = sizes[_i];
	bench.judge = expect_size;
	bench_serve(answer_endlessly);
	bench_run(2, PLENTY); /* the second one shows that the slot is still good */
	bench_check_all(1, answer_size <= NET_BODY_MAX ? NET_ANSWERED : NET_TOO_LARGE,
	                200);
}
END_TEST

static void answer_long_head(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	strbuf_adds(&answer->bytes, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&answer->bytes, "X-%d: 01234567890123456789\r\n", i);
	strbuf_adds(&answer->bytes, "\r\n");
}

START_TEST(heads_have_a_limit)
{
	bench_serve(answer_long_head);
	bench_run(1, PLENTY);
	bench_check_all(1, NET_UNUSABLE, 200);
	bench_check_why(0, "headers");
}
END_TEST

START_TEST(nobody_listens)
{
	snprintf(bench.base, sizeof bench.base, "http://127.0.0.1:%u", tiny_dead_port());
	bench_run(2, PLENTY);
	bench_check_all(1, NET_UNREACHABLE, 0);
	ck_assert(bench.items[0].last.may_pass);
	bench_check_why(0, "connect");
}
END_TEST

static const struct {
	const char *url;
	enum net_outcome outcome;
	const char *why;
} urls[] = {
    {"ftp://127.0.0.1/", NET_UNUSABLE, "ftp"},
    {"file:///etc/passwd", NET_UNUSABLE, "file"},
    {"gopher://127.0.0.1/", NET_UNUSABLE, "gopher"},
    {"", NET_UNUSABLE, "URL"},
    {"http://", NET_UNUSABLE, "URL"},
    {"http://127.0.0.1:99999/", NET_UNUSABLE, "URL"},
};

static int which;

static bool ask_odd_url(struct bench *b, struct item *item, struct net_request *request)
{
	(void)b;
	(void)item;
	strbuf_adds(&request->url, urls[which].url);
	return true;
}

START_TEST(odd_urls_are_not_asked)
{
	which = _i;
	bench.prepare = ask_odd_url;
	bench_run(1, PLENTY);
	bench_check_all(1, urls[_i].outcome, 0);
	ck_assert(!bench.items[0].last.may_pass);
	bench_check_why(0, urls[_i].why);
}
END_TEST

static bool ask_too_much(struct bench *b, struct item *item, struct net_request *request)
{
	bool ok = bench_ask_number(b, item, request);
	for (int i = 0; item->number == 0 && i < 10000; i++)
		strbuf_addc(&request->url, 'x');
	return ok;
}

START_TEST(long_urls_are_not_asked)
{
	bench.prepare = ask_too_much;
	bench_serve(bench_answer_ok);
	bench_run(2, PLENTY);
	bench_finish();
	ck_assert_uint_eq(bench.counts.requests, 1);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_UNUSABLE);
	bench_check_why(0, "too long");
	ck_assert_int_eq(bench.items[1].last.outcome, NET_ANSWERED);
}
END_TEST

Suite *http_faults_suite(void)
{
	Suite *suite = suite_create("http_faults");
	TCase *tc = bench_case(suite, "faults");
	tcase_add_loop_test(tc, faults_are_told_apart, 0, (int)ARRAY_LEN(faults));
	tcase_add_test(tc, faults_are_tried_again);
	tcase_add_loop_test(tc, bodies_have_a_limit, 0, 6);
	tcase_add_test(tc, heads_have_a_limit);
	tcase_add_test(tc, nobody_listens);
	tcase_add_loop_test(tc, odd_urls_are_not_asked, 0, (int)ARRAY_LEN(urls));
	tcase_add_test(tc, long_urls_are_not_asked);
	return suite;
}
