#include <string.h>

#include "http_bench.h"
#include "suites.h"

/* ------------------------------------------------------------------ trying again */

static void answer_busy(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	tiny_answer_add(answer, "503 Service Unavailable", "", "busy");
}

START_TEST(retries_are_counted)
{
	bench.judge = bench_try_again;
	bench.options.retries = (unsigned)_i;
	bench_serve(answer_busy);
	double took = bench_run(2, PLENTY);
	bench_finish();
	bench_check_all(1 + (unsigned)_i, NET_ANSWERED, 503);
	ck_assert_uint_eq(bench.counts.requests, 2 * (1 + (unsigned)_i));
	/* 0.25 and 0.5 s, half of it at least. */
	static const double least[] = {0, 0.125, 0.375};
	ck_assert_double_ge(took, least[_i]);
}
END_TEST

static void answer_at_second_try(void *ctx, const char *request,
                                 struct tiny_answer *answer)
{
	struct bench *b = ctx;
	if (b->asked % 2 == 0)
		answer_busy(ctx, request, answer);
	else
		bench_answer_ok(ctx, request, answer);
}

static enum net_next go_on_or_try_again(struct bench *b, struct item *item,
                                        const struct net_reply *reply)
{
	return reply->status == 200 ? bench_go_on(b, item, reply) : NET_RETRY;
}

START_TEST(retries_begin_anew_with_the_next_request)
{
	bench.prepare = bench_ask_step;
	bench.judge = go_on_or_try_again;
	bench.options.retries = 1;
	bench_serve(answer_at_second_try);
	bench_run(1, PLENTY);
	bench_finish();
	bench_check_all(10, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.items[0].step, 5);
}
END_TEST

/* A retry waits without a slot, so the others go on meanwhile. */
static void answer_busy_at_first(void *ctx, const char *request,
                                 struct tiny_answer *answer)
{
	struct bench *b = ctx;
	if (b->asked == 0)
		answer_busy(ctx, request, answer);
	else
		bench_answer_ok(ctx, request, answer);
}

START_TEST(a_retry_holds_no_slot)
{
	bench.judge = bench_try_again;
	bench_serve(answer_busy_at_first);
	bench_run(2, PLENTY);
	bench_finish();
	ck_assert_str_eq(strbuf_text(&bench.log),
	                 "GET /0 HTTP/1.1\nGET /1 HTTP/1.1\nGET /0 HTTP/1.1\n");
	ck_assert_uint_eq(bench.items[0].judged, 2);
	ck_assert_int_eq(bench.items[0].last.status, 200);
}
END_TEST

static enum net_next wait_all(struct bench *b, struct item *item,
                              const struct net_reply *reply)
{
	return bench_try_again(b, item, reply) == NET_RETRY ? NET_RETRY_ALL_WAIT
	                                                    : NET_DONE;
}

static void answer_throttled_at_first(void *ctx, const char *request,
                                      struct tiny_answer *answer)
{
	struct bench *b = ctx;
	if (b->asked > 0) {
		bench_answer_ok(ctx, request, answer);
		return;
	}
	bench_note(ctx, request);
	tiny_answer_add(answer, "429 Too Many Requests", "Retry-After: 1\r\n", "{}");
}

START_TEST(retry_after_holds_all_back)
{
	bench.judge = wait_all;
	bench.options.retries =
	    (unsigned)_i; /* also where it is not tried again itself */
	bench_serve(answer_throttled_at_first);
	bench_run(3, PLENTY);
	bench_finish();
	ck_assert_uint_eq(bench.counts.requests, 3 + (unsigned)_i);
	for (unsigned i = 1; i < bench.counts.requests; i++)
		ck_assert_double_ge(bench.arrived[i] - bench.arrived[0], 0.99);
	if (_i > 0) /* the retry goes first */
		ck_assert_ptr_eq(strstr(strbuf_text(&bench.log),
		                        "GET /0 HTTP/1.1\nGET /0 HTTP/1.1\nGET /1 "),
		                 strbuf_text(&bench.log));
}
END_TEST

static void answer_come_back_tomorrow(void *ctx, const char *request,
                                      struct tiny_answer *answer)
{
	bench_note(ctx, request);
	tiny_answer_add(answer, "429 Too Many Requests", "Retry-After: 86400\r\n", "{}");
}

START_TEST(nothing_waits_beyond_the_deadline)
{
	bench.judge = wait_all;
	bench_serve(answer_come_back_tomorrow);
	ck_assert_double_lt(bench_run(3, PLENTY), PLENTY / 2);
	bench_finish();
	ck_assert_uint_eq(bench.counts.requests, 1);
	ck_assert_uint_eq(bench.items[0].judged, 1);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_ANSWERED);
	ck_assert_double_eq_tol(bench.items[0].last.retry_after, 86400, 0.1);
	for (unsigned i = 1; i < 3; i++) {
		ck_assert_uint_eq(bench.items[i].judged, 1);
		ck_assert_int_eq(bench.items[i].last.outcome, NET_HELD_BACK);
		bench_check_why(i, "rate limit");
	}
}
END_TEST

