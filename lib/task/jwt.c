#include "task/jwt.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* Of base64url; libcrypto's decoder would skip blanks. */
#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
enum { PAYLOAD_MAX = 16 * 1024 };

/* Decodes base64url without padding. The caller frees; NULL where it is none. */
static unsigned char *decode(const char *text, size_t n, size_t *ret_len)
{
	size_t padded = (n + 3) / 4 * 4;
	if (n == 0 || n > PAYLOAD_MAX || n % 4 == 1 || strspn(text, ALPHABET) < n)
		return NULL;
	unsigned char *plain = malloc(padded + 1);
	unsigned char *out = malloc(padded);
	bool good = plain && out;
	for (size_t i = 0; good && i < padded; i++) {
		char c = i < n ? text[i] : '=';
		plain[i] = (unsigned char)(c == '-' ? '+' : c == '_' ? '/' : c);
	}
	if (good && EVP_DecodeBlock(out, plain, (int)padded) < 0)
		good = false;
	free(plain);
	if (good) {
		*ret_len = n / 4 * 3 + (n % 4 ? n % 4 - 1 : 0);
		return out;
	}
	free(out);
	return NULL;
}

bool jwt_expiry(const char *token, int64_t *ret_expires_at)
{
	const char *first = strchr(token, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;
	if (!second || strchr(second + 1, '.'))
		return false;
	size_t len = 0;
	unsigned char *payload = decode(first + 1, (size_t)(second - first - 1), &len);
	if (!payload)
		return false;
	json_t *claims = json_loadb((const char *)payload, len, 0, NULL);
	free(payload);
	const json_t *exp = json_object_get(claims, "exp");
	bool good = json_is_number(exp) && json_number_value(exp) >= 1 &&
	            json_number_value(exp) < 1e12;
	if (good)
		*ret_expires_at = (int64_t)json_number_value(exp);
	json_decref(claims);
	return good;
}
