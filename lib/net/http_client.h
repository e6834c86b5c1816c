/* What the engine's client and its places for requests in flight hold. */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

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

#endif
