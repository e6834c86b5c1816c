/* Filling in a request's headers. */
#include <curl/curl.h>
#include <string.h>

#include "net/http.h"

/* RFC 9110's token. */
static bool is_name(const char *name)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789!#$%&'*+-.^_`|~";
	return *name && strspn(name, allowed) == strlen(name);
}

bool net_request_header(struct net_request *request, const char *name, const char *value,
                        struct error *err)
{
	if (!is_name(name))
		return error_set(err, "\"%s\" cannot be the name of a header", name);
	/* A line's end would let a value bring headers, or a request, of its own. */
	if (value[strcspn(value, "\r\n")])
		return error_set(err, "the value of the header %s holds a line break",
		                 name);
	struct strbuf line;
	strbuf_init(&line, NET_HEADER_MAX);
	/* libcurl takes "Name:" for "do not send it"; "Name;" is sent without a value. */
	if (*value)
		strbuf_addf(&line, "%s: %s", name, value);
	else
		strbuf_addf(&line, "%s;", name);
	struct curl_slist *headers =
	    strbuf_ok(&line) ? curl_slist_append(request->headers, strbuf_text(&line))
	                     : NULL;
	strbuf_clear(&line);
	if (!headers)
		return error_set(err, "the header %s is too long or memory ran out",
		                 name);
	request->headers = headers;
	return true;
}
