/* What 123pan's endpoints share. */
#ifndef SIM_PAN_H
#define SIM_PAN_H

#include <stdbool.h>

#include "state.h"

#define PAN_TRACE "7d1c0a52-3f1e-4c7b-9d0a-6b1f2e3d4c5b_kong-db-cloudsim"

/* A refusal in the provider's envelope, HTTP 200. */
void pan_error(struct call *c, int code, const char *message);

/* Whether the Platform header is there; refuses if not. */
bool pan_has_platform(struct call *c);

#endif
