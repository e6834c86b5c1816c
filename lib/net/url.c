#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BASE_MAX = 2048, HOST_MAX = 253 };

/* The pieces of a URL, still in the caller's text. */
struct pieces {
	bool secure;
	const char *host; /* with the brackets of an IPv6 address */
	size_t host_len;
	const char *port; /* NULL where none was given */
	size_t port_len;
	const char *path;
	size_t path_len;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void copy_lower(char *host, const struct pieces *p)
{
	for (size_t i = 0; i < p->host_len; i++)
		host[i] = lower(p->host[i]);
	host[p->host_len] = '\0';
}

static bool is_unreserved(char c)
{
	return is_alnum(c) || (c && strchr("-._~", c));
}

static bool take_scheme(const char **url, struct pieces *p, struct error *err)
{
	static const struct {
		const char *text;
		bool secure;
	} schemes[] = {{"https://", true}, {"http://", false}};
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i].text);
		if (strncasecmp(*url, schemes[i].text, len) != 0)
			continue;
		p->secure = schemes[i].secure;
		*url += len;
		return true;
	}
	return error_set(err, "a URL begins with https:// (or http://)");
}

/* Splits "host:port"; an IPv6 address stands in brackets. */
static bool split_authority(const char *text, size_t len, struct pieces *p,
                            struct error *err)
{
	if (memchr(text, '@', len))
		return error_set(err,
		                 "a user name or a password is not allowed in a URL");
	const char *end = text + len;
	const char *colon = NULL;
	if (len > 0 && *text == '[') {
		const char *bracket = memchr(text, ']', len);
		if (!bracket || (bracket + 1 < end && bracket[1] != ':'))
			return error_set(err,
			                 "the URL's IPv6 address is not closed by ]");
		colon = bracket + 1 < end ? bracket + 1 : NULL;
	} else {
		colon = memchr(text, ':', len);
	}
	p->host = text;
	p->host_len = (size_t)((colon ? colon : end) - text);
	p->port = colon ? colon + 1 : NULL;
	p->port_len = colon ? (size_t)(end - colon - 1) : 0;
	return true;
}

static bool split(const char *url, struct pieces *p, struct error *err)
{
	if (!take_scheme(&url, p, err))
		return false;
	size_t authority = strcspn(url, "/?#");
	if (!split_authority(url, authority, p, err))
		return false;
	p->path = url + authority;
	p->path_len = strcspn(p->path, "?#");
	if (p->path[p->path_len] == '?')
		return error_set(err, "a query (?) is not allowed in a base URL");
	if (p->path[p->path_len] == '#')
		return error_set(err, "a fragment (#) is not allowed in a base URL");
	while (p->path_len > 0 && p->path[p->path_len - 1] == '/')
		p->path_len--;
	return true;
}

/* Only what cannot be read in two ways: ASCII names, dotted numbers, [IPv6]. */
static bool check_host(const char *host, struct error *err)
{
	if (!*host)
		return error_set(err, "the URL has no host");
	if (*host == '[') {
		char address[INET6_ADDRSTRLEN + 1];
		struct in6_addr in6;
		size_t len = strlen(host) - 2;
		if (len < sizeof address) {
			memcpy(address, host + 1, len);
			address[len] = '\0';
			if (inet_pton(AF_INET6, address, &in6) == 1)
				return true;
		}
		return error_set(err, "the URL's IPv6 address cannot be read");
	}
	for (const char *c = host; *c; c++) {
		if (!is_alnum(*c) && !strchr("-._", *c))
			return error_set(err, "the URL's host may hold letters, digits, "
			                      "'-', '.' and '_' only (an international "
			                      "name in its xn-- form)");
	}
	if (*host == '.' || strstr(host, ".."))
		return error_set(err, "the URL's host has an empty label");
	return true;
}

static bool read_port(const struct pieces *p, unsigned *ret_port, struct error *err)
{
	*ret_port = p->secure ? 443 : 80;
	if (!p->port)
		return true;
	unsigned port = 0;
	for (size_t i = 0; i < p->port_len && port <= 65535; i++) {
		if (!is_digit(p->port[i]))
			return error_set(err, "the URL's port is not a number");
		port = port * 10 + (unsigned)(p->port[i] - '0');
	}
	if (port < 1 || port > 65535)
		return error_set(err, "the URL's port is not between 1 and 65535");
	*ret_port = port;
	return true;
}

/* "/a/b": what a request line can carry, and no "." or ".." that a client or a proxy
   would resolve differently from what was signed. */
