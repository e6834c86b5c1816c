/*
 * The state directory: small files, written whole under a lock held briefly.
 *
 * A file is replaced by renaming a synced temporary file, so that a reader
 * sees the old or the new one, never a part. Mode 0600.
 */
#ifndef TASK_STATEDIR_H
#define TASK_STATEDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/compiler.h"
#include "base/error.h"

enum { STATEDIR_FILE_MAX = 64 * 1024 * 1024 }; /* the longest file read, in bytes */

/*
 * Adds the name of a file: "KIND-KEY.json" where KEY is 16 hex digits of the
 * parts (NULL-terminated list of strings), so that no part can escape.
 */
bool statedir_path(const char *dir, const char *kind, const char *const *parts,
                   char **ret_path, struct error *err) MUST_CHECK;

/* Checks that dir is a directory of ours or root's (root may use any) which only owner
   and group can write to, and that we may. */
bool statedir_check(const char *dir, struct error *err) MUST_CHECK;

struct statedir_lock {
	int fd;
};

/* Locks the file's own lock (PATH.lock), waiting until the deadline on clock_steady(). */
bool statedir_lock(const char *path, double deadline, struct statedir_lock *ret_lock,
                   struct error *err) MUST_CHECK;
void statedir_unlock(struct statedir_lock *lock);

/*
 * Opens a file for reading. *ret_file is NULL where there is none yet, and where it is of
 * no use: *ret_wrong then says why, and the file is to be set aside. A symbolic link,
 * another user's file, or one that others can read or change is an error: somebody
 * meddles.
 */
bool statedir_read(const char *path, FILE **ret_file, const char **ret_wrong,
                   struct error *err) MUST_CHECK;

/* A file under way. */
struct statedir_write {
	FILE *file;
	char *temporary;
	const char *path;
};

/*
 * Begins a new version; write to ->file. reserve bytes of disk are taken at
 * once (0: none), so that a full disk is known before it matters.
 */
bool statedir_begin(const char *path, size_t reserve, struct statedir_write *ret_write,
                    struct error *err) MUST_CHECK;
/* Syncs and renames. On failure the old version stands. Ends the write in any case. */
bool statedir_commit(struct statedir_write *write, struct error *err) MUST_CHECK;
void statedir_abandon(struct statedir_write *write);

/* Renames an unreadable file to PATH.bad (replacing an older one), and says so. */
void statedir_set_aside(const char *path, const char *why, struct error *ret_notice);

#endif
