/* Names something of each library that the plugins need, in a way that no linker leaves
   one out: the yardsticks are to be loaded as the plugins are. */
#ifndef BENCH_LIBRARIES_H
#define BENCH_LIBRARIES_H

#include <curl/curl.h>
#include <jansson.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdbool.h>

#include "ini.h"

/* Never true; what follows from it must differ, or the compiler drops it. */
static inline bool uses_all_libraries(int argc)
{
	return argc > 1000000 && curl_version() && json_null() && EVP_sha256() &&
	       ini_parse_string("", NULL, NULL) == 0 && cos((double)argc) > 2;
}

#endif
