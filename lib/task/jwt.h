/* What a JSON Web Token (RFC 7519) says of its own end; nothing else of it is read. */
#ifndef TASK_JWT_H
#define TASK_JWT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/*
 * The `exp` claim of a token of three base64url parts, seconds since 1970. False for any
 * other token. The signature is not checked: it is the issuer's word on its own token,
 * for a warning, never for access.
 */
bool jwt_expiry(const char *token, int64_t *ret_expires_at) MUST_CHECK;

#endif
