#include "crypto.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void to_hex(const unsigned char hash[32], char ret[HASH_TEXT])
{
	for (size_t i = 0; i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", (unsigned)hash[i]);
}

void sha256_hex(const char *data, size_t len, char ret[HASH_TEXT])
{
	unsigned char hash[32] = {0};
	gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, hash);
	to_hex(hash, ret);
}

void hmac_sha256_hex(const char *key, const char *text, char ret[HASH_TEXT])
{
	unsigned char hash[32] = {0};
	gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), text, strlen(text), hash);
	to_hex(hash, ret);
}

void random_hex(char ret[HASH_TEXT])
{
	unsigned char bytes[32] = {0};
	gnutls_rnd(GNUTLS_RND_NONCE, bytes, sizeof bytes);
	to_hex(bytes, ret);
}

static bool import(const char *pem, gnutls_pubkey_t *ret)
{
	gnutls_datum_t text = {(unsigned char *)memory_text(pem), (unsigned)strlen(pem)};
	bool ok = gnutls_pubkey_init(ret) >= 0;
	if (ok && gnutls_pubkey_import(*ret, &text, GNUTLS_X509_FMT_PEM) < 0) {
		gnutls_pubkey_deinit(*ret);
		ok = false;
	}
	free(text.data);
	return ok;
}

bool public_key_good(const char *pem)
{
	gnutls_pubkey_t key;
	if (!import(pem, &key))
		return false;
	gnutls_pubkey_deinit(key);
	return true;
}

bool rs256_good(const char *public_key_pem, const char *data, size_t len,
                const struct bytes *signature)
{
	gnutls_pubkey_t key;
	if (!import(public_key_pem, &key))
		return false;
	struct bytes copy = {0};
	bytes_set(&copy, data, len);
	gnutls_datum_t text = {(unsigned char *)copy.data, (unsigned)copy.len};
	gnutls_datum_t sign = {(unsigned char *)signature->data,
	                       (unsigned)signature->len};
	int rc = gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_RSA_SHA256, 0, &text, &sign);
	bytes_clear(&copy);
	gnutls_pubkey_deinit(key);
	return rc >= 0;
}
