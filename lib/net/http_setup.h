/* What is set on a libcurl handle once, and for each request. For the engine. */
#ifndef NET_HTTP_SETUP_H
#define NET_HTTP_SETUP_H

#include "net/http_client.h"

/* The multi handle with its limits; NULL on failure. */
CURLM *net_setup_multi(const struct net_options *options, struct error *err) MUST_CHECK;

/* What never changes: callbacks, limits, what is allowed. */
bool net_setup_handle(struct net_slot *slot, struct error *err) MUST_CHECK;

/* Trust and the client's certificate, before the first https:// request of a slot and
   again when the client's trust has changed. */
bool net_setup_tls(struct net_slot *slot, struct error *err) MUST_CHECK;

/* URL, method, headers, proxy. */
bool net_setup_request(struct net_slot *slot, struct error *err) MUST_CHECK;

#endif
