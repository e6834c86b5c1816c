#include "coze_jwt.h"

#include <string.h>

#include "crypto.h"
#include "encode.h"

/* Three parts between dots; head and claims are decoded. */
struct jwt {
	json_t *head;
	json_t *claims;
	struct bytes signature;
	size_t signed_len; /* of the text that was signed */
};

static json_t *read_part(const char *text, size_t len)
{
	struct bytes plain = {0};
	json_t *json = NULL;
	if (base64url_read(text, len, &plain) && plain.len > 0)
		json = json_loadb(plain.data, plain.len, JSON_REJECT_DUPLICATES, NULL);
	bytes_clear(&plain);
	return json;
}

static bool jwt_read(const char *text, struct jwt *ret)
{
	*ret = (struct jwt){0};
	size_t head = strcspn(text, ".");
	if (!text[head])
		return false;
	size_t claims = strcspn(text + head + 1, ".");
	ret->signed_len = head + 1 + claims;
	if (!text[ret->signed_len])
		return false;
	const char *signature = text + ret->signed_len + 1;
	ret->head = read_part(text, head);
	ret->claims = read_part(text + head + 1, claims);
	return ret->head && ret->claims &&
	       base64url_read(signature, strlen(signature), &ret->signature);
}

static void jwt_clear(struct jwt *jwt)
{
	json_decref(jwt->head);
	json_decref(jwt->claims);
	bytes_clear(&jwt->signature);
}

static bool is_text(const json_t *object, const char *name, const char *text)
{
	const char *value = json_string_value(json_object_get(object, name));
	return value && text && strcmp(value, text) == 0;
}

/* The host of the request with its port or without, or the provider's own. */
static bool audience_good(const struct call *c, const json_t *claims)
{
	const char *host = request_header(c->req, "host");
	char *bare = memory_slice(host ? host : "", host ? strcspn(host, ":") : 0);
	bool good = is_text(claims, "aud", host) || is_text(claims, "aud", bare) ||
	            is_text(claims, "aud", "api.coze.cn");
	struct bytes owned = {bare, 0};
	bytes_clear(&owned);
	return good;
}

static const char *times_wrong(const struct call *c, const json_t *claims)
{
	const json_t *issued = json_object_get(claims, "iat");
	const json_t *expires = json_object_get(claims, "exp");
	double now = state_now(c->world);
	if (!json_is_integer(issued) || !json_is_integer(expires))
		return "iat and exp must be integers";
	if (json_number_value(issued) > now)
		return "iat is later than now";
	return json_number_value(expires) <= now ? "the JWT has expired" : NULL;
}

/* Marks the jti as seen. */
static bool is_new(const struct call *c, const json_t *claims)
{
	const char *jti = json_string_value(json_object_get(claims, "jti"));
	if (!jti || !*jti || json_object_get(c->world->ids, jti))
		return false;
	return json_object_set_new(c->world->ids, jti, json_true()) == 0;
}

static const char *wrong(const struct call *c, const char *text, const struct jwt *jwt)
{
	const char *key = state_setting(c->world, "coze_public_key");
	const char *key_id = state_setting(c->world, "coze_key_id");
	const char *app = state_setting(c->world, "coze_app_id");
	if (!is_text(jwt->head, "alg", "RS256"))
		return "alg must be RS256";
	if (key_id && !is_text(jwt->head, "kid", key_id))
		return "kid is unknown";
	if (!rs256_good(key, text, jwt->signed_len, &jwt->signature))
		return "the signature is wrong";
	if (app && !is_text(jwt->claims, "iss", app))
		return "iss is unknown";
	if (!audience_good(c, jwt->claims))
		return "aud is wrong";
	const char *why = times_wrong(c, jwt->claims);
	return why || is_new(c, jwt->claims) ? why : "jti is missing or was seen before";
}

const char *coze_jwt_wrong(const struct call *c, const char *text)
{
	struct jwt jwt;
	const char *why =
	    jwt_read(text, &jwt) ? wrong(c, text, &jwt) : "the JWT is malformed";
	jwt_clear(&jwt);
	return why;
}
