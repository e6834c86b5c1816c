/* Whether what the network options name is there. */
#ifndef CHECK_NETWORK_H
#define CHECK_NETWORK_H

#include "base/compiler.h"
#include "base/error.h"
#include "net/http.h"

/*
 * Looks at the files and the proxy before anything is asked: a typing error is a bad
 * option, never a server that cannot be reached, which a --map could call OK. err names
 * the option.
 */
bool network_check(const struct net_options *net, struct error *err) MUST_CHECK;

#endif
