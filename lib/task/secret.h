/*
 * Secrets: read from files and the environment, never from an argument, and
 * wiped when they are given back.
 */
#ifndef TASK_SECRET_H
#define TASK_SECRET_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"
#include "net/http.h"

/* The longest SECRET_LINE: it goes into a header, with a name and a scheme before it. */
enum { SECRET_LINE_MAX = NET_HEADER_MAX - 64 };

enum secret_kind {
	SECRET_LINE, /* one line of printable text: a token, a client's secret */
	SECRET_PEM   /* a file of lines: a private key */
};

/*
 * Reads a secret from a file of at most 64 KiB. The owner and the group may read it; a
 * file that others can read or write is refused, so is what is no regular file, what is
 * empty or holds more than one line, blanks or control characters in a SECRET_LINE, or
 * one of more than SECRET_LINE_MAX bytes. One line break at the end is dropped. `what`
 * names it in errors ("the access token"). The caller gives *ret_secret to secret_free().
 */
bool secret_read(const char *path, const char *what, enum secret_kind kind,
                 char **ret_secret, struct error *err) MUST_CHECK;

/*
 * Takes a secret from the environment; an empty variable counts as unset, and
 * then *ret_secret is NULL. False where it holds what a SECRET_LINE may not.
 */
bool secret_from_environment(const char *variable, const char *what, char **ret_secret,
                             struct error *err) MUST_CHECK;

/* Wipes and frees. NULL is fine. */
void secret_free(char *secret);

/* 16 hexadecimal digits that tell secrets apart and do not give them away. */
bool secret_digest(const char *secret, char ret_digest[17]) MUST_CHECK;

#endif
