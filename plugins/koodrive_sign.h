/*
 * KooDrive's application authentication: HMAC-SHA256 over a canonical request,
 * after the provider's pages koodrive_05_0029 to 0035. Not APIG's AK/SK
 * signature: there is no date line, and the scheme's name is another.
 */
#ifndef PLUGIN_KOODRIVE_SIGN_H
#define PLUGIN_KOODRIVE_SIGN_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/strbuf.h"

struct koodrive_request {
	const char *method; /* "GET" */
	const char *path;   /* as sent, escaped, without a query */
	const char *host; /* as in the Host header, the port included where it is sent */
	const char *date; /* X-Date: 20240909T033325Z */
	const char *user_id; /* X-User-Id */
};

/*
 * Adds the value of the Authorization header:
 * "HMAC-SHA256 AppId=ID,SignedHeaders=host;x-date;x-user-id,Signature=HEX".
 */
bool koodrive_sign(const struct koodrive_request *request, const char *app_id,
                   const char *app_secret, struct strbuf *ret_value,
                   struct error *err) MUST_CHECK;

/* Adds the canonical request, as it is hashed: for the tests. */
void koodrive_canonical(const struct koodrive_request *request, struct strbuf *ret_text);

#endif
