/* What a world remembers, for those who play the providers in it. */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include <jansson.h>

#include "answer.h"
#include "request.h"
#include "shape.h"
#include "wallet.h"

struct world {
	struct world *next;
	char *name;
	unsigned long serial;
	json_t *settings; /* object, see the README */
	json_t *tasks;    /* "system/id": the task, null if it was removed */
	json_t *used;     /* "endpoint/id": a once-fault was used there */
	json_t *ids;      /* the jti of JWTs seen */
	struct wallet pan;
	struct wallet coze;
	long requests;
	long token_requests;
	long tokens_issued;
	long refused;
	long connections;
};

/* One request to one endpoint of a world. */
struct call {
	struct world *world;
	enum endpoint endpoint;
	const char *rest; /* the path behind the endpoint's own, not decoded */
	const struct request *req;
	struct answer *out;
};

/* The world's idea of now, seconds since 1970. */
double state_now(const struct world *w);

/* A setting's text; NULL where it is not set. */
const char *state_setting(const struct world *w, const char *name);

/* Answers with the provider's refusal, and counts it. */
void call_refuse(struct call *c, enum refusal refusal);

/*
 * Whether the token is good for this world: the fixed one, or one issued here.
 * `guarded` says that the provider's own check is on.
 */
bool call_token_good(const struct call *c, const char *token, const struct wallet *wallet,
                     bool guarded);

/* Answers with good JSON (taken over), spoilt by the fault if there is one. */
void call_answer(struct call *c, const char *id, json_t *good, const char *fault);

#endif
