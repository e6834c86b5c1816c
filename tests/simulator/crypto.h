/*
 * GnuTLS's cryptography. The plugins use another library, so that a signature
 * which both agree upon is not one library agreeing with itself.
 */
#ifndef SIM_CRYPTO_H
#define SIM_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>

#include "memory.h"

enum { HASH_TEXT = 65 }; /* 256 bits in hex, and the NUL */

void sha256_hex(const char *data, size_t len, char ret[HASH_TEXT]);
void hmac_sha256_hex(const char *key, const char *text, char ret[HASH_TEXT]);

/* 256 random bits in hex. */
void random_hex(char ret[HASH_TEXT]);

/* Whether a signature by RSASSA-PKCS1-v1_5 with SHA-256 is that of the key's owner. */
bool rs256_good(const char *public_key_pem, const char *data, size_t len,
                const struct bytes *signature);

bool public_key_good(const char *pem);

#endif
