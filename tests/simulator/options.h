/* The command line. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>

#include "base/error.h"

struct options {
	unsigned port;
	unsigned tls_port;
	bool tls;
	const char *cert;
	const char *key;
	const char *port_file;
	bool demo;
	bool help;
};

bool options_parse(int argc, char **argv, struct options *ret,
                   struct error *err) MUST_CHECK;
void options_help(void);

#endif
