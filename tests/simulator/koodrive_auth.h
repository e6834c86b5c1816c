/* KooDrive's application authentication, seen from the server. */
#ifndef SIM_KOODRIVE_AUTH_H
#define SIM_KOODRIVE_AUTH_H

#include "state.h"

#define KOODRIVE_SCHEME "HMAC-SHA256 "

/* Why the request's signature is not good; NULL if it is. */
const char *koodrive_signature_wrong(const struct call *c);

#endif
