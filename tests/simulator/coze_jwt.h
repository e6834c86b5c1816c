/* The JWT that Coze's OAuth wants, seen from the server. */
#ifndef SIM_COZE_JWT_H
#define SIM_COZE_JWT_H

#include "state.h"

/* Why the text is no JWT that is good for this world; NULL if it is, and
   then its jti is used up. */
const char *coze_jwt_wrong(const struct call *c, const char *text);

#endif
