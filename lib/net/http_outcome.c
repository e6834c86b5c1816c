#include "net/http_outcome.h"

#include <string.h>

/* Numbers where the names are newer than the oldest libcurl that is supported. What is
   not here was not foreseen: not reached, and not tried again. */
static const struct {
	int code;
	enum net_outcome outcome;
	bool may_pass;
} outcomes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, NET_UNUSABLE, false}, /* HTTP/0.9 too */
    {CURLE_FAILED_INIT, NET_UNUSABLE, false},
    {CURLE_URL_MALFORMAT, NET_UNUSABLE, false},
    {CURLE_NOT_BUILT_IN, NET_UNUSABLE, false},
    {CURLE_COULDNT_RESOLVE_PROXY, NET_UNREACHABLE, true},
    {CURLE_COULDNT_RESOLVE_HOST, NET_UNREACHABLE, true},
    {CURLE_COULDNT_CONNECT, NET_UNREACHABLE, true},
    {CURLE_WEIRD_SERVER_REPLY, NET_UNUSABLE, false},
    {CURLE_HTTP2, NET_UNREACHABLE, true},
    {CURLE_PARTIAL_FILE, NET_UNREACHABLE, true},
    {CURLE_WRITE_ERROR, NET_UNUSABLE, false},
    {CURLE_READ_ERROR, NET_UNUSABLE, false},
    {CURLE_OUT_OF_MEMORY, NET_UNUSABLE, false},
    {CURLE_OPERATION_TIMEDOUT, NET_TIMED_OUT, false},
    {CURLE_SSL_CONNECT_ERROR, NET_UNREACHABLE, true}, /* a connection lost in it, too */
    {CURLE_ABORTED_BY_CALLBACK, NET_UNUSABLE, false},
    {CURLE_BAD_FUNCTION_ARGUMENT, NET_UNUSABLE, false},
    {CURLE_UNKNOWN_OPTION, NET_UNUSABLE, false},
    {CURLE_GOT_NOTHING, NET_UNREACHABLE, true},
    {CURLE_SEND_ERROR, NET_UNREACHABLE, true},
    {CURLE_RECV_ERROR, NET_UNREACHABLE, true},
    {CURLE_SSL_CERTPROBLEM, NET_UNREACHABLE, false},
    {CURLE_SSL_CIPHER, NET_UNREACHABLE, false},
    {CURLE_PEER_FAILED_VERIFICATION, NET_UNREACHABLE, false},
    {CURLE_BAD_CONTENT_ENCODING, NET_UNUSABLE, false},
    {CURLE_FILESIZE_EXCEEDED, NET_TOO_LARGE, false},
    {CURLE_SSL_CACERT_BADFILE, NET_UNREACHABLE, false},
    {CURLE_SSL_SHUTDOWN_FAILED, NET_UNREACHABLE, true},
    {CURLE_AGAIN, NET_UNREACHABLE, true},
    {CURLE_SSL_CRL_BADFILE, NET_UNREACHABLE, false},
    {CURLE_SSL_ISSUER_ERROR, NET_UNREACHABLE, false},
    {CURLE_NO_CONNECTION_AVAILABLE, NET_UNREACHABLE, true},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, NET_UNREACHABLE, false},
    {CURLE_SSL_INVALIDCERTSTATUS, NET_UNREACHABLE, false},
    {CURLE_HTTP2_STREAM, NET_UNREACHABLE, true},
    {CURLE_RECURSIVE_API_CALL, NET_UNUSABLE, false},
    {CURLE_AUTH_ERROR, NET_UNREACHABLE, false}, /* of a proxy */
    {CURLE_HTTP3, NET_UNREACHABLE, true},
    {96, NET_UNREACHABLE, true},  /* QUIC_CONNECT_ERROR */
    {97, NET_UNREACHABLE, true},  /* PROXY */
    {98, NET_UNREACHABLE, false}, /* SSL_CLIENTCERT */
    {99, NET_UNUSABLE, false},    /* UNRECOVERABLE_POLL */
    {100, NET_UNUSABLE, false},   /* TOO_LARGE: the headers */
};

enum net_outcome net_outcome_of(CURLcode code, const char *why, bool *ret_may_pass)
{
	*ret_may_pass = false;
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		if (outcomes[i].code != (int)code)
			continue;
		/* A TLS alert is the server's last word (no client certificate, say),
		   though its code is that of a lost connection. */
		*ret_may_pass = outcomes[i].may_pass && !strstr(why, " alert ");
		return outcomes[i].outcome;
	}
	return NET_UNREACHABLE;
}