static bool check_path(const char *path, struct error *err)
{
	for (const char *c = path; *c; c++) {
		if (*c == '%' ? !(is_hex(c[1]) && is_hex(c[2]))
		              : !is_unreserved(*c) && !strchr("/!$&'()*+,;=:@", *c))
			return error_set(err, "the URL's path holds what must be written "
			                      "as %%XX");
		if (*c != '/')
			continue;
		size_t segment = strcspn(c + 1, "/");
		if ((segment == 1 && c[1] == '.') ||
		    (segment == 2 && c[1] == '.' && c[2] == '.'))
			return error_set(err, "\".\" and \"..\" are not allowed in the "
			                      "URL's path");
	}
	return true;
}

/* Names, which are resolved elsewhere, and short or octal forms are not taken for it. */
static bool is_loopback(const char *host)
{
	struct in_addr in;
	struct in6_addr in6;
	char address[INET6_ADDRSTRLEN + 1];
	size_t len = strlen(host);
	if (strcmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &in) == 1)
		return ntohl(in.s_addr) >> 24 == 127;
	if (*host != '[' || len - 2 >= sizeof address)
		return false;
	memcpy(address, host + 1, len - 2);
	address[len - 2] = '\0';
	return inet_pton(AF_INET6, address, &in6) == 1 && IN6_IS_ADDR_LOOPBACK(&in6);
}

/* The four texts, from pieces that were checked. */
static bool assemble(const struct pieces *p, const char *host, unsigned port,
                     const char *path, struct net_base *base)
{
	struct strbuf name;
	struct strbuf origin;
	struct strbuf text;
	struct strbuf prefix;
	strbuf_init(&name, BASE_MAX);
	strbuf_init(&origin, BASE_MAX);
	strbuf_init(&text, BASE_MAX);
	strbuf_init(&prefix, BASE_MAX);
	strbuf_adds(&name, host);
	if (port != (p->secure ? 443 : 80))
		strbuf_addf(&name, ":%u", port);
	strbuf_adds(&prefix, path);
	strbuf_addf(&origin, "%s%s", p->secure ? "https://" : "http://",
	            strbuf_text(&name));
	strbuf_addf(&text, "%s%s", strbuf_text(&origin), path);
	*base = (struct net_base){.text = strbuf_take(&text),
	                          .origin = strbuf_take(&origin),
	                          .host = strbuf_take(&name),
	                          .path = strbuf_take(&prefix)};
	return base->text && base->origin && base->host && base->path;
}

bool net_base_parse(const char *url, bool allow_http, struct net_base *ret_base,
                    struct error *err)
{
	struct pieces p = {0};
	char host[HOST_MAX + 1] = "";
	char path[BASE_MAX] = "";
	unsigned port;
	*ret_base = (struct net_base){0};
	if (strlen(url) >= BASE_MAX)
		return error_set(err, "a URL may have %d characters at most",
		                 BASE_MAX - 1);
	if (!split(url, &p, err))
		return false;
	if (p.host_len >= sizeof host)
		return error_set(err, "the URL's host is too long");
	copy_lower(host, &p);
	memcpy(path, p.path, p.path_len);
	if (!check_host(host, err) || !read_port(&p, &port, err) ||
	    !check_path(path, err))
		return false;
	if (!p.secure && !allow_http && !is_loopback(host))
		return error_set(
		    err,
		    "http:// would send the credentials unencrypted, and %s is "
		    "no loopback address",
		    host);
	if (!assemble(&p, host, port, path, ret_base)) {
		net_base_clear(ret_base);
		return error_set(err, "out of memory");
	}
	return true;
}

bool net_url_is_https(const char *url)
{
	return strncasecmp(url, "https:", 6) == 0;
}

bool net_url_is_plain_loopback(const char *url)
{
	struct pieces p = {0};
	char host[HOST_MAX + 1] = "";
	if (!take_scheme(&url, &p, NULL) || p.secure)
		return false;
	if (!split_authority(url, strcspn(url, "/?#"), &p, NULL) ||
	    p.host_len >= sizeof host)
		return false;
	copy_lower(host, &p);
	return check_host(host, NULL) && is_loopback(host);
}

void net_base_clear(struct net_base *base)
{
	free(base->text);
	free(base->origin);
	free(base->host);
	free(base->path);
	*base = (struct net_base){0};
}

void net_url_add_escaped(struct strbuf *url, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (is_unreserved(*text)) {
			strbuf_addc(url, *text);
		} else {
			const char escaped[3] = {'%', hex[c >> 4], hex[c & 15]};
			strbuf_add(url, escaped, sizeof escaped);
		}
	}
}
