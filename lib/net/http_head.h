/* The header lines of one answer, kept to be asked by name. For the engine. */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/strbuf.h"

struct net_head {
	struct strbuf lines; /* "Name\0value\0", one after another */
	bool whole;          /* the blank line was seen; what follows are trailers */
};

void net_head_init(struct net_head *head);
void net_head_clear(struct net_head *head);

/* Forgets the lines; keeps the room. */
void net_head_reset(struct net_head *head);

/* Takes a line as libcurl gives it. A status line begins a new answer (after "100
   Continue", say). False where it is too much, holds a NUL, or memory ran out. */
bool net_head_add(struct net_head *head, const char *line, size_t len) MUST_CHECK;

/* The value of the first line of this name, in any case; NULL where there is none. */
const char *net_head_find(const struct net_head *head, const char *name);

#endif
