/*
 * What the tests of net/http.h have in common: a server that answers as the test
 * says, and a caller of the engine with its items. A test sets bench.options,
 * .prepare and .judge where the usual ones will not do, serves, runs and looks.
 */
#ifndef TESTS_HTTP_BENCH_H
#define TESTS_HTTP_BENCH_H

#include <check.h>

#include "base/clock.h"
#include "net/http.h"
#include "tiny_server.h"

enum { ITEMS_MAX = 1000, BENCH_LOG_MAX = 1 << 20 };

/* Long enough for a machine that is busy with other things; no test waits for it. */
#define PLENTY 60.0

struct item {
	unsigned number;
	unsigned judged;
	unsigned step;         /* requests that were answered, for chains */
	struct net_reply last; /* without its texts */
	char why[200];
};

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

extern struct bench bench;

/* Adds a case whose tests begin with a fresh bench, and end what they began. */
TCase *bench_case(Suite *suite, const char *name);

/* Starts the server. Its answers first note the request, in the server's thread. */
void bench_serve(tiny_answer_fn *answer);
void bench_note(struct bench *b, const char *request);

/* Runs `total` items within `seconds`; returns how long it took. */
double bench_run(unsigned total, double seconds);

/* Ends the client, then the server: from here on the log and the counts are whole. */
void bench_finish(void);

/* That each item was judged `times` and ended so. */
void bench_check_all(unsigned times, enum net_outcome outcome, long status);

/* That these words are in an item's reason; "": that it has none. */
void bench_check_why(unsigned item, const char *words);

/* Parts for tests: an answer, what is asked for (BASE/NUMBER, BASE/NUMBER/STEP), and
   judgements: once more up to HTTP 200, and five steps. */
void bench_answer_ok(void *ctx, const char *request, struct tiny_answer *answer);
bool bench_ask_number(struct bench *b, struct item *item, struct net_request *request);
bool bench_ask_step(struct bench *b, struct item *item, struct net_request *request);
enum net_next bench_try_again(struct bench *b, struct item *item,
                              const struct net_reply *reply);
enum net_next bench_go_on(struct bench *b, struct item *item,
                          const struct net_reply *reply);

#endif
