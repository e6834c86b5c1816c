#include "task/statedir.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/strbuf.h"

enum { PATH_LENGTH_MAX = 4000, KEY_BYTES = 8 };

bool statedir_path(const char *dir, const char *kind, const char *const *parts,
                   char **ret_path, struct error *err)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	bool good = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1;
	for (; good && *parts; parts++) /* the NUL between them is part of the key */
		good = EVP_DigestUpdate(digest, *parts, strlen(*parts) + 1) == 1;
	good = good && EVP_DigestFinal_ex(digest, hash, &n) == 1 && n >= KEY_BYTES;
	EVP_MD_CTX_free(digest);
	if (!good)
		return error_set(err, "libcrypto gives no SHA-256");
	struct strbuf path;
	strbuf_init(&path, PATH_LENGTH_MAX);
	strbuf_addf(&path, "%s/%s-", dir, kind);
	for (size_t i = 0; i < KEY_BYTES; i++)
		strbuf_addf(&path, "%02x", hash[i]);
	strbuf_adds(&path, ".json");
	*ret_path = strbuf_take(&path);
	return *ret_path ? true
	                 : error_set(err, "the state directory's path is too long");
}

bool statedir_check(const char *dir, struct error *err)
{
	struct stat st;
	if (stat(dir, &st) != 0)
		return error_set(err, "state directory '%s': %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_set(err, "state directory '%s' is not a directory", dir);
	if (st.st_uid != geteuid() && st.st_uid != 0 && geteuid() != 0)
		return error_set(err, "state directory '%s' belongs to another user",
		                 dir);
	if (st.st_mode & S_IWOTH)
		return error_set(
		    err,
		    "state directory '%s': every user of this machine can write to it "
		    "(mode %04o); chmod 0750",
		    dir, (unsigned)st.st_mode & 07777U);
	if (access(dir, R_OK | W_OK | X_OK) != 0)
		return error_set(err, "state directory '%s': %s", dir, strerror(errno));
	return true;
}

/*
 * Root trying a check by hand must not leave files that the monitoring user
 * cannot open: they go to the directory's owner.
 */
static void give_to_owner(int fd, const char *path)
{
	if (geteuid() != 0)
		return;
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
	struct stat st;
	if (dir && stat(dir, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) != 0)
		(void)0; /* then it stays root's, and the next reader says so */
	free(dir);
}

/* Waits a little, more the longer it took already. */
static void nap(unsigned tries)
{
	struct timespec ts = {0, tries < 20 ? 2000000L : 10000000L};
	nanosleep(&ts, NULL);
}

/* Opens the lock's file, making it if need be. What was there already keeps its owner. */
static int open_lock(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		give_to_owner(fd, name);
	else if (errno == EEXIST)
		fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	if (fd >= 0 &&
	    (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

bool statedir_lock(const char *path, double deadline, struct statedir_lock *ret_lock,
                   struct error *err)
{
	struct strbuf name;
	strbuf_init(&name, PATH_LENGTH_MAX);
	strbuf_addf(&name, "%s.lock", path);
	errno = ENAMETOOLONG;
	int fd = strbuf_ok(&name) ? open_lock(strbuf_text(&name)) : -1;
	int failure = errno;
	strbuf_clear(&name);
	if (fd < 0)
		return error_set(err, "cannot open '%s.lock': %s", path,
		                 strerror(failure));
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	for (unsigned tries = 0; fcntl(fd, F_SETLK, &lock) != 0; tries++) {
		if (errno != EACCES && errno != EAGAIN && errno != EINTR) {
			failure = errno;
			close(fd);
			return error_set(err, "cannot lock '%s.lock': %s", path,
			                 strerror(failure));
		}
		if (clock_steady() >= deadline) {
			close(fd);
			return error_set(
			    err, "'%s.lock' was held by another check until the deadline",
			    path);
		}
		nap(tries);
	}
	ret_lock->fd = fd;
	return true;
}

void statedir_unlock(struct statedir_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd); /* lets the lock go */
	lock->fd = -1;
}

/* What keeps a file from being believed; NULL: nothing. */
static const char *meddled(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return N_("it is not a regular file");
	if (st->st_uid != geteuid() && geteuid() != 0)
		return N_("it belongs to another user");
	if (st->st_mode & (S_IWGRP | S_IWOTH | S_IROTH))
		return N_("other users can read or change it");
	return NULL;
}

bool statedir_read(const char *path, FILE **ret_file, const char **ret_wrong,
                   struct error *err)
{
	*ret_file = NULL;
	*ret_wrong = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		return error_set(err, "cannot open '%s': %s", path,
		                 errno == ELOOP ? _("it is a symbolic link")
		                                : strerror(errno));
	struct stat st;
	const char *wrong = fstat(fd, &st) != 0 ? strerror(errno) : meddled(&st);
	if (!wrong && st.st_size > STATEDIR_FILE_MAX) {
		*ret_wrong = N_("it is too large");
		close(fd);
		return true;
	}
	if (!wrong)
		*ret_file = fdopen(fd, "r");
	if (*ret_file)
		return true;
	error_set(err, "cannot use '%s': %s", path, wrong ? _(wrong) : strerror(errno));
	close(fd);
	return false;
}

/* Takes disk space now; what a file system cannot promise is written and taken back. */
static bool reserve_space(int fd, size_t reserve)
{
	char zeros[512] = {0};
	for (size_t done = 0; done < reserve; done += sizeof zeros)
		if (write(fd, zeros, sizeof zeros) != (ssize_t)sizeof zeros) {
			errno = ENOSPC; /* a short write sets nothing */
			return false;
		}
	return fsync(fd) == 0 && lseek(fd, 0, SEEK_SET) == 0;
}

bool statedir_begin(const char *path, size_t reserve, struct statedir_write *ret_write,
                    struct error *err)
{
	/* Made under the lock, so one name does: a killed check's is written over. */
	struct strbuf name;
	strbuf_init(&name, PATH_LENGTH_MAX);
	strbuf_addf(&name, "%s.new", path);
	char *temporary = strbuf_take(&name);
	if (!temporary)
		return error_set(err, "out of memory");
	(void)unlink(temporary);
	int fd =
	    open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = NULL;
	if (fd >= 0)
		give_to_owner(fd, path);
	if (fd >= 0 && reserve_space(fd, reserve))
		file = fdopen(fd, "w");
	if (!file) {
		error_set(err, "cannot write '%s': %s", path, strerror(errno));
		if (fd >= 0) {
			close(fd);
			(void)unlink(temporary);
		}
		free(temporary);
		return false;
	}
	*ret_write = (struct statedir_write){file, temporary, path};
	return true;
}

/* The rename is on disk only once the directory is. */
static void sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	int fd = dir ? open(dir, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		(void)fsync(fd); /* some file systems cannot; the file itself is safe */
		close(fd);
	}
	free(dir);
}

bool statedir_commit(struct statedir_write *write, struct error *err)
{
	int fd = fileno(write->file);
	long end = ftell(write->file);
	bool good = fflush(write->file) == 0 && !ferror(write->file) && end >= 0 &&
	            ftruncate(fd, (off_t)end) == 0 && fsync(fd) == 0;
	int failure = errno;
	if (fclose(write->file) != 0 && good) {
		good = false;
		failure = errno;
	}
	write->file = NULL;
	if (good && rename(write->temporary, write->path) != 0) {
		good = false;
		failure = errno;
	}
	if (good)
		sync_directory(write->path);
	else
		error_set(err, "cannot write '%s': %s", write->path, strerror(failure));
	statedir_abandon(write);
	return good;
}

void statedir_abandon(struct statedir_write *write)
{
	if (write->file)
		(void)fclose(write->file);
	if (write->temporary)
		(void)unlink(write->temporary);
	free(write->temporary);
	*write = (struct statedir_write){NULL, NULL, NULL};
}

void statedir_set_aside(const char *path, const char *why, struct error *ret_notice)
{
	struct strbuf bad;
	strbuf_init(&bad, PATH_LENGTH_MAX);
	strbuf_addf(&bad, "%s.bad", path);
	errno = ENAMETOOLONG;
	if (strbuf_ok(&bad) && rename(path, strbuf_text(&bad)) == 0)
		error_set(ret_notice,
		          "'%s' was not readable (%s) and was set aside as '%s'", path,
		          _(why), strbuf_text(&bad));
	else
		error_set(ret_notice,
		          "'%s' is not readable (%s) and cannot be set aside: %s", path,
		          _(why), strerror(errno));
	strbuf_clear(&bad);
}
