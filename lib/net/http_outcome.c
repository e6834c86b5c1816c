#include "net/http_outcome.h"

#include <string.h>

/* Numbers, since some names are newer than the oldest libcurl that is supported. What is
   not here was not foreseen: not reached, and not tried again. */
static const struct {
	int code;
	enum net_outcome outcome;
	bool may_pass;
} outcomes[] = {
    {1, NET_UNUSABLE, false},     /* UNSUPPORTED_PROTOCOL, HTTP/0.9 too */
    {2, NET_UNUSABLE, false},     /* FAILED_INIT */
    {3, NET_UNUSABLE, false},     /* URL_MALFORMAT */
    {4, NET_UNUSABLE, false},     /* NOT_BUILT_IN */
    {5, NET_UNREACHABLE, true},   /* COULDNT_RESOLVE_PROXY */
    {6, NET_UNREACHABLE, true},   /* COULDNT_RESOLVE_HOST */
    {7, NET_UNREACHABLE, true},   /* COULDNT_CONNECT */
    {8, NET_UNUSABLE, false},     /* WEIRD_SERVER_REPLY */
    {16, NET_UNREACHABLE, true},  /* HTTP2 */
    {18, NET_UNREACHABLE, true},  /* PARTIAL_FILE */
    {23, NET_UNUSABLE, false},    /* WRITE_ERROR */
    {26, NET_UNUSABLE, false},    /* READ_ERROR */
    {27, NET_UNUSABLE, false},    /* OUT_OF_MEMORY */
    {28, NET_TIMED_OUT, false},   /* OPERATION_TIMEDOUT */
    {35, NET_UNREACHABLE, true},  /* SSL_CONNECT_ERROR: a connection lost in it, too */
    {42, NET_UNUSABLE, false},    /* ABORTED_BY_CALLBACK */
    {43, NET_UNUSABLE, false},    /* BAD_FUNCTION_ARGUMENT */
    {45, NET_UNREACHABLE, false}, /* INTERFACE_FAILED */
    {48, NET_UNUSABLE, false},    /* UNKNOWN_OPTION */
    {52, NET_UNREACHABLE, true},  /* GOT_NOTHING */
    {53, NET_UNREACHABLE, false}, /* SSL_ENGINE_NOTFOUND */
    {54, NET_UNREACHABLE, false}, /* SSL_ENGINE_SETFAILED */
    {55, NET_UNREACHABLE, true},  /* SEND_ERROR */
    {56, NET_UNREACHABLE, true},  /* RECV_ERROR */
    {58, NET_UNREACHABLE, false}, /* SSL_CERTPROBLEM */
    {59, NET_UNREACHABLE, false}, /* SSL_CIPHER */
    {60, NET_UNREACHABLE, false}, /* PEER_FAILED_VERIFICATION */
    {61, NET_UNUSABLE, false},    /* BAD_CONTENT_ENCODING */
    {63, NET_TOO_LARGE, false},   /* FILESIZE_EXCEEDED */
    {66, NET_UNREACHABLE, false}, /* SSL_ENGINE_INITFAILED */
    {77, NET_UNREACHABLE, false}, /* SSL_CACERT_BADFILE */
    {80, NET_UNREACHABLE, true},  /* SSL_SHUTDOWN_FAILED */
    {81, NET_UNREACHABLE, true},  /* AGAIN */
    {82, NET_UNREACHABLE, false}, /* SSL_CRL_BADFILE */
    {83, NET_UNREACHABLE, false}, /* SSL_ISSUER_ERROR */
    {88, NET_UNUSABLE, false},    /* CHUNK_FAILED */
    {89, NET_UNREACHABLE, true},  /* NO_CONNECTION_AVAILABLE */
    {90, NET_UNREACHABLE, false}, /* SSL_PINNEDPUBKEYNOTMATCH */
    {91, NET_UNREACHABLE, false}, /* SSL_INVALIDCERTSTATUS */
    {92, NET_UNREACHABLE, true},  /* HTTP2_STREAM */
    {93, NET_UNUSABLE, false},    /* RECURSIVE_API_CALL */
    {94, NET_UNREACHABLE, false}, /* AUTH_ERROR, of a proxy */
    {95, NET_UNREACHABLE, true},  /* HTTP3 */
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
