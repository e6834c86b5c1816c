#include "wire.h"

#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pause.h"

enum { BLOCK = 64 << 10 };

/* A body on its way. */
struct flow {
	struct answer answer;
	int fd;
};

static void flow_free(void *cls)
{
	struct flow *flow = cls;
	answer_clear(&flow->answer);
	free(flow);
}

static ssize_t flow_read(void *cls, uint64_t offset, char *to, size_t max)
{
	struct flow *flow = cls;
	uint64_t length = answer_length(&flow->answer);
	if (flow->answer.wire == WIRE_SLOW) {
		if (!pause_for(flow->fd, 1.0))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		max = 1;
	}
	if (flow->answer.wire == WIRE_SHORT) {
		if (offset >= length / 2)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (max > length / 2 - offset)
			max = (size_t)(length / 2 - offset);
	}
	size_t n = answer_read(&flow->answer, offset, to, max);
	return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *response_of(struct answer *a, int fd)
{
	bool whole = a->wire == WIRE_WHOLE && !a->chunked && a->fill_count == 0;
	if (whole && a->after.len == 0) {
		void *body = a->before.data ? a->before.data : memory_text("");
		size_t len = a->before.len;
		a->before = (struct bytes){0};
		return MHD_create_response_from_buffer(len, body, MHD_RESPMEM_MUST_FREE);
	}
	struct flow *flow = memory_new(sizeof *flow);
	flow->fd = fd;
	flow->answer = *a;
	a->headers = json_incref(a->headers);
	a->before = a->fill = a->after = (struct bytes){0};
	uint64_t size =
	    flow->answer.chunked ? MHD_SIZE_UNKNOWN : answer_length(&flow->answer);
	return MHD_create_response_from_callback(size, BLOCK, flow_read, flow, flow_free);
}

static void add_headers(struct MHD_Response *response, json_t *headers)
{
	bool has_type = false;
	for (void *at = json_object_iter(headers); at;
	     at = json_object_iter_next(headers, at)) {
		const char *name = json_object_iter_key(at);
		const char *value = json_string_value(json_object_iter_value(at));
		has_type = has_type || strcasecmp(name, "Content-Type") == 0;
		/* null: how a script leaves Content-Type away */
		if (value && MHD_add_response_header(response, name, value) != MHD_YES)
			fprintf(stderr, "cloudsim: header %s cannot be sent\n", name);
	}
	if (!has_type)
		MHD_add_response_header(response, "Content-Type", "application/json");
}

static enum MHD_Result send_http(struct MHD_Connection *connection, int fd,
                                 struct answer *a)
{
	struct MHD_Response *response = memory_need(response_of(a, fd));
	add_headers(response, a->headers);
	enum MHD_Result result = MHD_queue_response(connection, a->status, response);
	MHD_destroy_response(response);
	return result;
}

/*
 * Another socket takes the descriptor's place, so that the old one is closed
 * by the kernel with nothing of the library's in between: no FIN goes first.
 */
static void reset(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	int stand_in = socket(AF_INET, SOCK_STREAM, 0);
	if (stand_in < 0)
		return;
	dup2(stand_in, fd);
	close(stand_in);
}

static ssize_t write_some(struct MHD_Connection *connection, int fd, const char *data,
                          size_t n)
{
	const union MHD_ConnectionInfo *tls =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (tls && tls->tls_session)
		return gnutls_record_send((gnutls_session_t)tls->tls_session, data, n);
	return send(fd, data, n, 0);
}

static void send_raw(struct MHD_Connection *connection, int fd, const struct answer *a)
{
	uint64_t length = answer_length(a);
	char block[4096];
	for (uint64_t at = 0; at < length;) {
		size_t n = answer_read(a, at, block, sizeof block);
		struct pollfd ready = {.fd = fd, .events = POLLOUT};
		if (poll(&ready, 1, 10000) <= 0)
			return;
		ssize_t sent = write_some(connection, fd, block, n);
		if (sent <= 0 && sent != GNUTLS_E_AGAIN)
			return;
		at += sent > 0 ? (uint64_t)sent : 0;
	}
}

enum MHD_Result wire_send(struct MHD_Connection *connection, int fd, struct answer *a)
{
	enum MHD_Result result = MHD_NO;
	if (a->delay > 0 && !pause_for(fd, a->delay))
		a->wire = WIRE_CLOSE;
	switch (a->wire) {
	case WIRE_WHOLE:
	case WIRE_SHORT:
	case WIRE_SLOW:
		result = send_http(connection, fd, a);
		break;
	case WIRE_SILENCE:
		(void)pause_for(fd, -1);
		break;
	case WIRE_RESET:
		reset(fd);
		break;
	case WIRE_RAW:
		send_raw(connection, fd, a);
		break;
	case WIRE_CLOSE:
		break;
	}
	answer_clear(a);
	return result;
}
