/*
 * Many HTTPS requests at once, under one deadline, over reused connections.
 *
 * The caller has items (tasks, say). The engine takes them in order into a
 * sliding window of `parallel` requests, lets the caller fill in each request
 * and judge each reply, and tries again or asks on as the caller decides.
 * Knows no provider, no JSON, no state of a plugin.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/strbuf.h"

/* What is taken and sent at most, in bytes. */
enum {
	NET_BODY_MAX = 1024 * 1024, /* of an answer */
	NET_URL_MAX = 8192,
	NET_REQUEST_BODY_MAX = 16384,
	NET_HEADER_MAX = 16384 /* of one header of a request, its name and all */
};

enum net_tls_min { NET_TLS_1_2, NET_TLS_1_3 };
enum net_family { NET_ANY, NET_IPV4, NET_IPV6 };

struct net_options {
	double deadline;   /* on clock_steady(): when everything must have ended */
	unsigned parallel; /* requests in flight at most, >= 1 */
	unsigned retries;  /* more tries for one request */
	double rate;       /* requests a second at most; 0: no limit */
	const char *user_agent;
	const char *proxy;       /* NULL: what the environment says */
	const char *no_proxy;    /* NULL: what the environment says */
	const char *ca_file;     /* NULL: the system's trust store */
	const char *ca_path;     /* NULL: the system's trust store */
	const char *client_cert; /* NULL: none; PEM */
	const char *client_key;  /* NULL: in client_cert */
	enum net_tls_min tls_min;
	enum net_family family;
	/* NULL: none. Gets a line for each request that ended: method, URL, HTTP status
	   or error, seconds, bytes, HTTP version, whether the connection is new or kept,
	   and its local port. Never a header or a body: those can hold secrets. */
	struct strbuf *trace;
};

/* One request, filled in by the caller for every try (so that it is signed anew). */
struct net_request {
	struct strbuf url;          /* inited by the engine, as is body */
	struct strbuf body;         /* POST where it holds something, else GET */
	struct curl_slist *headers; /* the engine's; add with net_request_header() */
};

/* Adds "Name: value". False if a value holds CR, LF or NUL, or memory ran out. */
bool net_request_header(struct net_request *request, const char *name, const char *value,
                        struct error *err) MUST_CHECK;

/* How the transport ended. */
enum net_outcome {
	NET_ANSWERED,    /* a whole HTTP answer is there */
	NET_UNREACHABLE, /* DNS, connect, TLS, connection lost, body cut short */
	NET_TIMED_OUT,   /* the deadline passed first */
	NET_HELD_BACK,   /* not asked: the server asked all to wait until after it */
	NET_TOO_LARGE,   /* the body is longer than NET_BODY_MAX */
	NET_UNUSABLE     /* not HTTP, compressed though not asked for, own failure */
};

struct net_reply {
	enum net_outcome outcome;
	bool may_pass; /* NET_UNREACHABLE: worth another try (a bad certificate is not) */
	/* For all but NET_ANSWERED: in words, libcurl's or ours; valid UTF-8 is not
	   promised. All texts here are valid until the callback returns. */
	const char *why;
	/* The HTTP status, 0 where there was none. Only with NET_ANSWERED is it that of a
	   whole answer. */
	long status;
	const char *body; /* ends with a NUL; "" for all but NET_ANSWERED */
	size_t len;
	const char *content_type; /* "" where absent */
	const char *location;     /* "" where absent */
	double retry_after; /* seconds; negative where absent (delta or HTTP date) */
	double seconds;     /* from the start of this try to its end */
	/* Any other response header by name, NULL where absent. */
	const char *(*header)(const struct net_reply *reply, const char *name);
	void *handle; /* the engine's own */
};

enum net_next {
	NET_DONE,  /* this item has ended */
	NET_AGAIN, /* ask on: the caller's next request for the same item */
	NET_RETRY, /* the same once more, if tries and time are left; else it has ended */
	NET_RETRY_ALL_WAIT /* the same, and the limit is the account's: what Retry-After
	                      asks for holds for all requests */
};

struct net_ops {
	/* The next item to ask about, NULL when there is none. */
	void *(*next)(void *ctx);
	/* Fills in the item's request, which is empty. False: the item has ended (the
	   caller notes why). Called before each try, and once more where a certificate is
	   looked at again with the system's whole bundle. */
	bool (*prepare)(void *ctx, void *item, struct net_request *request);
	/* Judges a reply. Called once a try, and once (status 0) for every item, or next
	   request of an item, that was not asked: with NET_TIMED_OUT because the deadline
	   passed, with NET_HELD_BACK because the server asked all (NET_RETRY_ALL_WAIT) to
	   wait until after it. An item that waits for a retry then ends with the
	   judgement that it has. */
	enum net_next (*judge)(void *ctx, void *item, const struct net_reply *reply);
};

struct net_client;

/* Opens a client. Nothing is sent yet. NULL on failure. options is copied, its strings
   and trace buffer are not and must live as long as the client. */
struct net_client *net_client_new(const struct net_options *options,
                                  struct error *err) MUST_CHECK;
void net_client_free(struct net_client *client);

/*
 * Asks for all items and returns when each has ended, at the latest shortly
 * after the deadline. Can be called again on the same client, which keeps its
 * connections and what Retry-After asked for. Retries go before new items, and
 * what follows a NET_AGAIN before both. False only if the engine itself failed;
 * items not judged by then were not asked, and the caller must not take them
 * for answered.
 *
 * Where the deadline cut requests off, net_client_free() may wait for a
 * resolver that hangs (libcurl before 7.87): who ends anyway should not call it.
 */
bool net_run(struct net_client *client, const struct net_ops *ops, void *ctx,
             struct error *err) MUST_CHECK;

/* How many connections were opened so far. */
unsigned long net_connections(const struct net_client *client);
/* How many requests were sent so far (tries included). */
unsigned long net_requests(const struct net_client *client);

#endif
