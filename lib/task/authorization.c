#include "task/authorization.h"

#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "task/secret.h"

static bool has_scheme(const char *token)
{
	static const char *const schemes[] = {"Bearer", "AT"};
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t n = strlen(schemes[i]);
		if (strncasecmp(token, schemes[i], n) == 0 &&
		    (token[n] == '+' || token[n] == ' '))
			return true;
	}
	return false;
}

bool authorization_add(struct net_request *request, const char *token, char separator,
                       struct error *err)
{
	struct strbuf value;
	strbuf_init(&value, NET_HEADER_MAX);
	if (separator && !has_scheme(token))
		strbuf_addf(&value, "Bearer%c", separator);
	strbuf_adds(&value, token);
	bool good = strbuf_ok(&value) ? net_request_header(request, "Authorization",
	                                                   strbuf_text(&value), err)
	                              : error_set(err, "the token is too long");
	secret_free(strbuf_take(&value));
	return good;
}
