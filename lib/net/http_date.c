#include "net/http_date.h"

#include <curl/curl.h>

bool net_http_date(const char *text, int64_t *ret_seconds)
{
	time_t seconds = text ? curl_getdate(text, NULL) : (time_t)-1;
	if (seconds == (time_t)-1)
		return false;
	*ret_seconds = (int64_t)seconds;
	return true;
}
