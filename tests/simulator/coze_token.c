/* Coze: the OAuth endpoint that gives an access token for a JWT. */
#include <string.h>

#include "check.h"
#include "coze_jwt.h"
#include "provider.h"

#define GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"

enum { LIFETIME = 900, LIFETIME_MAX = 86399, TOKENS = 1000 };

static void refuse(struct call *c, unsigned status, const char *error,
                   const char *message)
{
	c->world->refused++;
	answer_json(c->out, status,
	            json_pack("{s:s,s:s,s:s}", "error_code", error, "error_message",
	                      message, "error", error));
}

static void issue(struct call *c, long seconds)
{
	struct world *w = c->world;
	double now = state_now(w);
	double expires =
	    now + check_seconds(w->settings, "coze_lifetime", (double)seconds);
	const char *token = wallet_issue(&w->coze, TOKENS, now, expires);
	w->tokens_issued++;
	json_t *good = json_pack("{s:s,s:I,s:s}", "access_token", token, "expires_in",
	                         (json_int_t)expires, "token_type", "Bearer");
	call_answer(c, "", good, state_setting(w, "token_fault"));
}

static void answer(struct call *c, const json_t *body)
{
	const char *grant = json_string_value(json_object_get(body, "grant_type"));
	const char *given = request_header(c->req, "authorization");
	long seconds = check_integer(body, "duration_seconds", LIFETIME);
	const char *why = NULL;
	if (!grant || strcmp(grant, GRANT) != 0)
		refuse(c, 400, "unsupported_grant_type", "grant_type is wrong");
	else if (seconds < 1 || seconds > LIFETIME_MAX)
		refuse(c, 400, "invalid_request", "duration_seconds is out of range");
	else if (!given || strncmp(given, "Bearer ", 7) != 0)
		refuse(c, 401, "invalid_client", "Authorization is missing");
	else if (state_setting(c->world, "coze_public_key") &&
	         (why = coze_jwt_wrong(c, given + 7)))
		refuse(c, 401, "invalid_client", why);
	else
		issue(c, seconds);
}

void coze_token(struct call *c)
{
	c->world->token_requests++;
	c->out->delay = check_seconds(c->world->settings, "token_delay", 0);
	json_t *body = json_loadb(strbuf_text(&c->req->body), c->req->body.len, 0, NULL);
	answer(c, body);
	json_decref(body);
}
