#include "coze_oauth.h"

#include <jansson.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "net/json.h"
#include "task/authorization.h"
#include "task/secret.h"

#define TOKEN_PATH "/api/permission/oauth2/token"
#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:jwt-bearer"

enum {
	TOKEN_SECONDS = 86399, /* the longest that the provider gives */
	JWT_SECONDS = 600,     /* how long the request itself may be used */
	JWT_MAX = 16 * 1024
};

static bool add_base64url(struct strbuf *out, const unsigned char *bytes, size_t n)
{
	if (n == 0 || n > JWT_MAX)
		return false;
	unsigned char *text = malloc((n + 2) / 3 * 4 + 1);
	if (!text)
		return false;
	EVP_EncodeBlock(text, bytes, (int)n);
	for (const unsigned char *c = text; *c && *c != '='; c++)
		strbuf_addc(out, (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c));
	free(text);
	return true;
}

static bool add_json(struct strbuf *out, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	bool good = text && add_base64url(out, (const unsigned char *)text, strlen(text));
	free(text);
	json_decref(json);
	return good;
}

/* No pass phrase is ever asked for. */
static int no_passphrase(char *buffer, int size, int writing, void *ctx)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)ctx;
	return 0;
}

static EVP_PKEY *read_key(const char *pem, struct error *err)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key =
	    bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	ERR_clear_error();
	if (!key)
		error_set(
		    err,
		    "OAuth key: no private key in PEM form, or one with a pass phrase");
	else if (EVP_PKEY_base_id(key) != EVP_PKEY_RSA) {
		error_set(err, "OAuth key: not an RSA key, and RS256 wants one");
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

static bool add_signature(struct strbuf *jwt, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[1024]; /* an RSA key of 8192 bits */
	size_t n = sizeof signature;
	bool good =
	    ctx && strbuf_ok(jwt) &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, signature, &n, (const unsigned char *)strbuf_text(jwt),
	                   jwt->len) == 1;
	EVP_MD_CTX_free(ctx);
	strbuf_addc(jwt, '.');
	return good && add_base64url(jwt, signature, n);
}

bool coze_jwt(const struct coze_claims *claims, const char *key_pem,
              struct strbuf *ret_jwt, struct error *err)
{
	EVP_PKEY *key = read_key(key_pem, err);
	if (!key)
		return false;
	bool good = add_json(ret_jwt, json_pack("{ss ss ss}", "alg", "RS256", "typ",
	                                        "JWT", "kid", claims->key_id));
	strbuf_addc(ret_jwt, '.');
	good = good &&
	       add_json(ret_jwt,
	                json_pack("{ss ss sI sI ss}", "iss", claims->issuer, "aud",
	                          claims->audience, "iat", (json_int_t)claims->issued_at,
	                          "exp", (json_int_t)claims->expires_at, "jti",
	                          claims->jti)) &&
	       add_signature(ret_jwt, key);
	EVP_PKEY_free(key);
	return good && strbuf_ok(ret_jwt)
	           ? true
	           : error_set(err, "OAuth: the request cannot be signed");
}

static bool wanted(const void *own)
{
	return ((const struct coze_settings *)own)->app_id != NULL;
}

static bool load(void *data, struct error *err)
{
	struct coze_settings *own = data;
	if (!secret_read(own->key_file, _("OAuth key"), SECRET_PEM, &own->key, err))
		return false;
	/* A wrong key is told before anything is asked. */
	EVP_PKEY *key = read_key(own->key, err);
	EVP_PKEY_free(key);
	return key != NULL;
}

static void identity(const void *data, struct strbuf *ret_identity)
{
	const struct coze_settings *own = data;
	strbuf_addf(ret_identity, "oauth:%s %s", own->app_id, own->key_id);
}

static const char *secret(const void *own)
{
	return ((const struct coze_settings *)own)->key;
}

