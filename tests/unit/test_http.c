#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/http.h"
#include "suites.h"
#include "tiny_server.h"

enum { ITEMS_MAX = 1000, LOG_MAX = 1 << 20 };

/* Long enough for a machine that is busy with other things; no test waits for it. */
static const double PLENTY = 60;

struct item {
	unsigned number;
	unsigned judged;
	unsigned step;         /* requests that were answered, for chains */
	struct net_reply last; /* without its texts */
	char why[200];
};

/* A server that answers as the test says, and a caller of the engine with its items. */
struct bench {
	struct tiny_server *server;
	struct tiny_counts counts;
	struct strbuf log;  /* the server's: a line of each request, then its number */
	unsigned asked;     /* by the server: requests so far */
	double arrived[16]; /* when the first ones came */

	struct net_options options;
	struct net_client *client;
	bool (*prepare)(struct bench *bench, struct item *item,
	                struct net_request *request);
	enum net_next (*judge)(struct bench *bench, struct item *item,
	                       const struct net_reply *reply);
	unsigned total;
	unsigned given;
	struct item items[ITEMS_MAX];
	char base[64];
};

static struct bench bench;

/* ------------------------------------------------------------------ the server */

static void note(struct bench *b, const char *request)
{
	if (b->asked < ARRAY_LEN(b->arrived))
		b->arrived[b->asked] = clock_steady();
	b->asked++;
	strbuf_add(&b->log, request, strcspn(request, "\r"));
	strbuf_addc(&b->log, '\n');
}

static void answer_ok(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
	tiny_answer_add(answer, "200 OK", "Content-Type: application/json\r\n",
	                "{\"code\":0}");
}

/* ------------------------------------------------------------------ the caller */

static void *next_item(void *ctx)
{
	struct bench *b = ctx;
	if (b->given == b->total)
		return NULL;
	struct item *item = &b->items[b->given];
	item->number = b->given++;
	return item;
}

static bool prepare_item(void *ctx, void *item, struct net_request *request)
{
	struct bench *b = ctx;
	return b->prepare(b, item, request);
}

static enum net_next judge_item(void *ctx, void *user, const struct net_reply *reply)
{
	struct bench *b = ctx;
	struct item *item = user;
	ck_assert((reply->outcome == NET_ANSWERED) ==
	          (reply->why == NULL || !*reply->why));
	ck_assert(reply->body && reply->content_type && reply->location);
	ck_assert_uint_eq(strlen(reply->body), reply->len);
	ck_assert_double_ge(reply->seconds, 0);
	item->judged++;
	item->last = *reply;
	snprintf(item->why, sizeof item->why, "%s", reply->why ? reply->why : "");
	return b->judge(b, item, reply);
}

static bool ask_number(struct bench *b, struct item *item, struct net_request *request)
{
	strbuf_addf(&request->url, "%s/%u", b->base, item->number);
	return true;
}

static enum net_next be_content(struct bench *b, struct item *item,
                                const struct net_reply *reply)
{
	(void)b;
	(void)item;
	(void)reply;
	return NET_DONE;
}

static enum net_next try_again(struct bench *b, struct item *item,
                               const struct net_reply *reply)
{
	(void)b;
	(void)item;
	return reply->outcome == NET_ANSWERED && reply->status == 200 ? NET_DONE
	                                                              : NET_RETRY;
}

static enum net_next wait_all(struct bench *b, struct item *item,
                              const struct net_reply *reply)
{
	return try_again(b, item, reply) == NET_RETRY ? NET_RETRY_ALL_WAIT : NET_DONE;
}

/* ------------------------------------------------------------------- the bench */

static void set_up(void)
{
	memset(&bench, 0, sizeof bench);
	strbuf_init(&bench.log, LOG_MAX);
	bench.options =
	    (struct net_options){.parallel = 1, .retries = 2, .user_agent = "test/1"};
	bench.prepare = ask_number;
	bench.judge = be_content;
	(void)signal(SIGPIPE, SIG_IGN);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	unsetenv("all_proxy");
}

static void serve(tiny_answer_fn *answer)
{
	bench.server = tiny_server_start(answer, &bench);
	snprintf(bench.base, sizeof bench.base, "http://127.0.0.1:%u",
	         tiny_server_port(bench.server));
}

