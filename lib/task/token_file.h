/*
 * An obtained token as it is kept in the state directory, for all checks of
 * one account. The format is described in docs/state.md.
 */
#ifndef TASK_TOKEN_FILE_H
#define TASK_TOKEN_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "task/condition.h"
#include "task/statedir.h"

struct token_file {
	char *token;         /* NULL: none is kept */
	int64_t expires_at;  /* seconds since 1970 */
	int64_t obtained_at; /* seconds since 1970 */
	char *refusal;       /* why the last request for one failed; NULL: it did not */
	enum task_condition condition; /* that came of it: denied, invalid, unreachable */
	int64_t refused_at;
	int64_t wait;    /* nobody asks again for so many seconds from refused_at */
	char secret[17]; /* digest of the secret that was refused */
};

/*
 * Reads the file; all is empty where there is none, or one that is not readable: that one
 * is set aside, said in ret_notice. False where it cannot be opened, or read for want of
 * memory: it stays as it is.
 */
bool token_file_read(const char *path, struct token_file *ret_kept,
                     struct error *ret_notice, struct error *err) MUST_CHECK;
bool token_file_write(struct statedir_write *write, const struct token_file *kept,
                      struct error *err) MUST_CHECK;
void token_file_clear(struct token_file *kept);

/* Whether a token can go into a header: only visible ASCII and blanks, not too long. */
bool token_fits_header(const char *token);

/*
 * Whether the token can be used at this time, a margin before its end kept. One whose end
 * lay in the past already when it came is used, too: a clock is wrong, another token
 * would be no better, and the API will say when it has ended.
 */
bool token_file_is_good(const struct token_file *kept, int64_t now);

#endif
