#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "base/clock.h"
#include "net/http.h"
#include "net/http_head.h"
#include "net/http_outcome.h"
#include "net/http_queue.h"
#include "net/http_retry.h"
#include "suites.h"

static const struct {
	const char *value;
	double seconds;
} waits[] = {
    {NULL, -1},
    {"", -1},
    {"0", 0},
    {"120", 120},
    {"99999999999999999999", 1e9},
    {"-1", -1},
    {"+1", -1},
    {"1.5", -1},
    {"1 2", -1},
    {"1s", -1},
    {"soon", -1},
    {"0x10", -1},
    {"2024-01-01", -1},
    {"Sun, 06 Nov 1994 08:49:37 GMT", 37}, /* 37 s after the Date below */
    {"Sunday, 06-Nov-94 08:49:37 GMT", 37},
    {"Sun Nov  6 08:49:37 1994", 37},
    {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
};

START_TEST(reads_retry_after)
{
	double seconds =
	    net_retry_after(waits[_i].value, "Sun, 06 Nov 1994 08:49:00 GMT");
	ck_assert_double_eq_tol(seconds, waits[_i].seconds, 0.001);
}
END_TEST

START_TEST(retry_after_by_our_own_clock)
{
	char text[64];
	time_t then = (time_t)clock_wall() + 100;
	struct tm tm;
	ck_assert_ptr_nonnull(gmtime_r(&then, &tm));
	ck_assert_uint_gt(strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm),
	                  0);
	double seconds = net_retry_after(text, NULL);
	ck_assert(seconds > 60 && seconds <= 100);
	seconds = net_retry_after(text, "no date");
	ck_assert(seconds > 60 && seconds <= 100);
}
END_TEST

START_TEST(back_off_doubles_up_to_its_cap)
{
	static const double base[] = {0.25, 0.5, 1, 2, 4, 8, 8, 8};
	uint64_t seed = 42;
	for (unsigned retries = 0; retries < ARRAY_LEN(base); retries++) {
		double least = 1e9;
		double most = 0;
		for (int i = 0; i < 2000; i++) {
			double wait = net_backoff(retries, &seed);
			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		ck_assert_double_ge(least, base[retries] * 0.5);
		ck_assert_double_lt(most, base[retries] * 1.5);
		ck_assert_double_lt(least,
		                    base[retries] * 0.6); /* spread over all of it */
		ck_assert_double_gt(most, base[retries] * 1.4);
	}
	ck_assert_double_lt(net_backoff(4000000000U, &seed), 12);
}
END_TEST

static bool add(struct net_head *head, const char *line)
{
	return net_head_add(head, line, strlen(line));
}

START_TEST(finds_headers)
{
	struct net_head head;
	net_head_init(&head);
	ck_assert_ptr_null(net_head_find(&head, "A"));
	ck_assert(add(&head, "HTTP/1.1 100 Continue\r\n") && add(&head, "Old: 1\r\n"));
	ck_assert(add(&head, "\r\n") && add(&head, "HTTP/1.1 200 OK\r\n"));
	ck_assert(add(&head, "Content-Type:  text/html; x=y \t\r\n"));
	ck_assert(add(&head, "Empty:\r\n") && add(&head, "twice: 1\n"));
	ck_assert(add(&head, "Twice: 2\r\n") && add(&head, "no colon\r\n"));
	ck_assert(add(&head, " Folded: x\r\n") && add(&head, "Colons: a:b: c\r\n"));
	ck_assert(add(&head, "\r\n") && add(&head, "Trailer: x\r\n"));
	ck_assert_str_eq(net_head_find(&head, "content-TYPE"), "text/html; x=y");
	ck_assert_str_eq(net_head_find(&head, "Empty"), "");
	ck_assert_str_eq(net_head_find(&head, "TWICE"), "1");
	ck_assert_str_eq(net_head_find(&head, "colons"), "a:b: c");
	static const char *const absent[] = {"Old",      "Trailer", "Folded",
	                                     "no colon", "",        "text/html"};
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		ck_assert_ptr_null(net_head_find(&head, absent[i]));
	ck_assert(!net_head_add(&head, "A: \0b\r\n", 7));
	net_head_clear(&head);
}
END_TEST

START_TEST(headers_have_a_limit)
{
	struct net_head head;
	net_head_init(&head);
	bool ok = true;
	unsigned lines = 0;
	for (; ok && lines < 100000; lines++)
		ok = add(&head, "Name: 0123456789012345678901234567890123456789\r\n");
	ck_assert(!ok && lines > 1000 && lines < 2000);
	net_head_reset(&head); /* usable again */
	ck_assert(add(&head, "A: b\r\n"));
	ck_assert_str_eq(net_head_find(&head, "a"), "b");
	ck_assert_ptr_null(net_head_find(&head, "Name"));
	net_head_clear(&head);
}
END_TEST

START_TEST(queue_gives_the_earliest_first)
{
	struct net_queue queue = {0};
	unsigned seed = 7;
	size_t in = 0;
	size_t out = 0;
	ck_assert_ptr_null(net_queue_first(&queue));
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 100; i++, in++) {
			seed = seed * 1103515245U + 12345U;
			struct net_job job = {.due = (double)(seed >> 16 & 31)};
			ck_assert(net_queue_put(&queue, job));
		}
		double last = -1;
		unsigned long order = 0;
		for (int i = 0; i < 60 + round % 41; i++, out++) {
			struct net_job first = *net_queue_first(&queue);
			struct net_job job = net_queue_take(&queue);
			ck_assert(first.order == job.order);
			ck_assert(job.due > last ||
			          (job.due >= last && job.order > order));
			last = job.due;
			order = job.order;
		}
	}
	ck_assert_uint_eq(queue.len, in - out);
	while (queue.len > 0)
		(void)net_queue_take(&queue);
	ck_assert_ptr_null(net_queue_first(&queue));
	net_queue_clear(&queue);
}
END_TEST