/* Runs `total` items within `seconds`; returns how long it took. */
static double run(unsigned total, double seconds)
{
	const struct net_ops ops = {next_item, prepare_item, judge_item};
	struct error err = ERROR_INIT;
	double start = clock_steady();
	ck_assert_uint_le(total, ITEMS_MAX);
	bench.total = total;
	bench.options.deadline = start + seconds;
	if (!bench.client)
		bench.client = net_client_new(&bench.options, &err);
	ck_assert_msg(bench.client != NULL, "%s", err.text);
	ck_assert_msg(net_run(bench.client, &ops, &bench, &err), "%s", err.text);
	ck_assert_uint_eq(bench.given, total);
	return clock_steady() - start;
}

/* Ends the client, then the server: from here on the log and the counts are whole. */
static void finish(void)
{
	net_client_free(bench.client);
	bench.client = NULL;
	if (bench.server)
		tiny_server_stop(bench.server, &bench.counts);
	bench.server = NULL;
}

static void tear_down(void)
{
	finish();
	strbuf_clear(&bench.log);
}

/* That each item was judged `times` and ended so. */
static void check_all(unsigned times, enum net_outcome outcome, long status)
{
	for (unsigned i = 0; i < bench.total; i++) {
		const struct item *item = &bench.items[i];
		ck_assert_msg(item->judged == times && item->last.outcome == outcome &&
		                  item->last.status == status,
		              "item %u: judged %u, outcome %d, status %ld, %s", i,
		              item->judged, (int)item->last.outcome, item->last.status,
		              item->why);
	}
}

static void check_why(unsigned item, const char *words)
{
	ck_assert_msg(strstr(bench.items[item].why, words), "%s", bench.items[item].why);
}

/* ------------------------------------------------------------ order and windows */

START_TEST(asks_in_order_over_one_connection)
{
	struct strbuf expected;
	strbuf_init(&expected, LOG_MAX);
	serve(answer_ok);
	run(50, PLENTY);
	ck_assert_uint_eq(net_connections(bench.client), 1);
	ck_assert_uint_eq(net_requests(bench.client), 50);
	finish();
	check_all(1, NET_ANSWERED, 200);
	for (int i = 0; i < 50; i++)
		strbuf_addf(&expected, "GET /%d HTTP/1.1\n", i);
	ck_assert_str_eq(strbuf_text(&bench.log), strbuf_text(&expected));
	ck_assert_uint_eq(bench.counts.connections, 1);
	strbuf_clear(&expected);
}
END_TEST

static void answer_slowly(void *ctx, const char *request, struct tiny_answer *answer)
{
	answer_ok(ctx, request, answer);
	answer->delay = 0.02;
}

START_TEST(the_window_is_full_and_never_wider)
{
	bench.options.parallel = 4;
	serve(answer_slowly);
	run(60, PLENTY);
	finish();
	check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.most_at_once, 4);
	ck_assert_uint_le(bench.counts.connections, 4);
	ck_assert_uint_eq(bench.counts.requests, 60);
}
END_TEST

START_TEST(a_thousand_items_are_judged_once)
{
	bench.options.parallel = 16;
	serve(answer_ok);
	run(1000, PLENTY);
	finish();
	check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.requests, 1000);
	ck_assert_uint_le(bench.counts.connections, 16);
}
END_TEST

START_TEST(a_second_run_keeps_the_connection)
{
	serve(answer_ok);
	run(3, PLENTY);
	run(6, PLENTY); /* three more */
	ck_assert_uint_eq(net_connections(bench.client), 1);
	finish();
	check_all(1, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.connections, 1);
}
END_TEST

START_TEST(nothing_to_ask)
{
	serve(answer_ok);
	ck_assert_double_lt(run(0, PLENTY), PLENTY / 2);
	ck_assert_uint_eq(net_requests(bench.client), 0);
}
END_TEST

static bool ask_even_ones(struct bench *b, struct item *item, struct net_request *request)
{
	return item->number % 2 == 0 && ask_number(b, item, request);
}

START_TEST(items_without_a_request_have_ended)
{
	bench.prepare = ask_even_ones;
	bench.options.parallel = 3;
	serve(answer_ok);
	run(100, PLENTY);
	finish();
	ck_assert_uint_eq(bench.counts.requests, 50);
	for (unsigned i = 0; i < 100; i++)
		ck_assert_uint_eq(bench.items[i].judged, i % 2 == 0);
}
END_TEST

