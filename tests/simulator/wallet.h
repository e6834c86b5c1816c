/* The access tokens that a world has issued. */
#ifndef SIM_WALLET_H
#define SIM_WALLET_H

#include <stdbool.h>
#include <stddef.h>

struct token {
	char *text;
	double expires; /* in the world's time */
};

struct wallet {
	struct token *tokens; /* oldest first */
	size_t count;
	size_t room;
};

/* A new token; with `most` alive the oldest is kicked out. Valid until the next call. */
const char *wallet_issue(struct wallet *w, size_t most, double now, double expires);

bool wallet_holds(const struct wallet *w, const char *text, double now);

/* Drops the expired and counts the others. */
size_t wallet_live(struct wallet *w, double now);

void wallet_clear(struct wallet *w);

#endif
