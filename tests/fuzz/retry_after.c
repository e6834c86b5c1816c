/* Retry-After and Date, each a line of the input; and the ends of tokens. */
#include "fuzz.h"
#include "net/http_retry.h"
#include "task/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *value = fuzz_text(data, size);
	char *date = strchr(value, '\n');
	int64_t end = -1;
	MUST(!jwt_expiry(value, &end) || (end > 0 && end < 1000000000000));
	if (date)
		*date++ = '\0';
	double seconds = net_retry_after(value, date);
	MUST(seconds == -1 || (seconds >= 0 && seconds < 1e18));
	free(value);
	return 0;
}
