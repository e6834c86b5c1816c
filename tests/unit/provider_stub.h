/* A provider that is nobody: for tests of what is common to all. */
#ifndef TESTS_PROVIDER_STUB_H
#define TESTS_PROVIDER_STUB_H

#include <stdbool.h>

#include "task/provider.h"

/* The plugin's own settings. */
struct stub {
	bool obtains;       /* wants tokens to be obtained */
	bool signs;         /* signs, and wants no token at all */
	const char *secret; /* what tokens are asked for with */
	bool not_enough;    /* a remembered answer never does */
};

/* GET /task?id=ID&step=STEP; data.status 1 running, 2 ended, 3 failed; a finished task is
 * asked about once more: data.lost is the number of files it lost. */
extern const struct provider stub_provider;

/* The same; its tokens (POST /token) are scarce. */
extern const struct provider stub_scarce_provider;

#endif
