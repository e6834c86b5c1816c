#include <string.h>

#include "http_bench.h"
#include "suites.h"

START_TEST(asks_in_order_over_one_connection)
{
	struct strbuf expected;
	strbuf_init(&expected, BENCH_LOG_MAX);
	bench_serve(bench_answer_ok);
	bench_run(50, PLENTY);
	ck_assert_uint_eq(net_connections(bench.client), 1);
	ck_assert_uint_eq(net_requests(bench.client), 50);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
	for (int i = 0; i < 50; i++)
		strbuf_addf(&expected, "GET /%d HTTP/1.1\n", i);
	ck_assert_str_eq(strbuf_text(&bench.log), strbuf_text(&expected));
	ck_assert_uint_eq(bench.counts.connections, 1);
	strbuf_clear(&expected);
}
END_TEST

static void answer_slowly(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_answer_ok(ctx, request, answer);
	answer->delay = 0.02;
}

START_TEST(the_window_is_full_and_never_wider)
{
	bench.options.parallel = 4;
	bench_serve(answer_slowly);
	bench_run(60, PLENTY);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.most_at_once, 4);
	ck_assert_uint_le(bench.counts.connections, 4);
	ck_assert_uint_eq(bench.counts.requests, 60);
}
END_TEST

START_TEST(a_thousand_items_are_judged_once)
{
	bench.options.parallel = 16;
	bench_serve(bench_answer_ok);
	bench_run(1000, PLENTY);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.requests, 1000);
	ck_assert_uint_le(bench.counts.connections, 16);
}
END_TEST

START_TEST(a_second_run_keeps_the_connection)
{
	bench_serve(bench_answer_ok);
	bench_run(3, PLENTY);
	bench_run(6, PLENTY); /* three more */
	ck_assert_uint_eq(net_connections(bench.client), 1);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.connections, 1);
}
END_TEST

START_TEST(nothing_to_ask)
{
	bench_serve(bench_answer_ok);
	ck_assert_double_lt(bench_run(0, PLENTY), PLENTY / 2);
	ck_assert_uint_eq(net_requests(bench.client), 0);
}
END_TEST

static bool ask_even_ones(struct bench *b, struct item *item, struct net_request *request)
{
	return item->number % 2 == 0 && bench_ask_number(b, item, request);
}

START_TEST(items_without_a_request_have_ended)
{
	bench.prepare = ask_even_ones;
	bench.options.parallel = 3;
	bench_serve(bench_answer_ok);
	bench_run(100, PLENTY);
	bench_finish();
	ck_assert_uint_eq(bench.counts.requests, 50);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(bench.items[i].judged, i % 2 == 0);
}
END_TEST

START_TEST(an_item_is_asked_on)
{
	bench.prepare = bench_ask_step;
	bench.judge = bench_go_on;
	bench_serve(bench_answer_ok);
	bench_run(3, PLENTY);
	bench_finish();
	bench_check_all(5, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.requests, 15);
	/* With one slot, the next item waits until the one before it has ended. */
	ck_assert_ptr_nonnull(
	    strstr(strbuf_text(&bench.log),
	           "GET /0/3 HTTP/1.1\nGET /0/4 HTTP/1.1\nGET /1/0 HTTP/1.1\n"));
}
END_TEST

START_TEST(requests_are_paced)
{
	bench.options.rate = 20;
	bench.options.parallel = 8;
	bench_serve(bench_answer_ok);
	ck_assert_double_ge(bench_run(9, PLENTY), 8 / 20.0);
	bench_finish();
	bench_check_all(1, NET_ANSWERED, 200);
}
END_TEST

Suite *http_window_suite(void)
{
	Suite *suite = suite_create("http_window");
	TCase *tc = bench_case(suite, "window");
	tcase_add_test(tc, asks_in_order_over_one_connection);
	tcase_add_test(tc, the_window_is_full_and_never_wider);
	tcase_add_test(tc, a_thousand_items_are_judged_once);
	tcase_add_test(tc, a_second_run_keeps_the_connection);
	tcase_add_test(tc, nothing_to_ask);
	tcase_add_test(tc, items_without_a_request_have_ended);
	tcase_add_test(tc, an_item_is_asked_on);
	tcase_add_test(tc, requests_are_paced);
	return suite;
}
