#include "http_bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench bench;

/* ------------------------------------------------------------------ the server */

void bench_note(struct bench *b, const char *request)
{
	if (b->asked < ARRAY_LEN(b->arrived))
		b->arrived[b->asked] = clock_steady();
	b->asked++;
	strbuf_add(&b->log, request, strcspn(request, "\r"));
	strbuf_addc(&b->log, '\n');
}

void bench_answer_ok(void *ctx, const char *request, struct tiny_answer *answer)
{
	bench_note(ctx, request);
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

bool bench_ask_number(struct bench *b, struct item *item, struct net_request *request)
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

enum net_next bench_try_again(struct bench *b, struct item *item,
                              const struct net_reply *reply)
{
	(void)b;
	(void)item;
	return reply->outcome == NET_ANSWERED && reply->status == 200 ? NET_DONE
	                                                              : NET_RETRY;
}

bool bench_ask_step(struct bench *b, struct item *item, struct net_request *request)
{
	strbuf_addf(&request->url, "%s/%u/%u", b->base, item->number, item->step);
	return true;
}

enum net_next bench_go_on(struct bench *b, struct item *item,
                          const struct net_reply *reply)
{
	(void)b;
	ck_assert_int_eq(reply->status, 200);
	return ++item->step < 5 ? NET_AGAIN : NET_DONE;
}

/* ------------------------------------------------------------------- the bench */

static void set_up(void)
{
	memset(&bench, 0, sizeof bench);
	strbuf_init(&bench.log, BENCH_LOG_MAX);
	bench.options =
	    (struct net_options){.parallel = 1, .retries = 2, .user_agent = "test/1"};
	bench.prepare = bench_ask_number;
	bench.judge = be_content;
	(void)signal(SIGPIPE, SIG_IGN);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	unsetenv("all_proxy");
}

void bench_serve(tiny_answer_fn *answer)
{
	bench.server = tiny_server_start(answer, &bench);
	snprintf(bench.base, sizeof bench.base, "http://127.0.0.1:%u",
	         tiny_server_port(bench.server));
}

double bench_run(unsigned total, double seconds)
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

void bench_finish(void)
{
	net_client_free(bench.client);
	bench.client = NULL;
	if (bench.server)
		tiny_server_stop(bench.server, &bench.counts);
	bench.server = NULL;
}

static void tear_down(void)
{
	bench_finish();
	strbuf_clear(&bench.log);
}

void bench_check_all(unsigned times, enum net_outcome outcome, long status)
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

void bench_check_why(unsigned item, const char *words)
{
	const char *why = bench.items[item].why;
	ck_assert_msg(*words ? strstr(why, words) != NULL : !*why, "%s", why);
}

TCase *bench_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 2 * PLENTY);
	suite_add_tcase(suite, tc);
	return tc;
}
