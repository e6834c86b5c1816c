/* A request, free of the HTTP library it came through. */
#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "base/strbuf.h"

enum { REQUEST_BODY_MAX = 4 << 20 };

/* A TCP connection; which worlds it was used for is noted by their serial numbers. */
struct peer {
	int fd;
	unsigned long worlds[8];
	unsigned world_count;
};

struct request {
	struct peer *peer;
	char *method;
	char *target;      /* path and query, as they were sent */
	char *path;        /* not decoded */
	const char *query; /* behind the '?', "" if there is none; part of target */
	json_t *headers;   /* object, names in lower case */
	struct strbuf body;
};

struct request *request_new(const char *target);
void request_free(struct request *req);

/* One more header; a second of that name is joined to the first by a comma. */
void request_add_header(struct request *req, const char *name, const char *value);

/* A header's value by its lower-case name; NULL if it is not there. */
const char *request_header(const struct request *req, const char *name);

bool request_is(const struct request *req, const char *method);

#endif
