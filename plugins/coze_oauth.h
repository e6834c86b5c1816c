/*
 * Coze's OAuth for applications (JWT): a JSON Web Token signed with RS256 is
 * exchanged for an access token at /api/permission/oauth2/token.
 */
#ifndef PLUGIN_COZE_OAUTH_H
#define PLUGIN_COZE_OAUTH_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "task/provider.h"

struct coze_settings {
	const char *app_id;
	const char *key_id;
	const char *key_file;
	char *key; /* PEM */
};

extern const struct provider_tokens coze_tokens;

/* Recognises an error in the form of OAuth, which the API's gateway has, too:
   {"error_code":"...","error_message":"...","error":"..."}. Sets the task `invalid`. */
bool coze_oauth_error(const json_t *root, struct task *task);

/* Who asks, for how long, and with which number that is used once. */
struct coze_claims {
	const char *issuer;   /* the application's id */
	const char *audience; /* the API's host */
	const char *key_id;
	const char *jti;
	int64_t issued_at;  /* seconds since 1970 */
	int64_t expires_at; /* seconds since 1970 */
};

/* Adds HEADER.CLAIMS.SIGNATURE. The key is a PEM text; anything but RSA is refused. */
bool coze_jwt(const struct coze_claims *claims, const char *key_pem,
              struct strbuf *ret_jwt, struct error *err) MUST_CHECK;

#endif
