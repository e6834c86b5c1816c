/* One scripted reply, as JSON describes it. */
#ifndef SIM_REPLY_H
#define SIM_REPLY_H

#include <jansson.h>
#include <stdbool.h>

#include "answer.h"
#include "base/error.h"
#include "request.h"

/* Whether the description is one; refuses members that mean nothing. */
bool reply_check(json_t *reply, struct error *err) MUST_CHECK;

bool reply_matches(const json_t *reply, const struct request *req, const char *target);

/* Makes the answer; `used` is how often the reply was used before. */
void reply_answer(const json_t *reply, const char *target, long used, struct answer *a);

#endif