static bool ask_step(struct bench *b, struct item *item, struct net_request *request)
{
	strbuf_addf(&request->url, "%s/%u/%u", b->base, item->number, item->step);
	return true;
}

static enum net_next go_on(struct bench *b, struct item *item,
                           const struct net_reply *reply)
{
	(void)b;
	ck_assert_int_eq(reply->status, 200);
	return ++item->step < 5 ? NET_AGAIN : NET_DONE;
}

START_TEST(an_item_is_asked_on)
{
	bench.prepare = ask_step;
	bench.judge = go_on;
	serve(answer_ok);
	run(3, PLENTY);
	finish();
	check_all(5, NET_ANSWERED, 200);
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
	serve(answer_ok);
	ck_assert_double_ge(run(9, PLENTY), 8 / 20.0);
	finish();
	check_all(1, NET_ANSWERED, 200);
}
END_TEST

/* ------------------------------------------------------------------ trying again */

static void answer_busy(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
	tiny_answer_add(answer, "503 Service Unavailable", "", "busy");
}

START_TEST(retries_are_counted)
{
	bench.judge = try_again;
	bench.options.retries = (unsigned)_i;
	serve(answer_busy);
	double took = run(2, PLENTY);
	finish();
	check_all(1 + (unsigned)_i, NET_ANSWERED, 503);
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
		answer_ok(ctx, request, answer);
}

static enum net_next go_on_or_try_again(struct bench *b, struct item *item,
                                        const struct net_reply *reply)
{
	return reply->status == 200 ? go_on(b, item, reply) : NET_RETRY;
}

START_TEST(retries_begin_anew_with_the_next_request)
{
	bench.prepare = ask_step;
	bench.judge = go_on_or_try_again;
	bench.options.retries = 1;
	serve(answer_at_second_try);
	run(1, PLENTY);
	finish();
	check_all(10, NET_ANSWERED, 200);
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
		answer_ok(ctx, request, answer);
}

START_TEST(a_retry_holds_no_slot)
{
	bench.judge = try_again;
	serve(answer_busy_at_first);
	run(2, PLENTY);
	finish();
	ck_assert_str_eq(strbuf_text(&bench.log),
	                 "GET /0 HTTP/1.1\nGET /1 HTTP/1.1\nGET /0 HTTP/1.1\n");
	ck_assert_uint_eq(bench.items[0].judged, 2);
	ck_assert_int_eq(bench.items[0].last.status, 200);
}
END_TEST

static void answer_throttled_at_first(void *ctx, const char *request,
                                      struct tiny_answer *answer)
{
	struct bench *b = ctx;
	if (b->asked > 0) {
		answer_ok(ctx, request, answer);
		return;
	}
	note(ctx, request);
	tiny_answer_add(answer, "429 Too Many Requests", "Retry-After: 1\r\n", "{}");
}

START_TEST(retry_after_holds_all_back)
{
	bench.judge = wait_all;
	bench.options.retries =
	    (unsigned)_i; /* also where it is not tried again itself */
	serve(answer_throttled_at_first);
	run(3, PLENTY);
	finish();
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
	note(ctx, request);
	tiny_answer_add(answer, "429 Too Many Requests", "Retry-After: 86400\r\n", "{}");
}

START_TEST(nothing_waits_beyond_the_deadline)
{
	bench.judge = wait_all;
	serve(answer_come_back_tomorrow);
	ck_assert_double_lt(run(3, PLENTY), PLENTY / 2);
	finish();
	ck_assert_uint_eq(bench.counts.requests, 1);
	ck_assert_uint_eq(bench.items[0].judged, 1);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_ANSWERED);
	ck_assert_double_eq_tol(bench.items[0].last.retry_after, 86400, 0.1);
	for (unsigned i = 1; i < 3; i++) {
		ck_assert_uint_eq(bench.items[i].judged, 1);
		ck_assert_int_eq(bench.items[i].last.outcome, NET_HELD_BACK);
		check_why(i, "rate limit");
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
		answer_ok(ctx, request, answer);
		return;
	}
	note(ctx, request);
	tiny_answer_add(answer, "503 Down", wait_header, "{}");
}