static bool make_jwt(const struct provider_run *run, struct strbuf *jwt,
                     struct error *err)
{
	const struct coze_settings *own = run->own;
	unsigned char random[16];
	char jti[2 * sizeof random + 1];
	if (RAND_bytes(random, sizeof random) != 1)
		return error_set(err, "OAuth: libcrypto gives no random numbers");
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(jti + 2 * i, 3, "%02x", random[i]);
	int64_t now = clock_wall();
	const struct coze_claims claims = {
	    own->app_id, run->base->host, own->key_id, jti, now, now + JWT_SECONDS};
	return coze_jwt(&claims, own->key, jwt, err);
}

static bool request(const struct provider_run *run, struct net_request *net,
                    struct error *err)
{
	struct strbuf jwt;
	strbuf_init(&jwt, JWT_MAX);
	bool good = make_jwt(run, &jwt, err) &&
	            authorization_add(net, strbuf_text(&jwt), ' ', err) &&
	            net_request_header(net, "Content-Type", "application/json", err);
	strbuf_clear(&jwt);
	strbuf_addf(&net->url, "%s" TOKEN_PATH, run->base->text);
	strbuf_addf(&net->body,
	            "{\"grant_type\":\"" GRANT_TYPE "\",\"duration_seconds\":%d}",
	            TOKEN_SECONDS);
	return good;
}

bool coze_oauth_error(const json_t *root, struct task *task)
{
	char buffer[32];
	const char *code = "";
	const char *words = net_json_words(root, "error_message");
	struct error err = ERROR_INIT;
	if (!*words)
		words = net_json_words(root, "error");
	if (net_json_text(root, "error_code", true, buffer, &code, &err) ==
	    NET_MEMBER_WRONG)
		code = err.text;
	if (!*code && !*words)
		return false;
	task_set(task, TASK_INVALID, "%s%s%s", code, *code && *words ? ": " : "", words);
	return true;
}

/* Of that shape, or of the API's own, {"code","msg"}. */
static bool refusal(const json_t *root, struct task *task)
{
	json_int_t code = 0;
	struct error err = ERROR_INIT;
	if (coze_oauth_error(root, task))
		return true;
	if (net_json_integer(root, "code", &code, &err) != NET_MEMBER_OK || code == 0)
		return false;
	task_set(task, TASK_INVALID, "code %lld: %s", (long long)code,
	         net_json_words(root, "msg"));
	return true;
}

static const struct envelope oauth_envelope = {.message = "error_message",
                                               .gateway = refusal};

/* expires_in is the absolute time at which the token ends, whatever its name says. */
static bool read_token(const json_t *root, struct provider_token *ret_token,
                       struct task *task)
{
	json_int_t expires_at = 0;
	struct error err = ERROR_INIT;
	const char *text = net_json_words(root, "access_token");
	enum net_member got = net_json_integer(root, "expires_in", &expires_at, &err);
	if (!*text)
		task_set(task, TASK_INVALID, "'access_token' is missing");
	else if (got != NET_MEMBER_OK || expires_at <= 0)
		task_set(task, TASK_INVALID, "'expires_in' is missing or no time");
	else if ((ret_token->text = strdup(text)) == NULL)
		task_set(task, TASK_INVALID, "out of memory");
	else {
		ret_token->expires_at = expires_at;
		return true;
	}
	return false;
}

static bool read_answer(const struct provider_run *run, const struct net_reply *reply,
                        struct provider_token *ret_token, struct task *task,
                        bool *ret_retry)
{
	(void)run;
	json_t *root;
	bool good = false;
	if (envelope_open(&oauth_envelope, reply, task, &root, ret_retry))
		good = read_token(root, ret_token, task);
	else if (root && task->condition == TASK_INVALID &&
	         !json_object_get(root, "code"))
		/* Whatever OAuth's own word, an error here means: there is no token. */
		task->condition = TASK_DENIED;
	json_decref(root);
	return good;
}

const struct provider_tokens coze_tokens = {
    .wanted = wanted,
    .load = load,
    .identity = identity,
    .request = request,
    .read = read_answer,
    .secret = secret,
    .scarce = false,
};