START_TEST(queue_without_memory)
{
	struct net_queue queue = {0};
	alloc_fail_after(0);
	bool ok = net_queue_put(&queue, (struct net_job){.due = 1});
	alloc_restore();
	ck_assert(!ok && !net_queue_first(&queue));
	net_queue_clear(&queue);
}
END_TEST

static const struct {
	CURLcode code;
	const char *why;
	enum net_outcome outcome;
	bool may_pass;
} codes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "", NET_UNREACHABLE, true},
    {CURLE_COULDNT_RESOLVE_PROXY, "", NET_UNREACHABLE, true},
    {CURLE_COULDNT_CONNECT, "", NET_UNREACHABLE, true},
    {CURLE_PARTIAL_FILE, "", NET_UNREACHABLE, true},
    {CURLE_GOT_NOTHING, "", NET_UNREACHABLE, true},
    {CURLE_SEND_ERROR, "", NET_UNREACHABLE, true},
    {CURLE_RECV_ERROR, "", NET_UNREACHABLE, true},
    {CURLE_HTTP2, "", NET_UNREACHABLE, true},
    {CURLE_HTTP2_STREAM, "", NET_UNREACHABLE, true},
    {CURLE_SSL_CONNECT_ERROR, "Connection reset by peer", NET_UNREACHABLE, true},
    {CURLE_SSL_CONNECT_ERROR, "tlsv1 alert protocol version", NET_UNREACHABLE, false},
    {CURLE_RECV_ERROR, "tlsv13 alert certificate required", NET_UNREACHABLE, false},
    {CURLE_PEER_FAILED_VERIFICATION, "", NET_UNREACHABLE, false},
    {CURLE_SSL_CACERT_BADFILE, "", NET_UNREACHABLE, false},
    {CURLE_SSL_CERTPROBLEM, "", NET_UNREACHABLE, false},
    {CURLE_SSL_CIPHER, "", NET_UNREACHABLE, false},
    {CURLE_OPERATION_TIMEDOUT, "", NET_TIMED_OUT, false},
    {CURLE_FILESIZE_EXCEEDED, "", NET_TOO_LARGE, false},
    {CURLE_WEIRD_SERVER_REPLY, "", NET_UNUSABLE, false},
    {CURLE_UNSUPPORTED_PROTOCOL, "", NET_UNUSABLE, false},
    {CURLE_URL_MALFORMAT, "", NET_UNUSABLE, false},
    {CURLE_OUT_OF_MEMORY, "", NET_UNUSABLE, false},
    {CURLE_FTP_ACCEPT_FAILED, "", NET_UNREACHABLE, false}, /* not foreseen */
};

