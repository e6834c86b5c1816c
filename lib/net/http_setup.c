#include "net/http_setup.h"

#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "net/url.h"

enum {
	STREAMS_MIN = 100, /* HTTP/2 requests on one connection: libcurl's own default */
	GRACE_MS = 1000,
	READ_BYTES =
	    1024 /* answers are short; of libcurl's own 16 kB each handle has one */
};

static size_t on_header(char *bytes, size_t size, size_t n, void *user)
{
	struct net_slot *slot = user;
	if (net_head_add(&slot->head, bytes, size * n))
		return size * n;
	slot->fault = NET_FAULT_HEAD;
	return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
	struct net_slot *slot = user;
	size_t len = size * n;
	if (len > NET_BODY_MAX - slot->body.len) {
		slot->fault = NET_FAULT_TOO_LARGE;
		return 0;
	}
	strbuf_add(&slot->body, bytes, len);
	if (strbuf_ok(&slot->body))
		return len;
	slot->fault = NET_FAULT_MEMORY;
	return 0;
}

/* Nothing is set here: that it is called tells that a TLS handshake begins. */
static CURLcode on_tls(CURL *easy, void *ssl, void *user)
{
	(void)easy;
	(void)ssl;
	((struct net_slot *)user)->in_tls = true;
	return CURLE_OK;
}

CURLM *net_setup_multi(const struct net_options *options, struct error *err)
{
	static bool initialised; /* libcurl's own state is one a process, too */
	if (!initialised && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		error_set(err, "libcurl cannot be initialised");
		return NULL;
	}
	initialised = true;
	CURLM *multi = curl_multi_init();
	if (!multi) {
		error_set(err, "out of memory for libcurl");
		return NULL;
	}
	long parallel = (long)options->parallel;
	/* None of them can fail on a libcurl that knows them, and all are older
	 * than 7.68. */
	curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, parallel);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, parallel);
	curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS,
	                  parallel > STREAMS_MIN ? parallel : (long)STREAMS_MIN);
	return multi;
}

struct number_option {
	long value;
	CURLoption option;
	bool if_known; /* what an older or smaller libcurl may not take */
};

static bool set_numbers(CURL *easy, const struct number_option *options, size_t n,
                        struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		CURLcode code =
		    curl_easy_setopt(easy, options[i].option, options[i].value);
		if (code != CURLE_OK && !options[i].if_known)
			return error_set(err, "libcurl does not take option %d: %s",
			                 (int)options[i].option,
			                 curl_easy_strerror(code));
	}
	return true;
}

static bool set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
#else
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
	                        (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)) == CURLE_OK;
#endif
}

static bool set_callbacks(struct net_slot *slot)
{
	CURL *easy = slot->easy;
	return curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->error) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot) == CURLE_OK;
}

bool net_setup_handle(struct net_slot *slot, struct error *err)
{
	static const long families[] = {[NET_ANY] = CURL_IPRESOLVE_WHATEVER,
	                                [NET_IPV4] = CURL_IPRESOLVE_V4,
	                                [NET_IPV6] = CURL_IPRESOLVE_V6};
	const struct net_options *options = &slot->client->options;
	const struct number_option numbers[] = {
		{1, CURLOPT_NOSIGNAL, false},
		{0, CURLOPT_FOLLOWLOCATION, false},
		{0, CURLOPT_HTTP09_ALLOWED, false},
		{0, CURLOPT_HTTP_CONTENT_DECODING, false},
		{1, CURLOPT_PATH_AS_IS, false}, /* what was signed is what is sent */
		{1, CURLOPT_SUPPRESS_CONNECT_HEADERS, false},
		{CURLHEADER_SEPARATE, CURLOPT_HEADEROPT,
		 false}, /* no token for a proxy */
		{families[options->family], CURLOPT_IPRESOLVE, false},
		{READ_BYTES, CURLOPT_BUFFERSIZE, true},
		{CURL_HTTP_VERSION_2TLS, CURLOPT_HTTP_VERSION, true},
#if LIBCURL_VERSION_NUM >= 0x075700
		{1, CURLOPT_QUICK_EXIT, true}, /* never wait for a resolver that hangs */
#endif
	};
	if (!set_numbers(slot->easy, numbers, ARRAY_LEN(numbers), err))
		return false;
	if (!set_protocols(slot->easy) || !set_callbacks(slot) ||
	    curl_easy_setopt(slot->easy, CURLOPT_MAXFILESIZE_LARGE,
	                     (curl_off_t)NET_BODY_MAX) != CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_USERAGENT, options->user_agent) !=
	        CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_NOPROXY, options->no_proxy) != CURLE_OK)
		return error_set(err, "libcurl does not take its options");
	/* Not every TLS library has it; no more than words depend on it. */
	curl_easy_setopt(slot->easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	curl_easy_setopt(slot->easy, CURLOPT_SSL_CTX_DATA, slot);
	return true;
}

