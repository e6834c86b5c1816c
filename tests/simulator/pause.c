#include "pause.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

/* How long a waiting thread may take to notice pause_stop(). */
static const double slice = 0.2;

static atomic_bool stopping;

static void nap(double seconds)
{
	struct timespec ts = {.tv_sec = 0, .tv_nsec = (long)(seconds * 1e9)};
	nanosleep(&ts, NULL);
}

/* Whether the client has closed its end; naps up to `seconds` to find out. */
static bool client_left(int fd, double seconds)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	if (poll(&ready, 1, (int)(seconds * 1000) + 1) <= 0)
		return false;
	if (ready.revents & (POLLERR | POLLHUP | POLLNVAL))
		return true;
	char byte;
	if (recv(fd, &byte, 1, MSG_PEEK) == 0)
		return true;
	nap(seconds); /* its next request waits there; poll would not */
	return false;
}

bool pause_for(int fd, double seconds)
{
	double until = clock_steady() + seconds;
	while (!atomic_load(&stopping)) {
		double left = until - clock_steady();
		if (seconds >= 0 && left <= 0)
			return true;
		if (client_left(fd, seconds < 0 || left > slice ? slice : left))
			return false;
	}
	return false;
}

void pause_stop(void)
{
	atomic_store(&stopping, true);
}
