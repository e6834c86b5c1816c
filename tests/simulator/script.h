/* Cases: replies scripted by a test, and what arrived for them. */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <jansson.h>
#include <stdbool.h>

#include "answer.h"
#include "base/error.h"
#include "request.h"

/* Makes a case, or makes it anew. */
bool script_set(const char *name, json_t *spec, struct error *err) MUST_CHECK;

/* What arrived; NULL if there is no such case. The caller decrefs. */
json_t *script_requests(const char *name);

bool script_forget(const char *name);
void script_forget_all(void);

/* Answers a request; target is what stands behind /case/NAME. */
void script_answer(const char *name, const char *target, const struct request *req,
                   struct answer *a);

#endif
