/* One of the engine's places for a request in flight, and the client that holds them. */
#ifndef NET_HTTP_SLOT_H
#define NET_HTTP_SLOT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "net/http.h"
#include "net/http_head.h"
#include "net/http_queue.h"
#include "net/trust.h"

enum net_fault { NET_FAULT_NONE, NET_FAULT_TOO_LARGE, NET_FAULT_HEAD, NET_FAULT_MEMORY };

/* How far a request came. */
enum net_phase {
	NET_PHASE_LOOKUP,
	NET_PHASE_CONNECT,
	NET_PHASE_TLS,
	NET_PHASE_WAIT,
	NET_PHASE_READ
};

struct net_slot {
	struct net_client *client;
	struct net_slot *next; /* in the list that it is in, if any */
	CURL *easy;
	bool running;   /* in the multi handle, its end not seen yet */
	bool in_tls;    /* a TLS handshake began */
	unsigned trust; /* which trust it has, see net_client; 0: none yet */
	struct net_job job;
	struct net_request request;
	double started; /* on clock_steady() */
	struct net_head head;
	struct strbuf body;
	enum net_fault fault;        /* why a callback ended the transfer */
	char error[CURL_ERROR_SIZE]; /* libcurl's words */
	struct error why;            /* the reply's words */
};

/* Slots in the order in which they came. */
struct net_slots {
	struct net_slot *first;
	struct net_slot *last;
};

struct net_client {
	struct net_options options;
	CURLM *multi;
	struct net_slot **slots; /* room for options.parallel; made when first needed */
	unsigned slot_count;
	unsigned running;
	struct net_slots idle;
	struct net_slots ready; /* with a request that waits for its turn */
	struct net_queue queue; /* retries */
	struct net_trust trust;
	unsigned trust_version; /* 0: not chosen yet; counts up as it changes */
	double hold_until;      /* the server asked for quiet until then */
	double next_start;      /* of options.rate */
	uint64_t random;
	unsigned long connections;
	unsigned long requests;
	bool broken;
};

/* A new slot of the client; NULL on failure. */
struct net_slot *net_slot_new(struct net_client *client, struct error *err) MUST_CHECK;
void net_slot_free(struct net_slot *slot);

/* Whether the request's URL is https://. */
bool net_slot_is_https(const struct net_slot *slot);

/* Empties the request, so that it can be filled in. */
void net_slot_reset(struct net_slot *slot);

/* Sends the slot's request. False: it could not be sent, and *ret_reply says why. */
bool net_slot_start(struct net_slot *slot, struct net_reply *ret_reply) MUST_CHECK;

/* It runs no more: notes that, and what connections it opened. */
void net_slot_count(struct net_slot *slot);

/* Reads how a request ended. The reply lives until the slot is used again. */
void net_slot_end(struct net_slot *slot, CURLcode code, struct net_reply *ret_reply);

/* How far a running request is. */
enum net_phase net_slot_phase(const struct net_slot *slot);

/* The reply for a request that the deadline cut off; furthest is what any request
 * reached. */
void net_slot_cut_off(struct net_slot *slot, enum net_phase furthest,
                      struct net_reply *ret_reply);

/* A reply with nothing in it but its outcome. */
struct net_reply net_reply_without_answer(enum net_outcome outcome, const char *why);

/* struct net_reply's header(). */
const char *net_reply_header(const struct net_reply *reply, const char *name);

/* Gives back what a very long answer took. */
void net_slot_shrink(struct net_slot *slot);

#endif
