#include "task/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"

enum { SECRET_MAX = 64 * 1024 };

static bool check_file(int fd, const char *path, const char *what, struct error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return error_set(err, "%s: cannot look at '%s': %s", what, path,
		                 strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, "%s: '%s' is a directory, not a file", what, path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, "%s: '%s' is not a regular file", what, path);
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return error_set(
		    err,
		    st.st_mode & S_IROTH
		        ? N_("%s: every user of this machine can read '%s' (mode %04o); "
		             "chmod 0600 or 0640")
		        : N_("%s: every user of this machine can write '%s' (mode %04o); "
		             "chmod 0600 or 0640"),
		    what, path, (unsigned)st.st_mode & 07777U);
	if (st.st_size > SECRET_MAX)
		return error_set(err, "%s: '%s' is larger than %d bytes", what, path,
		                 SECRET_MAX);
	return true;
}

/* Reads all of fd into buffer, which has room for SECRET_MAX + 1 bytes. */
static bool read_all(int fd, char *buffer, size_t *ret_len)
{
	size_t len = 0;
	while (len <= SECRET_MAX) {
		ssize_t n = read(fd, buffer + len, SECRET_MAX + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return true;
}

/* What a one-line secret may not hold. `place` names where it came from. */
static bool check_line(const char *text, size_t len, const char *what, const char *place,
                       struct error *err)
{
	if (len == 0)
		return error_set(err, "%s: %s is empty", what, place);
	if (len > SECRET_LINE_MAX)
		return error_set(err, "%s: %s is longer than %d bytes", what, place,
		                 SECRET_LINE_MAX);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '\n' || c == '\r')
			return error_set(err, "%s: %s holds more than one line", what,
			                 place);
		if (c < 0x20 || c == 0x7F)
			return error_set(err, "%s: %s holds a control character", what,
			                 place);
		if (c > 0x7E)
			return error_set(err,
			                 "%s: %s holds a character that is not ASCII",
			                 what, place);
	}
	if (text[0] == ' ' || text[len - 1] == ' ')
		return error_set(err, "%s: %s begins or ends with a blank", what, place);
	return true;
}

static bool take_content(char *content, size_t len, const char *what, const char *path,
                         enum secret_kind kind, struct error *err)
{
	char place[ERROR_TEXT_MAX];
	snprintf(place, sizeof place, "'%s'", path);
	if (len > SECRET_MAX)
		return error_set(err, "%s: %s is larger than %d bytes", what, place,
		                 SECRET_MAX);
	if (kind == SECRET_PEM) {
		if (len == 0)
			return error_set(err, "%s: %s is empty", what, place);
		return memchr(content, '\0', len)
		           ? error_set(err, "%s: %s holds a NUL byte", what, place)
		           : true;
	}
	if (len > 0 && content[len - 1] == '\n')
		len--;
	if (len > 0 && content[len - 1] == '\r')
		len--;
	content[len] = '\0';
	return check_line(content, len, what, place, err);
}

bool secret_read(const char *path, const char *what, enum secret_kind kind,
                 char **ret_secret, struct error *err)
{
	/* O_NONBLOCK: a FIFO must not hold us until somebody writes to it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_set(err, "%s: cannot open '%s': %s", what, path,
		                 strerror(errno));
	char content[SECRET_MAX + 2];
	size_t len = 0;
	bool good = check_file(fd, path, what, err);
	if (good && !read_all(fd, content, &len))
		good = error_set(err, "%s: cannot read '%s': %s", what, path,
		                 strerror(errno));
	close(fd);
	content[len] = '\0';
	if (good && take_content(content, len, what, path, kind, err)) {
		*ret_secret = strdup(content);
		good = *ret_secret ? true : error_set(err, "%s: out of memory", what);
	} else {
		good = false;
	}
	OPENSSL_cleanse(content, sizeof content); /* also what was read before an error */
	return good;
}

bool secret_from_environment(const char *variable, const char *what, char **ret_secret,
                             struct error *err)
{
	const char *value = getenv(variable);
	*ret_secret = NULL;
	if (!value || !*value)
		return true;
	if (!check_line(value, strlen(value), what, variable, err))
		return false;
	*ret_secret = strdup(value);
	return *ret_secret ? true : error_set(err, "%s: out of memory", what);
}

void secret_free(char *secret)
{
	if (!secret)
		return;
	OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

bool secret_digest(const char *secret, char ret_digest[17])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	if (EVP_Digest(secret, strlen(secret), hash, &n, EVP_sha256(), NULL) != 1 ||
	    n < 8)
		return false;
	for (size_t i = 0; i < 8; i++)
		snprintf(ret_digest + 2 * i, 3, "%02x", hash[i]);
	return true;
}
