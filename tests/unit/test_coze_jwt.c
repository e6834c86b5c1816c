#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "coze_oauth.h"
#include "suites.h"
#include "table.h"
#include "task/jwt.h"

static const struct coze_claims claims = {.issuer = "app-1",
                                          .audience = "api.coze.cn",
                                          .key_id = "key-1",
                                          .jti = "00ff",
                                          .issued_at = 1700000000,
                                          .expires_at = 1700000600};

static bool sign(const char *key_file, const struct coze_claims *what,
                 struct strbuf *ret_jwt, struct error *err)
{
	char *key = table_slurp(key_file, NULL);
	strbuf_init(ret_jwt, 20000);
	bool good = coze_jwt(what, key, ret_jwt, err);
	free(key);
	return good;
}

/* Base64url, read without the code that is tested. */
static size_t decode(const char *text, size_t n, unsigned char *out)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t len = 0;
	unsigned bits = 0;
	unsigned held = 0;
	for (size_t i = 0; i < n; i++) {
		const char *digit = strchr(alphabet, text[i]);
		ck_assert_msg(text[i] && digit, "'%c' is not of base64url", text[i]);
		held = (held << 6 | (unsigned)(digit - alphabet)) & 0xFFFF;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[len++] = (unsigned char)(held >> bits);
		}
	}
	return len;
}

static json_t *part(const char *text, size_t n)
{
	unsigned char bytes[4096];
	json_error_t error;
	ck_assert_uint_lt(n, sizeof bytes);
	json_t *json = json_loadb((const char *)bytes, decode(text, n, bytes), 0, &error);
	ck_assert_msg(json != NULL, "%s", error.text);
	return json;
}

/* Made by the openssl command line: tests/data/signatures/README. */
START_TEST(as_openssl_signs_it)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	char *expected = table_slurp("signatures/coze.jwt", NULL);
	ck_assert_msg(sign("keys/rsa.pem", &claims, &jwt, &err), "%s", err.text);
	ck_assert_str_eq(strbuf_text(&jwt), expected);
	strbuf_clear(&jwt);
	free(expected);
}
END_TEST

START_TEST(the_old_form_of_a_key)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	char *expected = table_slurp("signatures/coze.jwt", NULL);
	ck_assert_msg(sign("keys/rsa-pkcs1.pem", &claims, &jwt, &err), "%s", err.text);
	ck_assert_str_eq(strbuf_text(&jwt), expected);
	strbuf_clear(&jwt);
	free(expected);
}
END_TEST

START_TEST(the_claims)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	const struct coze_claims odd = {"应用\"1\"", "127.0.0.1:8080", "k\\2", "j",
	                                1,           4102444800};
	ck_assert(sign("keys/rsa.pem", &odd, &jwt, &err));
	const char *head = strbuf_text(&jwt);
	const char *body = strchr(head, '.') + 1;
	const char *signature = strchr(body, '.') + 1;
	ck_assert_ptr_null(strchr(signature, '.'));
	ck_assert_ptr_null(strpbrk(head, "+/= \n"));
	json_t *json = part(head, (size_t)(body - head - 1));
	ck_assert_str_eq(json_string_value(json_object_get(json, "alg")), "RS256");
	ck_assert_str_eq(json_string_value(json_object_get(json, "typ")), "JWT");
	ck_assert_str_eq(json_string_value(json_object_get(json, "kid")), "k\\2");
	json_decref(json);
	json = part(body, (size_t)(signature - body - 1));
	ck_assert_str_eq(json_string_value(json_object_get(json, "iss")), "应用\"1\"");
	ck_assert_str_eq(json_string_value(json_object_get(json, "aud")),
	                 "127.0.0.1:8080");
	ck_assert_str_eq(json_string_value(json_object_get(json, "jti")), "j");
	ck_assert_int_eq(json_integer_value(json_object_get(json, "iat")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "exp")), 4102444800);
	ck_assert_uint_eq(json_object_size(json), 5);
	json_decref(json);
	int64_t expiry;
	ck_assert(jwt_expiry(head, &expiry)); /* and our own reader reads it */
	ck_assert_int_eq(expiry, 4102444800);
	strbuf_clear(&jwt);
}
END_TEST

static bool verifies(const char *jwt)
{
	unsigned char signature[1024];
	char *pem = table_slurp("keys/rsa.pub.pem", NULL);
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	ck_assert_ptr_nonnull(key);
	const char *dot = strrchr(jwt, '.');
	size_t n = decode(dot + 1, strlen(dot + 1), signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ck_assert_int_eq(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	bool good = EVP_DigestVerify(ctx, signature, n, (const unsigned char *)jwt,
	                             (size_t)(dot - jwt)) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	BIO_free(bio);
	free(pem);
	return good;
}

START_TEST(the_signature_verifies)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	struct coze_claims other = claims;
	other.issued_at += _i;
	ck_assert(sign("keys/rsa.pem", &other, &jwt, &err));
	ck_assert(verifies(strbuf_text(&jwt)));
	jwt.data[5] = jwt.data[5] == 'A' ? 'B' : 'A';
	ck_assert(!verifies(strbuf_text(&jwt)));
	strbuf_clear(&jwt);
}
END_TEST

static const struct {
	const char *file;
	const char *says;
} refused[] = {
    {"keys/ec.pem", "not an RSA key"},
    {"keys/ed25519.pem", "not an RSA key"},
    {"keys/rsa-pss.pem", "not an RSA key"},
    {"keys/rsa-encrypted.pem", "pass phrase"},
    {"keys/rsa-pkcs1-encrypted.pem", "pass phrase"},
    {"keys/rsa.pub.pem", "no private key"},
    {"keys/README", "no private key"},
};

/* And nobody is asked for a pass phrase: that would wait for ever. */
START_TEST(other_keys_are_refused)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	ck_assert(!sign(refused[_i].file, &claims, &jwt, &err));
	ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
	strbuf_clear(&jwt);
}
END_TEST

START_TEST(claims_that_are_not_utf8)
{
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	struct coze_claims bad = claims;
	bad.issuer = "\xFF";
	ck_assert(!sign("keys/rsa.pem", &bad, &jwt, &err));
	ck_assert(error_is_set(&err));
	strbuf_clear(&jwt);
}
END_TEST

START_TEST(no_room)
{
	char *key = table_slurp("keys/rsa.pem", NULL);
	struct strbuf jwt;
	struct error err = ERROR_INIT;
	strbuf_init(&jwt, 100);
	ck_assert(!coze_jwt(&claims, key, &jwt, &err));
	ck_assert(error_is_set(&err));
	strbuf_clear(&jwt);
	free(key);
}
END_TEST

Suite *coze_jwt_suite(void)
{
	Suite *suite = suite_create("coze_jwt");
	TCase *tc = tcase_create("coze_jwt");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, as_openssl_signs_it);
	tcase_add_test(tc, the_old_form_of_a_key);
	tcase_add_test(tc, the_claims);
	tcase_add_loop_test(tc, the_signature_verifies, 0, 4);
	tcase_add_loop_test(tc, other_keys_are_refused, 0, (int)ARRAY_LEN(refused));
	tcase_add_test(tc, claims_that_are_not_utf8);
	tcase_add_test(tc, no_room);
	suite_add_tcase(suite, tc);
	return suite;
}