START_TEST(retry_after_of_one_holds_that_one)
{
	wait_header = _i == 1 ? "Retry-After: 1\r\n" : "Retry-After: 86400\r\n";
	bench.judge = try_again;
	serve(answer_down_at_first);
	run(3, PLENTY);
	finish();
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

/* ------------------------------------------------------------------- the deadline */

static void answer_never(void *ctx, const char *request, struct tiny_answer *answer)
{
	(void)answer;
	note(ctx, request);
}

START_TEST(a_silent_server_ends_at_the_deadline)
{
	bench.judge = try_again;
	bench.options.parallel = 2;
	serve(answer_never);
	double took = run(5, 0.7);
	ck_assert(took >= 0.7 && took < 1.7);
	finish();
	check_all(1, NET_TIMED_OUT, 0);
	check_why(0, "waiting for the answer");
	check_why(1, "waiting for the answer");
	for (unsigned i = 2; i < 5; i++)
		check_why(i, "before it was asked");
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

static void answer_half(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
	strbuf_adds(&answer->bytes,
	            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
}

START_TEST(an_answer_that_stops_ends_at_the_deadline)
{
	serve(answer_half);
	run(1, 0.7);
	check_all(1, NET_TIMED_OUT, 200);
	check_why(0, "reading the answer (10 bytes had come)");
}
END_TEST

START_TEST(a_deadline_that_has_passed)
{
	serve(answer_ok);
	run(5, -1);
	run(9, 0); /* and once more: four others */
	ck_assert_uint_eq(net_requests(bench.client), 0);
	finish();
	check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.connections, 0);
}
END_TEST

START_TEST(after_the_deadline_nothing_is_asked)
{
	serve(answer_never);
	run(1, 0.3);
	run(2, PLENTY);
	finish();
	check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.requests, 1);
}
END_TEST

/* A judgement that stands is not replaced: what waits for a retry just ends. */
START_TEST(a_retry_due_after_the_deadline_is_not_waited_for)
{
	bench.judge = try_again;
	bench.options.retries = 1000;
	serve(answer_busy);
	ck_assert_double_lt(run(1, 3), 4);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_ANSWERED);
	ck_assert_int_eq(bench.items[0].last.status, 503);
	ck_assert_uint_ge(bench.items[0].judged, 2);
	ck_assert_uint_le(bench.items[0].judged, 7);
}
END_TEST

/* ------------------------------------------------------------------------ faults */

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
     200, ""},
    {"hello\r\n\r\n", NET_UNUSABLE, false, 0, "HTTP/0.9"},
    {"SSH-2.0-OpenSSH_9.2\r\n", NET_UNUSABLE, false, 0, ""},
    {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
     NET_UNUSABLE, false, 200, "compressed"},
    {"HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
     NET_ANSWERED, false, 200, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{", NET_TOO_LARGE, false, 200,
     "longer than 1048576"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{", NET_TOO_LARGE,
     false, 200, ""},
    {"HTTP/1.1 200 OK\r\n\r\n{}", NET_ANSWERED, false, 200, ""}, /* up to the end */
    {"HTTP/1.1 204 No Content\r\n\r\n", NET_ANSWERED, false, 204, ""},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
     NET_ANSWERED, false, 404, ""},
};

static const struct fault *fault;

static void answer_fault(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
	strbuf_adds(&answer->bytes, fault->bytes);
	answer->close = true;
}

START_TEST(faults_are_told_apart)
{
	fault = &faults[_i];
	serve(answer_fault);
	run(1, PLENTY);
	check_all(1, fault->outcome, fault->status);
	ck_assert(bench.items[0].last.may_pass == fault->may_pass);
	check_why(0, fault->why);
}
END_TEST

