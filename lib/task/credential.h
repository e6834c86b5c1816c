/*
 * The one credential of a run: a token that was given, a token that was
 * obtained and is kept in the state directory, or none where requests are
 * signed.
 */
#ifndef TASK_CREDENTIAL_H
#define TASK_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "task/condition.h"
#include "task/provider.h"
#include "task/statedir.h"

/* Where a run takes its credential from. */
struct credential_options {
	const struct provider *provider;
	void *own;              /* the plugin's settings */
	const char *token_file; /* NULL: none given */
	const struct net_base *base;
	const struct net_options *net; /* for token requests */
	const char *state_dir;         /* where obtained tokens are kept */
};

struct credential;

/* Makes one; reads files and the environment, asks nothing yet. NULL: why is in err. */
struct credential *credential_new(const struct credential_options *options,
                                  struct error *err) MUST_CHECK;
void credential_free(struct credential *credential);

/*
 * Makes sure that there is a token, obtaining one if need be: 100 checks at
 * once ask for one. On failure ret_failure, which the caller has zeroed, holds condition
 * and message, as they are to be given to every task, and false is returned.
 */
bool credential_open(struct credential *credential, struct task *ret_failure) MUST_CHECK;

/*
 * The token `use` was refused. Returns whether there is a newer one now: one
 * that another check obtained, or a new one, taken at most once in ten
 * minutes. Else ret_why may hold words to add.
 */
bool credential_replace(struct credential *credential, unsigned use,
                        struct strbuf *ret_why);

/* The token, NULL where none is used. Lent until the next call of credential_open() or
   of credential_replace(). */
const char *credential_token(const struct credential *credential);
/* Hides the token, and the one that it replaced, in what an answer said. */
void credential_mask(const struct credential *credential, struct task *task);
/* Which token it is, counted up with each replacement. */
unsigned credential_use(const struct credential *credential);

/* Seconds since 1970 at which the token expires; false where that is not known. */
bool credential_expiry(const struct credential *credential, int64_t *ret_expires_at);

/* Whether only a given token says that of itself, and not its issuer. */
bool credential_expiry_is_claim(const struct credential *credential);

/* Names the account, never by a secret: part of the key of the history. Lives as long. */
const char *credential_account(const struct credential *credential);
/* 16 hex digits of a given token, "" for an obtained one or a signature. A remembered
   answer holds for this token only. */
const char *credential_digest(const struct credential *credential);

/* A word on the state directory, where it could not be used as wished, or on a token
   that ended before it came; NULL: none. */
const char *credential_notice(const struct credential *credential);

#endif
