#include "check/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static bool stdout_is_closed;

void output_prepare(void)
{
	stdout_is_closed = fcntl(STDOUT_FILENO, F_GETFD) == -1 && errno == EBADF;
	/* What is opened takes the lowest free one: fd. None can be read, so that a
	   closed standard input is never an empty one. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", O_WRONLY);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* write() then says EFBIG */
}

/* A pipe that somebody made non-blocking. */
static bool wait_for_room(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	return poll(&out, 1, -1) >= 0 || errno == EINTR;
}

bool output_write(const char *bytes, size_t n)
{
	if (stdout_is_closed)
		return false;
	while (n > 0) {
		ssize_t written = write(STDOUT_FILENO, bytes, n);
		if (written < 0 &&
		    (errno == EINTR || (errno == EAGAIN && wait_for_room())))
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		n -= (size_t)written;
	}
	return true;
}

bool output_close(void)
{
	return close(STDOUT_FILENO) == 0; /* where a late error of the disk shows */
}
