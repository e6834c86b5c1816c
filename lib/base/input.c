#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"

/* Returns false always. */
static bool fail(struct input *input, int failure)
{
	input->failure = failure;
	return false;
}

bool input_open(struct input *input, const char *path, double deadline)
{
	bool is_stdin = strcmp(path, "-") == 0;
	/* A FIFO without a writer would hold up open() itself. */
	*input = (struct input){
	    .fd = is_stdin ? STDIN_FILENO
	                   : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
	    .deadline = deadline,
	};
	struct stat st;
	if (input->fd < 0 || fstat(input->fd, &st) != 0)
		fail(input, errno);
	else if (S_ISDIR(st.st_mode))
		fail(input, EISDIR);
	else
		input->waits = !S_ISREG(st.st_mode);
	if (input->failure)
		input_close(input);
	return !input->failure;
}

/* Until there is something to read, or the writer has gone. A FIFO that no writer has
 * opened yet looks as if it had ended, so it is never read without this. */
static bool wait_for_bytes(struct input *input)
{
	struct pollfd in = {.fd = input->fd, .events = POLLIN};
	while (input->waits) {
		double left = input->deadline - clock_steady();
		if (left <= 0)
			return fail(input, ETIMEDOUT);
		int ready = poll(&in, 1, left < 60 ? (int)(left * 1000) + 1 : 60000);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return fail(input, errno);
	}
	return true;
}

static bool fill(struct input *input)
{
	while (wait_for_bytes(input)) {
		ssize_t n = read(input->fd, input->bytes, sizeof input->bytes);
		if (n >= 0) {
			input->at = 0;
			input->n = (size_t)n;
			return n > 0;
		}
		if (errno != EINTR && errno != EAGAIN)
			return fail(input, errno);
	}
	return false;
}

int input_byte(struct input *input)
{
	if (input->at == input->n && (input->failure || !fill(input)))
		return EOF;
	return input->bytes[input->at++];
}

bool input_failed(const struct input *input)
{
	return input->failure != 0;
}

const char *input_why(const struct input *input)
{
	if (input->failure == ETIMEDOUT)
		return _("it did not come before the deadline");
	return input->failure == EBADF ? _("it is closed") : strerror(input->failure);
}

void input_close(struct input *input)
{
	if (input->fd > STDIN_FILENO)
		(void)close(input->fd);
	input->fd = -1;
}