START_TEST(faults_are_tried_again)
{
	fault = &faults[0];
	bench.judge = try_again;
	bench.options.retries = 1;
	serve(answer_fault);
	run(1, PLENTY);
	finish();
	check_all(2, NET_UNREACHABLE, 0);
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

static size_t answer_size;

/* Without a length: only counting tells that it is too much. */
static void answer_endlessly(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
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
	serve(answer_endlessly);
	run(2, PLENTY); /* the second one shows that the slot is still good */
	check_all(1, answer_size <= NET_BODY_MAX ? NET_ANSWERED : NET_TOO_LARGE, 200);
}
END_TEST

static void answer_long_head(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
	strbuf_adds(&answer->bytes, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&answer->bytes, "X-%d: 01234567890123456789\r\n", i);
	strbuf_adds(&answer->bytes, "\r\n");
}

START_TEST(heads_have_a_limit)
{
	serve(answer_long_head);
	run(1, PLENTY);
	check_all(1, NET_UNUSABLE, 200);
	check_why(0, "headers");
}
END_TEST

START_TEST(nobody_listens)
{
	snprintf(bench.base, sizeof bench.base, "http://127.0.0.1:%u", tiny_dead_port());
	run(2, PLENTY);
	check_all(1, NET_UNREACHABLE, 0);
	ck_assert(bench.items[0].last.may_pass);
	check_why(0, "connect");
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
    {"", NET_UNUSABLE, ""},
    {"http://", NET_UNUSABLE, ""},
    {"http://127.0.0.1:99999/", NET_UNUSABLE, ""},
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
	run(1, PLENTY);
	check_all(1, urls[_i].outcome, 0);
	ck_assert(!bench.items[0].last.may_pass);
	check_why(0, urls[_i].why);
}
END_TEST

static bool ask_too_much(struct bench *b, struct item *item, struct net_request *request)
{
	bool ok = ask_number(b, item, request);
	for (int i = 0; item->number == 0 && i < 10000; i++)
		strbuf_addc(&request->url, 'x');
	return ok;
}

START_TEST(long_urls_are_not_asked)
{
	bench.prepare = ask_too_much;
	serve(answer_ok);
	run(2, PLENTY);
	finish();
	ck_assert_uint_eq(bench.counts.requests, 1);
	ck_assert_int_eq(bench.items[0].last.outcome, NET_UNUSABLE);
	check_why(0, "too long");
	ck_assert_int_eq(bench.items[1].last.outcome, NET_ANSWERED);
}
END_TEST

/* ---------------------------------------------------------------- what is sent */

static void answer_redirect(void *ctx, const char *request, struct tiny_answer *answer)
{
	note(ctx, request);
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
	serve(answer_redirect);
	run(1, PLENTY);
	finish();
	check_all(1, NET_ANSWERED, 302);
	ck_assert_uint_eq(bench.counts.requests, 1);
}
END_TEST

static char sent[4096];

static void answer_and_keep(void *ctx, const char *request, struct tiny_answer *answer)
{
	snprintf(sent, sizeof sent, "%s", request);
	answer_ok(ctx, request, answer);
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
	serve(answer_and_keep);
	unsigned port = tiny_server_port(bench.server);
	run(1, PLENTY);
	finish();
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
	serve(answer_and_keep);
	run(1, PLENTY);
	finish();
	check_all(2, NET_ANSWERED, 200);
	ck_assert_uint_eq(bench.counts.requests, 2);
}
END_TEST

START_TEST(loopback_needs_no_proxy)
{
	char proxy[64];
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", tiny_dead_port());
	ck_assert_int_eq(setenv("http_proxy", proxy, 1), 0);
	bench.options.proxy = _i ? proxy : NULL;
	serve(answer_ok);
	run(1, PLENTY);
	check_all(1, NET_ANSWERED, 200);
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
	serve(answer_and_keep);
	snprintf(proxy, sizeof proxy, "%s", bench.base);
	bench.options.proxy = proxy;
	run(1, PLENTY);
	finish();
	check_all(1, NET_ANSWERED, 200);
	ck_assert_ptr_eq(strstr(sent, "GET http://cloud.invalid/x HTTP/1.1\r\n"), sent);
}
END_TEST

/* -------------------------------------------------------------------------- TLS */

static bool ask_https(struct bench *b, struct item *item, struct net_request *request)
{
	strbuf_addf(&request->url, "https%s/%u", strchr(b->base, ':'), item->number);
	return true;
}

START_TEST(a_handshake_that_hangs_is_told)
{
	bench.prepare = ask_https;
	serve(answer_never);
	run(1, 2);
	finish();
	check_all(1, NET_TIMED_OUT, 0);
	ck_assert_uint_eq(bench.counts.requests, 1); /* its greeting */
	check_why(0, "in the TLS handshake");
}
END_TEST

START_TEST(no_tls_behind_the_port)
{
	fault = &(const struct fault){.bytes = "this is no TLS\r\n\r\n"};
	bench.prepare = ask_https;
	bench.options.proxy = "";
	serve(answer_fault);
	run(1, PLENTY);
	check_all(1, NET_UNREACHABLE, 0);
}
END_TEST

START_TEST(bad_files_are_named)
{
	static const char none[] = "/nonexistent/file.pem";
	bench.prepare = ask_https;
	bench.judge = try_again; /* whatever: it is asked to the end of its tries */
	bench.options.retries = 0;
	bench.options.parallel = 2;
	if (_i == 0)
		bench.options.ca_file = none;
	else if (_i == 1)
		bench.options.ca_path = none;
	else
		bench.options.client_cert = none;
	serve(answer_ok);
	run(5, PLENTY);
	ck_assert_uint_eq(net_requests(bench.client), 0);
	check_all(1, NET_UNREACHABLE, 0);
	ck_assert(!bench.items[0].last.may_pass);
	check_why(4, none);
}
END_TEST

START_TEST(http_alone_needs_no_trust)
{
	bench.options.ca_file = "/nonexistent/file.pem";
	serve(answer_ok);
	run(1, PLENTY);
	check_all(1, NET_ANSWERED, 200);
}
END_TEST

static TCase *case_of(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 2 * PLENTY);
	suite_add_tcase(suite, tc);
	return tc;
}

