/*
 * A server that takes its time: slow MILLISECONDS
 *
 * Prints its port on 127.0.0.1, then answers every HTTP/1.1 request with a
 * finished Coze task after MILLISECONDS, on connections that stay open. Stands
 * behind nginx, which speaks TLS and HTTP/2. Ends when its standard input does.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PLACES = 2048, FIRST = 2, REQUEST_MAX = 8192 };

static const char BODY[] =
    "{\"data\":{\"entity_type\":\"bot\",\"task_status\":\"successful\","
    "\"source_entity_id\":\"7530938808750080001\","
    "\"target_entity_id\":\"7530938808750067001\"},\"code\":0,\"msg\":\"\"}";

/* Beside pollfd i: when its answer is due, 0 while a request is awaited. */
struct peer {
	double due;
	size_t len;
	char request[REQUEST_MAX];
};

static struct pollfd polled[PLACES];
static struct peer *peers[PLACES];
static nfds_t count = FIRST;

static double now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int listen_on_free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 ||
	    listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		exit(1);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

static void drop(nfds_t i)
{
	close(polled[i].fd);
	free(peers[i]);
	count--;
	polled[i] = polled[count];
	peers[i] = peers[count];
}

static void take_connection(int listener)
{
	int fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return;
	peers[count] = count < PLACES - 1 ? calloc(1, sizeof *peers[count]) : NULL;
	if (!peers[count]) {
		close(fd);
		return;
	}
	polled[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* False: the peer has gone. */
static bool read_request(nfds_t i, double delay)
{
	struct peer *peer = peers[i];
	ssize_t n = read(polled[i].fd, peer->request + peer->len,
	                 sizeof peer->request - 1 - peer->len);
	if (n <= 0)
		return false;
	peer->len += (size_t)n;
	peer->request[peer->len] = '\0';
	if (!strstr(peer->request, "\r\n\r\n"))
		return true;
	peer->len = 0;
	peer->due = now() + delay;
	return true;
}

static bool answer(nfds_t i)
{
	char text[512];
	int n = snprintf(text, sizeof text,
	                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	                 "Content-Length: %zu\r\n\r\n%s",
	                 sizeof BODY - 1, BODY);
	peers[i]->due = 0;
	return write(polled[i].fd, text, (size_t)n) == n;
}

static int until_next(void)
{
	double first = 0;
	for (nfds_t i = FIRST; i < count; i++)
		if (peers[i]->due > 0 && (first <= 0 || peers[i]->due < first))
			first = peers[i]->due;
	double left = first - now();
	return first <= 0 ? -1 : left > 0 ? (int)left + 1 : 0;
}

static void serve(double delay)
{
	while (poll(polled, count, until_next()) >= 0) {
		if (polled[0].revents)
			return;
		double time = now();
		for (nfds_t i = count; i-- > FIRST;) {
			bool good = true;
			if (peers[i]->due > 0 && peers[i]->due <= time)
				good = answer(i);
			else if (polled[i].revents)
				good = read_request(i, delay);
			if (!good)
				drop(i);
		}
		if (polled[1].revents)
			take_connection(polled[1].fd);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	polled[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	polled[1] = (struct pollfd){.fd = listen_on_free_port(), .events = POLLIN};
	serve(strtod(argv[1], NULL));
	return 0;
}