static const char *wait_header;

/* One that is down, and not the account that asks too much, holds nobody back. */
static void answer_down_at_first(void *ctx, const char *request,
                                 struct tiny_answer *answer)
{
	struct bench *b = ctx;
	if (b->asked > 0) {
		bench_answer_ok(ctx, request, answer);
		return;
	}
	bench_note(ctx, request);
	tiny_answer_add(answer, "503 Down", wait_header, "{}");
}

START_TEST(retry_after_of_one_holds_that_one)
{
	wait_header = _i == 1 ? "Retry-After: 1\r\n" : "Retry-After: 86400\r\n";
	bench.judge = bench_try_again;
	bench_serve(answer_down_at_first);
	bench_run(3, PLENTY);
	bench_finish();
	ck_assert_str_eq(strbuf_text(&bench.log),
	                 _i == 1 ? "GET /0 HTTP/1.1\nGET /1 HTTP/1.1\nGET /2 HTTP/1.1\n"
	                           "GET /0 HTTP/1.1\n"
	                         : "GET /0 HTTP/1.1\nGET /1 HTTP/1.1\nGET /2 HTTP/1.1\n");
	if (_i == 1)
		ck_assert_double_ge(bench.arrived[3] - bench.arrived[0], 0.99);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(bench.items[i].last.outcome, NET_ANSWERED);
		ck_assert_int_eq(bench.items[i].last.status,
		                 i > 0 || _i == 1 ? 200 : 503);
	}
}
END_TEST

/* ------------------------------------------------------------------ the deadline */

/* A deadline to wait for, after which a busy machine has asked nevertheless. */
static const double BRIEFLY = 2;

static void answer_never(void *ctx, const char *request, struct tiny_answer *answer)
{
	(void)answer;
	bench_note(ctx, request);
}

START_TEST(a_silent_server_ends_at_the_deadline)
{
	bench.judge = bench_try_again;
	bench.options.parallel = 2;
	bench_serve(answer_never);
	ck_assert_double_ge(bench_run(5, BRIEFLY), BRIEFLY);
	bench_finish();
	bench_check_all(1, NET_TIMED_OUT, 0);
	bench_check_why(0, "waiting for the answer");
	bench_check_why(1, "waiting for the answer");
	for (unsigned i = 2; i < 5; i++)
		bench_check_why(i, "before it was asked");
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

static void answer_half(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
	strbuf_adds(&answer->bytes,
	            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
}

START_TEST(an_answer_that_stops_ends_at_the_deadline)
{
	bench_serve(answer_half);
	bench_run(1, BRIEFLY);
	bench_check_all(1, NET_TIMED_OUT, 200);
	bench_check_why(0, "reading the answer (10 bytes had come)");
}
END_TEST

START_TEST(a_deadline_that_has_passed)
{
	bench_serve(bench_answer_ok);
	bench_run(5, -1);
	bench_run(9, 0); /* and once more: four others */
	ck_assert_uint_eq(net_requests(bench.client), 0);
	bench_finish();
	bench_check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.connections, 0);
}
END_TEST

START_TEST(after_the_deadline_nothing_is_asked)
{
	bench_serve(answer_never);
	bench_run(1, BRIEFLY);
	bench_run(2, PLENTY);
	bench_finish();
	bench_check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.requests, 1);
}
END_TEST

/* A judgement that stands is not replaced: what waits for a retry just ends. */
START_TEST(a_retry_due_after_the_deadline_is_not_waited_for)
{
	bench.judge = bench_try_again;
	bench.options.retries = 1000;
	bench_serve(answer_busy);
	bench_run(1, 3);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_ANSWERED);
	ck_assert_int_eq(bench.items[0].last.status, 503);
	ck_assert_uint_ge(bench.items[0].judged, 2);
	ck_assert_uint_le(bench.items[0].judged, 7);
}
END_TEST

Suite *http_deadline_suite(void)
{
	Suite *suite = suite_create("http_deadline");
	TCase *tc = bench_case(suite, "retry");
	tcase_add_loop_test(tc, retries_are_counted, 0, 3);
	tcase_add_test(tc, retries_begin_anew_with_the_next_request);
	tcase_add_test(tc, a_retry_holds_no_slot);
	tcase_add_loop_test(tc, retry_after_holds_all_back, 0, 2);
	tcase_add_loop_test(tc, retry_after_of_one_holds_that_one, 0, 2);
	tcase_add_test(tc, nothing_waits_beyond_the_deadline);
	tc = bench_case(suite, "deadline");
	tcase_add_test(tc, a_silent_server_ends_at_the_deadline);
	tcase_add_test(tc, an_answer_that_stops_ends_at_the_deadline);
	tcase_add_test(tc, a_deadline_that_has_passed);
	tcase_add_test(tc, after_the_deadline_nothing_is_asked);
	tcase_add_test(tc, a_retry_due_after_the_deadline_is_not_waited_for);
	return suite;
}
