#include "tiny_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"

enum { CONNECTIONS_MAX = 64, REQUEST_MAX = 64 * 1024, ANSWER_MAX = 4 << 20, POLL_MS = 2 };

struct connection {
	int fd; /* -1: not in use */
	struct strbuf request;
	struct tiny_answer answer;
	bool answering; /* there is an answer, due then */
	double due;
};

struct tiny_server {
	int listener;
	int wake[2]; /* its closing ends the thread */
	unsigned port;
	pthread_t thread;
	tiny_answer_fn *answer;
	void *ctx;
	struct tiny_counts counts;
	struct connection connections[CONNECTIONS_MAX];
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

void tiny_answer_add(struct tiny_answer *answer, const char *status, const char *headers,
                     const char *body)
{
	strbuf_addf(&answer->bytes, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s",
	            status, strlen(body), headers, body);
}

/* The length of the whole request at the start of text; 0: it is not all there yet. */
static size_t request_length(const char *text, size_t len)
{
	const char *end = strstr(text, "\r\n\r\n");
	size_t body = 0;
	if (*text == 0x16)
		return len; /* a TLS greeting, whose end is of no interest */
	if (!end)
		return 0;
	for (const char *line = strstr(text, "\r\n"); line && line < end;
	     line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, "Content-Length:", 15) == 0)
			body = strtoul(line + 17, NULL, 10);
	}
	size_t whole = (size_t)(end - text) + 4 + body;
	return whole <= len ? whole : 0;
}

static void hang_up(struct connection *connection)
{
	close(connection->fd);
	connection->fd = -1;
	connection->answering = false;
	strbuf_clear(&connection->request);
	strbuf_clear(&connection->answer.bytes);
}

static void welcome(struct tiny_server *server)
{
	static const struct timeval patience = {.tv_sec = 20};
	const int on = 1;
	int fd = accept(server->listener, NULL, NULL);
	if (fd < 0)
		return;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *connection = &server->connections[i];
		if (connection->fd >= 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		connection->fd = fd;
		strbuf_init(&connection->request, REQUEST_MAX);
		strbuf_init(&connection->answer.bytes, ANSWER_MAX);
		server->counts.connections++;
		return;
	}
	close(fd);
}

static unsigned waiting(const struct tiny_server *server)
{
	unsigned count = 0;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		count +=
		    server->connections[i].fd >= 0 && server->connections[i].answering;
	return count;
}

static void listen_to(struct tiny_server *server, struct connection *connection)
{
	char bytes[4096];
	ssize_t n = recv(connection->fd, bytes, sizeof bytes, 0);
	if (n <= 0) {
		hang_up(connection);
		return;
	}
	strbuf_add(&connection->request, bytes, (size_t)n);
	if (request_length(strbuf_text(&connection->request), connection->request.len) ==
	    0)
		return;
	struct tiny_answer *answer = &connection->answer;
	strbuf_cut(&answer->bytes, 0);
	answer->delay = 0;
	answer->close = false;
	server->counts.requests++;
	server->answer(server->ctx, strbuf_text(&connection->request), answer);
	strbuf_cut(&connection->request, 0);
	must(strbuf_ok(&answer->bytes), "an answer is too long");
	connection->answering = true;
	connection->due = clock_steady() + answer->delay;
	if (waiting(server) > server->counts.most_at_once)
		server->counts.most_at_once = waiting(server);
}

static void speak(struct connection *connection)
{
	const struct strbuf *bytes = &connection->answer.bytes;
	if (bytes->len == 0 && !connection->answer.close)
		return; /* silence */
	connection->answering = false;
	for (size_t sent = 0; sent < bytes->len;) {
		ssize_t n = send(connection->fd, bytes->data + sent, bytes->len - sent,
		                 MSG_NOSIGNAL);
		if (n <= 0) {
			hang_up(connection);
			return;
		}
		sent += (size_t)n;
	}
	if (connection->answer.close)
		hang_up(connection);
}

static void serve_one(struct tiny_server *server, struct connection *connection,
                      bool readable)
{
	if (readable)
		listen_to(server, connection);
	if (connection->fd >= 0 && connection->answering &&
	    clock_steady() >= connection->due)
		speak(connection);
}

static void *serve(void *user)
{
	struct tiny_server *server = user;
	for (;;) {
		struct pollfd fds[CONNECTIONS_MAX + 2];
		for (size_t i = 0; i < CONNECTIONS_MAX; i++)
			fds[i] = (struct pollfd){server->connections[i].fd, POLLIN, 0};
		fds[CONNECTIONS_MAX] = (struct pollfd){server->listener, POLLIN, 0};
		fds[CONNECTIONS_MAX + 1] = (struct pollfd){server->wake[0], POLLIN, 0};
		(void)poll(fds, CONNECTIONS_MAX + 2, waiting(server) ? POLL_MS : 1000);
		if (fds[CONNECTIONS_MAX + 1].revents)
			return NULL;
		for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
			if (server->connections[i].fd >= 0)
				serve_one(server, &server->connections[i],
				          fds[i].revents != 0);
		}
		if (fds[CONNECTIONS_MAX].revents)
			welcome(server);
	}
}

/* A socket on a free port of 127.0.0.1. */
static int bound(unsigned *ret_port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	must(fd >= 0, "socket");
	must(bind(fd, (struct sockaddr *)&address, len) == 0, "bind");
	must(getsockname(fd, (struct sockaddr *)&address, &len) == 0, "getsockname");
	*ret_port = ntohs(address.sin_port);
	return fd;
}

struct tiny_server *tiny_server_start(tiny_answer_fn *answer, void *ctx)
{
	struct tiny_server *server = calloc(1, sizeof *server);
	must(server != NULL, "memory");
	server->answer = answer;
	server->ctx = ctx;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		server->connections[i].fd = -1;
	server->listener = bound(&server->port);
	must(listen(server->listener, CONNECTIONS_MAX) == 0, "listen");
	must(pipe(server->wake) == 0, "pipe");
	must(pthread_create(&server->thread, NULL, serve, server) == 0, "pthread_create");
	return server;
}

unsigned tiny_server_port(const struct tiny_server *server)
{
	return server->port;
}

void tiny_server_stop(struct tiny_server *server, struct tiny_counts *ret_counts)
{
	close(server->wake[1]);
	must(pthread_join(server->thread, NULL) == 0, "pthread_join");
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		if (server->connections[i].fd >= 0)
			hang_up(&server->connections[i]);
	}
	close(server->wake[0]);
	close(server->listener);
	if (ret_counts)
		*ret_counts = server->counts;
	free(server);
}

unsigned tiny_dead_port(void)
{
	unsigned port;
	close(bound(&port));
	return port;
}
