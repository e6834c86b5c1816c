#include "server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "memory.h"
#include "request.h"
#include "route.h"
#include "wire.h"

enum { CONNECTIONS_MAX = 8000, STACK_BYTES = 256 << 10, BACKLOG = 1024 };

struct server {
	struct MHD_Daemon *daemon;
	unsigned port;
};

static struct peer *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
	(void)cls;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		free(*context);
		*context = NULL;
		return;
	}
	struct peer *peer = memory_new(sizeof *peer);
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	peer->fd = info ? info->connect_fd : -1;
	*context = peer;
	route_count_connection();
}

/* The only place where the library shows the target before it decodes it. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
	(void)cls;
	struct request *req = request_new(target);
	req->peer = peer_of(connection);
	return req;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
	(void)kind;
	request_add_header(cls, name, value);
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_len,
                                  void **context)
{
	(void)cls;
	(void)url;
	(void)version;
	struct request *req = *context;
	if (!*req->method) { /* the headers have come, the body has not */
		free(req->method);
		req->method = memory_text(method);
		MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, req);
		return MHD_YES;
	}
	if (*data_len > 0) {
		strbuf_add(&req->body, data, *data_len);
		*data_len = 0;
		return MHD_YES;
	}
	struct answer answer;
	answer_init(&answer);
	route_answer(req, &answer);
	return wire_send(connection, req->peer->fd, &answer);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why)
{
	(void)cls;
	(void)connection;
	(void)why;
	request_free(*context);
	*context = NULL;
}

/* Our own socket, for the port that the kernel chose and for a long queue. */
static int listen_on(unsigned port, unsigned *ret_port)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int on = 1;
	struct sockaddr_in at = {.sin_family = AF_INET,
	                         .sin_port = htons((in_port_t)port)};
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socklen_t len = sizeof at;
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
		close(fd);
		return -1;
	}
	*ret_port = ntohs(at.sin_port);
	return fd;
}

/* Both PEM texts must be there; the list ends at once where they are not. */
static struct MHD_Daemon *start(int fd, char *cert, char *key)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
	                 MHD_USE_POLL | MHD_USE_ITC | (cert ? MHD_USE_TLS : 0U);
	struct MHD_OptionItem tls[] = {
	    {cert ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, cert},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, key},
	    {MHD_OPTION_END, 0, NULL},
	};
	return MHD_start_daemon(
	    flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_CONNECTION,
	    on_connection, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES, MHD_OPTION_ARRAY, tls,
	    MHD_OPTION_END);
}

struct server *server_new(unsigned port, char *cert, char *key, struct error *err)
{
	unsigned got = 0;
	int fd = listen_on(port, &got);
	if (fd < 0) {
		error_set(err, "port %u cannot be listened on", port);
		return NULL;
	}
	struct MHD_Daemon *daemon = start(fd, cert, key);
	if (!daemon) {
		close(fd);
		error_set(err, "the server did not start%s",
		          cert ? ": are cert and key good?" : "");
		return NULL;
	}
	struct server *server = memory_new(sizeof *server);
	*server = (struct server){daemon, got};
	return server;
}

unsigned server_port(const struct server *server)
{
	return server->port;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	MHD_stop_daemon(server->daemon);
	free(server);
}