Suite *http_suite(void)
{
	Suite *suite = suite_create("http");
	TCase *tc = case_of(suite, "window");
	tcase_add_test(tc, asks_in_order_over_one_connection);
	tcase_add_test(tc, the_window_is_full_and_never_wider);
	tcase_add_test(tc, a_thousand_items_are_judged_once);
	tcase_add_test(tc, a_second_run_keeps_the_connection);
	tcase_add_test(tc, nothing_to_ask);
	tcase_add_test(tc, items_without_a_request_have_ended);
	tcase_add_test(tc, an_item_is_asked_on);
	tcase_add_test(tc, requests_are_paced);
	tc = case_of(suite, "retry");
	tcase_add_loop_test(tc, retries_are_counted, 0, 3);
	tcase_add_test(tc, retries_begin_anew_with_the_next_request);
	tcase_add_test(tc, a_retry_holds_no_slot);
	tcase_add_loop_test(tc, retry_after_holds_all_back, 0, 2);
	tcase_add_loop_test(tc, retry_after_of_one_holds_that_one, 0, 2);
	tcase_add_test(tc, nothing_waits_beyond_the_deadline);
	tc = case_of(suite, "deadline");
	tcase_add_test(tc, a_silent_server_ends_at_the_deadline);
	tcase_add_test(tc, an_answer_that_stops_ends_at_the_deadline);
	tcase_add_test(tc, a_deadline_that_has_passed);
	tcase_add_test(tc, after_the_deadline_nothing_is_asked);
	tcase_add_test(tc, a_retry_due_after_the_deadline_is_not_waited_for);
	tc = case_of(suite, "faults");
	tcase_add_loop_test(tc, faults_are_told_apart, 0, (int)ARRAY_LEN(faults));
	tcase_add_test(tc, faults_are_tried_again);
	tcase_add_loop_test(tc, bodies_have_a_limit, 0, 6);
	tcase_add_test(tc, heads_have_a_limit);
	tcase_add_test(tc, nobody_listens);
	tcase_add_loop_test(tc, odd_urls_are_not_asked, 0, (int)ARRAY_LEN(urls));
	tcase_add_test(tc, long_urls_are_not_asked);
	tc = case_of(suite, "request");
	tcase_add_test(tc, redirects_are_not_followed);
	tcase_add_test(tc, sends_what_it_was_given_and_no_more);
	tcase_add_test(tc, posts_a_body);
	tcase_add_loop_test(tc, loopback_needs_no_proxy, 0, 2);
	tcase_add_test(tc, others_go_by_the_proxy);
	tc = case_of(suite, "tls");
	tcase_add_test(tc, no_tls_behind_the_port);
	tcase_add_test(tc, a_handshake_that_hangs_is_told);
	tcase_add_loop_test(tc, bad_files_are_named, 0, 3);
	tcase_add_test(tc, http_alone_needs_no_trust);
	return suite;
}
