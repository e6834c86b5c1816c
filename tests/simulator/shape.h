/* How each endpoint's answers are built, and what its provider says when it refuses. */
#ifndef SIM_SHAPE_H
#define SIM_SHAPE_H

#include <jansson.h>
#include <stdbool.h>

#include "answer.h"

enum endpoint {
	ENDPOINT_COPY,
	ENDPOINT_COPY_LIST,
	ENDPOINT_OFFLINE,
	ENDPOINT_KOODRIVE,
	ENDPOINT_COZE,
	ENDPOINT_PAN_TOKEN,
	ENDPOINT_COZE_TOKEN,
	ENDPOINT_COUNT
};

enum refusal {
	REFUSAL_DENIED,
	REFUSAL_DENIED_HTTP,
	REFUSAL_LIMIT,
	REFUSAL_NOTFOUND,
	REFUSAL_COUNT
};

struct shape {
	const char *path;    /* what the provider's path begins with */
	bool flat;           /* members stand beside the code, not in "data" */
	const char *status;  /* the member that decides */
	const char *unknown; /* a status that no document knows, as JSON */
	const char *string;  /* the good status as a string, as JSON */
	const char *good;    /* a finished task's answer */
	struct {
		unsigned status;
		const char *body;
	} refusals[REFUSAL_COUNT];
};

const struct shape *shape_of(enum endpoint endpoint);

/* The endpoint that a target belongs to; copy if it is none's. */
enum endpoint shape_guess(const char *target);

void shape_refuse(enum endpoint endpoint, enum refusal refusal, struct answer *a);

/* Turns a good answer into that of a failed task with this message (taken over). */
void shape_fail(enum endpoint endpoint, json_t *answer, json_t *message);

#endif
