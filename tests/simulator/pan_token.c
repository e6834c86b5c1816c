/* 123pan: the endpoint that issues access tokens. */
#include <string.h>

#include "base/clock.h"
#include "check.h"
#include "pan.h"
#include "provider.h"

enum { LIFETIME = 30 * 86400, TOKENS = 3, EAST_8 = 8 * 3600 };

/* The provider's own time zone is UTC+8. */
static json_t *expiry(double when)
{
	char text[32];
	clock_format_utc((int64_t)when + EAST_8, false, text);
	text[strcspn(text, "Z")] = '\0';
	return json_sprintf("%s+08:00", text);
}

static bool client_good(const struct call *c, const json_t *body)
{
	const char *id = json_string_value(json_object_get(body, "clientID"));
	const char *secret = json_string_value(json_object_get(body, "clientSecret"));
	const char *own_id = state_setting(c->world, "client_id");
	const char *own_secret = state_setting(c->world, "client_secret");
	return id && secret && (!own_id || strcmp(id, own_id) == 0) &&
	       (!own_secret || strcmp(secret, own_secret) == 0);
}

static void issue(struct call *c)
{
	struct world *w = c->world;
	double now = state_now(w);
	double expires = now + check_seconds(w->settings, "token_lifetime", LIFETIME);
	size_t most = (size_t)check_integer(w->settings, "max_tokens", TOKENS);
	bool refuse = json_is_true(json_object_get(w->settings, "refuse_over_limit"));
	if (refuse && wallet_live(&w->pan, now) >= most) {
		w->refused++;
		pan_error(c, 401, "tokens number has exceeded the limit");
		return;
	}
	const char *token = wallet_issue(&w->pan, most, now, expires);
	w->tokens_issued++;
	json_t *data =
	    json_pack("{s:s,s:o}", "accessToken", token, "expiredAt", expiry(expires));
	json_t *good = json_pack("{s:i,s:s,s:o,s:s}", "code", 0, "message", "ok", "data",
	                         data, "x-traceID", PAN_TRACE);
	call_answer(c, "", good, state_setting(w, "token_fault"));
}

void pan_token(struct call *c)
{
	c->world->token_requests++;
	c->out->delay = check_seconds(c->world->settings, "token_delay", 0);
	if (!pan_has_platform(c))
		return;
	json_t *body = json_loadb(strbuf_text(&c->req->body), c->req->body.len, 0, NULL);
	if (client_good(c, body)) {
		issue(c);
	} else {
		c->world->refused++;
		pan_error(c, 401, "client_id or client_secret is wrong");
	}
	json_decref(body);
}