START_TEST(maps_results)
{
	bool may_pass = !codes[_i].may_pass;
	ck_assert_int_eq(net_outcome_of(codes[_i].code, codes[_i].why, &may_pass),
	                 codes[_i].outcome);
	ck_assert(may_pass == codes[_i].may_pass);
}
END_TEST

START_TEST(no_result_is_an_answer)
{
	for (int code = 1; code < 200; code++) {
		bool may_pass;
		enum net_outcome outcome = net_outcome_of((CURLcode)code, "", &may_pass);
		ck_assert_int_ne(outcome, NET_ANSWERED);
		ck_assert(!may_pass || outcome == NET_UNREACHABLE);
	}
}
END_TEST

static const struct {
	const char *name;
	const char *value;
	const char *line; /* NULL: refused */
} headers[] = {
    {"Authorization", "Bearer abc", "Authorization: Bearer abc"},
    {"X-Empty", "", "X-Empty;"},
    {"X", "源 \t;:", "X: 源 \t;:"},
    {"X-A", "b\r\nX-Evil: 1", NULL},
    {"X-A", "b\n", NULL},
    {"X-A", "\r", NULL},
    {"X-A\r\nX-Evil", "1", NULL},
    {"X A", "1", NULL},
    {"X:", "1", NULL},
    {"", "1", NULL},
    {"X\xC3\xA4", "1", NULL},
};

START_TEST(headers_cannot_be_injected)
{
	struct net_request request = {0};
	struct error err = ERROR_INIT;
	bool ok = net_request_header(&request, headers[_i].name, headers[_i].value, &err);
	ck_assert(ok == (headers[_i].line != NULL));
	ck_assert(ok != error_is_set(&err));
	if (ok)
		ck_assert_str_eq(request.headers->data, headers[_i].line);
	ck_assert_ptr_null(strstr(err.text, "Evil: 1"));
	curl_slist_free_all(request.headers);
}
END_TEST

START_TEST(long_headers_are_refused)
{
	struct net_request request = {0};
	struct error err = ERROR_INIT;
	char *value = malloc(20001);
	ck_assert_ptr_nonnull(value);
	memset(value, 'a', 20000);
	value[20000] = '\0';
	ck_assert(!net_request_header(&request, "X", value, &err));
	ck_assert_ptr_null(request.headers);
	ck_assert_uint_lt(strlen(err.text), 200); /* the value may be a secret */
	free(value);
}
END_TEST

Suite *http_parts_suite(void)
{
	Suite *suite = suite_create("http_parts");
	TCase *tc = tcase_create("http_parts");
	tcase_add_loop_test(tc, reads_retry_after, 0, (int)ARRAY_LEN(waits));
	tcase_add_test(tc, retry_after_by_our_own_clock);
	tcase_add_test(tc, back_off_doubles_up_to_its_cap);
	tcase_add_test(tc, finds_headers);
	tcase_add_test(tc, headers_have_a_limit);
	tcase_add_test(tc, queue_gives_the_earliest_first);
	tcase_add_test(tc, queue_without_memory);
	tcase_add_loop_test(tc, maps_results, 0, (int)ARRAY_LEN(codes));
	tcase_add_test(tc, no_result_is_an_answer);
	tcase_add_loop_test(tc, headers_cannot_be_injected, 0, (int)ARRAY_LEN(headers));
	tcase_add_test(tc, long_headers_are_refused);
	suite_add_tcase(suite, tc);
	return suite;
}
