/* One of the engine's places for a request in flight. */
#ifndef NET_HTTP_SLOT_H
#define NET_HTTP_SLOT_H

#include "net/http_client.h"

/* A new slot of the client; NULL on failure. */
struct net_slot *net_slot_new(struct net_client *client, struct error *err) MUST_CHECK;
void net_slot_free(struct net_slot *slot);

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

/* The reply for a request that the deadline cut off; furthest is how far any came. */
void net_slot_cut_off(struct net_slot *slot, enum net_phase furthest,
                      struct net_reply *ret_reply);

/* A reply with nothing in it but its outcome. */
struct net_reply net_reply_without_answer(enum net_outcome outcome, const char *why);

/* struct net_reply's header(). */
const char *net_reply_header(const struct net_reply *reply, const char *name);

/* Gives back what a very long answer took. */
void net_slot_shrink(struct net_slot *slot);

#endif
