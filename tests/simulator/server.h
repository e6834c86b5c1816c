/* The listeners. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdbool.h>

#include "base/error.h"

struct server; /* one listener */

/* Listens on 127.0.0.1. cert and key are PEM texts, NULL for plain http. */
struct server *server_new(unsigned port, char *cert, char *key, struct error *err);
unsigned server_port(const struct server *server);
void server_free(struct server *server);

#endif