static bool set_client_certificate(CURL *easy, const struct net_options *options,
                                   struct error *err)
{
	if (!options->client_cert)
		return true;
	const char *key =
	    options->client_key ? options->client_key : options->client_cert;
	if (!net_trust_check_pem(_("the client certificate"), options->client_cert,
	                         "CERTIFICATE", err) ||
	    !net_trust_check_pem(_("the client key"), key, "PRIVATE KEY", err))
		return false;
	/* A password of "" lets an encrypted key fail instead of asking at a terminal. */
	if (curl_easy_setopt(easy, CURLOPT_SSLCERT, options->client_cert) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_SSLKEY, key) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "") != CURLE_OK)
		return error_set(err, "libcurl does not take a client certificate");
	/* A libcurl without HTTPS proxies knows none of them, and needs none. */
	curl_easy_setopt(easy, CURLOPT_PROXY_SSLCERT, options->client_cert);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSLKEY, key);
	curl_easy_setopt(easy, CURLOPT_PROXY_KEYPASSWD, "");
	return true;
}

bool net_setup_tls(struct net_slot *slot, struct error *err)
{
	static const long versions[] = {[NET_TLS_1_2] = CURL_SSLVERSION_TLSv1_2,
	                                [NET_TLS_1_3] = CURL_SSLVERSION_TLSv1_3};
	struct net_client *client = slot->client;
	const struct net_options *options = &client->options;
	if (client->trust_version == 0) {
		if (!net_trust_choose(&client->trust, options->ca_file, options->ca_path,
		                      err))
			return false;
		client->trust_version = 1;
	}
	if (slot->trust == client->trust_version)
		return true;
	const struct number_option numbers[] = {
	    {1, CURLOPT_SSL_VERIFYPEER, false},
	    {2, CURLOPT_SSL_VERIFYHOST, false},
	    {versions[options->tls_min], CURLOPT_SSLVERSION, false},
	    {versions[options->tls_min], CURLOPT_PROXY_SSLVERSION, true},
	};
	if (!net_trust_apply(&client->trust, slot->easy, err) ||
	    !set_client_certificate(slot->easy, options, err) ||
	    !set_numbers(slot->easy, numbers, ARRAY_LEN(numbers), err))
		return false;
	slot->trust = client->trust_version;
	return true;
}

/* "" turns every proxy off: none can reach our own loopback. NULL: the environment's. */
static const char *proxy_for(const struct net_slot *slot)
{
	if (net_url_is_plain_loopback(strbuf_text(&slot->request.url)))
		return "";
	return slot->client->options.proxy;
}

static bool add_line(struct net_request *request, const char *line)
{
	struct curl_slist *headers = curl_slist_append(request->headers, line);
	if (!headers)
		return false;
	request->headers = headers;
	return true;
}

static bool set_method(struct net_slot *slot)
{
	struct net_request *request = &slot->request;
	if (request->body.len == 0)
		return curl_easy_setopt(slot->easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	/* Without a value: libcurl does not add its own. */
	return add_line(request, "Expect:") && add_line(request, "Content-Type:") &&
	       curl_easy_setopt(slot->easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS,
	                        strbuf_text(&request->body)) == CURLE_OK &&
	       curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE,
	                        (long)request->body.len) == CURLE_OK;
}

bool net_setup_request(struct net_slot *slot, struct error *err)
{
	struct net_request *request = &slot->request;
	bool https = net_url_is_https(strbuf_text(&slot->request.url));
	if (!strbuf_ok(&request->url) || !strbuf_ok(&request->body))
		return error_set(err, "the request is too long or memory ran out");
	/* The run's own deadline comes first; this only ends what was forgotten.
	   Libcurl's timer may join a resolver's thread, which can hang. */
	double left = slot->client->options.deadline - clock_steady();
	long left_ms = left > 0 ? (long)(left < 1e6 ? left * 1000 : 1e9) : 0;
	/* In the clear, HTTP/2 is not offered, and PIPEWAIT would only let all others
	   wait for the first answer. An old libcurl may know neither: no harm. */
	curl_easy_setopt(slot->easy, CURLOPT_PIPEWAIT, https ? 1L : 0L);
	/* Else libcurl gives up connecting after 300 s of its own. */
	if (!set_method(slot) ||
	    curl_easy_setopt(slot->easy, CURLOPT_CONNECTTIMEOUT_MS, left_ms + GRACE_MS) !=
	        CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, left_ms + GRACE_MS) !=
	        CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_URL, strbuf_text(&request->url)) !=
	        CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, request->headers) !=
	        CURLE_OK ||
	    curl_easy_setopt(slot->easy, CURLOPT_PROXY, proxy_for(slot)) != CURLE_OK)
		return error_set(err, "out of memory for the request");
	return true;
}
