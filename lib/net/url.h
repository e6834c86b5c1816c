/* Base URLs and what is put into them. */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/strbuf.h"

struct net_base {
	char *text;   /* normalised, without a closing "/": "https://host:8443/prefix" */
	char *origin; /* scheme and host: text without path */
	char *host; /* as sent in Host: with the port where it is not the scheme's own */
	char *path; /* the prefix, "" or "/prefix" */
};

/*
 * Reads a base URL. http:// is refused unless the host is a loopback address or name
 * (127.0.0.0/8, [::1], localhost) or allow_http is set. User names, passwords,
 * queries, fragments and other schemes are refused, each in words that do not repeat a
 * password.
 */
bool net_base_parse(const char *url, bool allow_http, struct net_base *ret_base,
                    struct error *err) MUST_CHECK;
void net_base_clear(struct net_base *base);

/* Whether it is an https:// URL. */
bool net_url_is_https(const char *url) MUST_CHECK;

/* Whether it is an http:// URL of a loopback address or name. */
bool net_url_is_plain_loopback(const char *url) MUST_CHECK;

/* Adds text with all but RFC 3986's unreserved characters as %XX. */
void net_url_add_escaped(struct strbuf *url, const char *text);

#endif
