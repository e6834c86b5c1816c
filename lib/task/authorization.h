/* The Authorization header of a request with a token. */
#ifndef TASK_AUTHORIZATION_H
#define TASK_AUTHORIZATION_H

#include "base/compiler.h"
#include "base/error.h"
#include "net/http.h"

/*
 * Adds "Authorization: Bearer" + separator + token. A token that carries its scheme
 * already ("Bearer x", "Bearer+x", "AT x") is sent as it is; so is any token for the
 * separator 0. What held it in between is wiped.
 */
bool authorization_add(struct net_request *request, const char *token, char separator,
                       struct error *err) MUST_CHECK;

#endif
