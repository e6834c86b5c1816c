/* A file that says it is a kept token: nothing but a header's text comes of it. */
#include "task/token_file.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct token_file kept;
	struct error notice = ERROR_INIT;
	struct error err = ERROR_INIT;
	MUST(token_file_read(fuzz_file(data, size), &kept, &notice, &err));
	for (const char *c = kept.token ? kept.token : ""; *c; c++)
		MUST(*c >= ' ' && *c <= '~');
	MUST(strlen(kept.secret) < sizeof kept.secret);
	MUST(!token_file_is_good(&kept, 1800000000) ||
	     (kept.token && kept.expires_at > 1800000000));
	token_file_clear(&kept);
	return 0;
}
