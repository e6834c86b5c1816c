/* Does nothing, with the same libraries: what the loader alone costs. */
#include <curl/curl.h>
#include <jansson.h>
#include <openssl/evp.h>

#include "ini.h"

/* Named, so that no linker leaves a library out; never called. */
static void use_all(void)
{
	(void)curl_version();
	(void)json_null();
	(void)EVP_sha256();
	(void)ini_parse_string("", NULL, NULL);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1000000)
		use_all();
	return 0;
}
