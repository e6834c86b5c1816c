#include "check/network.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "net/trust.h"

/* It is read more than once, so no pipe will do, and one that nobody writes to would keep
 * us for ever. */
static bool check_pem(const char *option, const char *file, const char *wanted,
                      struct error *err)
{
	struct stat st;
	struct error why = ERROR_INIT;
	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return error_set(err, "%s: '%s' is not a regular file", option, file);
	return net_trust_check_pem(_("the file"), file, wanted, &why) ||
	       error_set(err, "%s: %s", option, why.text);
}

static bool check_ca(const struct net_options *net, struct error *err)
{
	struct net_trust trust;
	struct error why = ERROR_INIT;
	if (net->ca_file && !check_pem("--ca-file", net->ca_file, "CERTIFICATE", err))
		return false;
	if (!net->ca_path)
		return true;
	bool good = net_trust_choose(&trust, NULL, net->ca_path, &why);
	net_trust_clear(&trust);
	return good ? true : error_set(err, "--ca-path: %s", why.text);
}

static bool check_client(const struct net_options *net, struct error *err)
{
	if (net->client_key && !net->client_cert)
		return error_set(err, "--client-key wants --client-cert=FILE beside it");
	if (net->client_cert &&
	    !check_pem("--client-cert", net->client_cert, "CERTIFICATE", err))
		return false;
	const char *key = net->client_key ? net->client_key : net->client_cert;
	return !key || check_pem("--client-key", key, "PRIVATE KEY", err);
}

static bool is_proxy_scheme(const char *scheme)
{
	static const char *const schemes[] = {"http",    "https",  "socks4",
	                                      "socks4a", "socks5", "socks5h"};
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (strcmp(schemes[i], scheme) == 0)
			return true;
	return false;
}

static bool has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
	curl_free(text);
	return has;
}

/* The URL is not repeated: it may hold a password. */
static bool check_proxy_url(CURLU *url, const char *proxy, struct error *err)
{
	char *scheme = NULL;
	bool good =
	    url &&
	    curl_url_set(url, CURLUPART_URL, proxy,
	                 CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    is_proxy_scheme(scheme);
	curl_free(scheme);
	if (!good)
		return error_set(
		    err, "--proxy: not a URL of http, https, socks4, socks4a, socks5 "
		         "or socks5h");
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
		return error_set(
		    err,
		    "--proxy: a URL with a user or password is taken from the "
		    "environment (https_proxy) only, as secrets are never arguments");
	return true;
}

static bool check_proxy(const struct net_options *net, struct error *err)
{
	if (!net->proxy)
		return true;
	CURLU *url = curl_url();
	bool good = check_proxy_url(url, net->proxy, err);
	curl_url_cleanup(url);
	return good;
}

bool network_check(const struct net_options *net, struct error *err)
{
	return check_ca(net, err) && check_client(net, err) && check_proxy(net, err);
}
