#include "net/http_slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "net/http_outcome.h"
#include "net/http_retry.h"
#include "net/http_setup.h"
#include "net/url.h"

enum { ROOM_KEPT = 64 * 1024 };

struct net_slot *net_slot_new(struct net_client *client, struct error *err)
{
	struct net_slot *slot = calloc(1, sizeof *slot);
	if (!slot) {
		error_set(err, "out of memory for a request");
		return NULL;
	}
	slot->client = client;
	strbuf_init(&slot->request.url, NET_URL_MAX);
	strbuf_init(&slot->request.body, NET_REQUEST_BODY_MAX);
	strbuf_init(&slot->body, NET_BODY_MAX);
	net_head_init(&slot->head);
	slot->easy = curl_easy_init();
	if (slot->easy && net_setup_handle(slot, err))
		return slot;
	error_set(err, "out of memory for libcurl");
	net_slot_free(slot);
	return NULL;
}

void net_slot_free(struct net_slot *slot)
{
	curl_easy_cleanup(slot->easy);
	net_slot_reset(slot);
	net_head_clear(&slot->head);
	strbuf_clear(&slot->body);
	free(slot);
}

void net_slot_reset(struct net_slot *slot)
{
	strbuf_clear(&slot->request.url);
	strbuf_clear(&slot->request.body);
	curl_slist_free_all(slot->request.headers);
	slot->request.headers = NULL;
}

void net_slot_shrink(struct net_slot *slot)
{
	if (slot->body.room > ROOM_KEPT)
		strbuf_clear(&slot->body);
}

struct net_reply net_reply_without_answer(enum net_outcome outcome, const char *why)
{
	return (struct net_reply){.outcome = outcome,
	                          .why = why,
	                          .body = "",
	                          .content_type = "",
	                          .location = "",
	                          .retry_after = -1,
	                          .header = net_reply_header};
}

const char *net_reply_header(const struct net_reply *reply, const char *name)
{
	const struct net_slot *slot = reply->handle;
	return slot ? net_head_find(&slot->head, name) : NULL;
}

/* ---------------------------------------------------------------- beginning */

static bool is_https(const struct net_slot *slot)
{
	return net_url_is_https(strbuf_text(&slot->request.url));
}

bool net_slot_start(struct net_slot *slot, struct net_reply *ret_reply)
{
	struct net_client *client = slot->client;
	enum net_outcome outcome = NET_UNUSABLE;
	slot->fault = NET_FAULT_NONE;
	slot->in_tls = false;
	slot->error[0] = '\0';
	error_clear(&slot->why);
	net_head_reset(&slot->head);
	strbuf_cut(&slot->body, 0);
	slot->started = clock_steady();
	if (is_https(slot) && !net_setup_tls(slot, &slot->why)) {
		outcome = NET_UNREACHABLE;
	} else if (net_setup_request(slot, &slot->why)) {
		if (curl_multi_add_handle(client->multi, slot->easy) == CURLM_OK) {
			slot->running = true;
			client->running++;
			client->requests++;
			return true;
		}
		error_set(&slot->why, "libcurl does not take the request");
	}
	*ret_reply = net_reply_without_answer(outcome, slot->why.text);
	return false;
}

/* ------------------------------------------------------------------- ending */

static double time_of(const struct net_slot *slot, CURLINFO info)
{
	curl_off_t microseconds = 0;
	curl_easy_getinfo(slot->easy, info, &microseconds);
	return (double)microseconds / 1e6;
}

static long number_of(const struct net_slot *slot, CURLINFO info)
{
	long number = 0;
	curl_easy_getinfo(slot->easy, info, &number);
	return number;
}

void net_slot_count(struct net_slot *slot)
{
	slot->running = false;
	slot->client->running--;
	slot->client->connections +=
	    (unsigned long)number_of(slot, CURLINFO_NUM_CONNECTS);
}

enum net_phase net_slot_phase(const struct net_slot *slot)
{
	if (slot->body.len > 0 || slot->head.lines.len > 0)
		return NET_PHASE_READ;
	/* On a connection that was there, there is no time of connecting. */
	if (time_of(slot, CURLINFO_PRETRANSFER_TIME_T) > 0)
		return NET_PHASE_WAIT;
	if (time_of(slot, CURLINFO_NAMELOOKUP_TIME_T) <= 0)
		return NET_PHASE_LOOKUP;
	/* From libcurl 7.88 on there is no time of connecting before TLS has ended. */
	if (!slot->in_tls && time_of(slot, CURLINFO_CONNECT_TIME_T) <= 0)
		return NET_PHASE_CONNECT;
	if (is_https(slot) && time_of(slot, CURLINFO_APPCONNECT_TIME_T) <= 0)
		return NET_PHASE_TLS;
	return NET_PHASE_WAIT;
}

static void say_timed_out(struct net_slot *slot, enum net_phase furthest)
{
	static const char *const words[] = {
	    [NET_PHASE_LOOKUP] =
	        N_("the deadline passed while looking up the host's name"),
	    [NET_PHASE_CONNECT] = N_("the deadline passed while connecting"),
	    [NET_PHASE_TLS] = N_("the deadline passed while in the TLS handshake"),
	    [NET_PHASE_WAIT] = N_("the deadline passed while waiting for the answer"),
	};
	enum net_phase phase = net_slot_phase(slot);
	if (phase == NET_PHASE_READ)
		error_set(&slot->why,
		          "the deadline passed while reading the answer (%zu bytes had "
		          "come)",
		          slot->body.len);
	else if (phase == NET_PHASE_LOOKUP && furthest > phase)
		error_set(&slot->why,
		          "the deadline passed while waiting for a connection");
	else
		error_set(&slot->why, "%s", _(words[phase]));
}

/* Libcurl's own words, without a line's end. */
static void say_error(struct net_slot *slot, CURLcode code)
{
	const char *text = slot->error[0] ? slot->error : curl_easy_strerror(code);
	size_t len = strcspn(text, "\r\n");
	while (len > 0 && text[len - 1] == ' ')
		len--;
	error_set(&slot->why, "%.*s", (int)len, text);
}

/* A callback ended it, and not libcurl. */
static enum net_outcome outcome_of_fault(struct net_slot *slot)
{
	switch (slot->fault) {
	case NET_FAULT_TOO_LARGE:
		error_set(&slot->why, "the answer is longer than %d bytes", NET_BODY_MAX);
		return NET_TOO_LARGE;
	case NET_FAULT_HEAD:
		error_set(&slot->why, "the answer's headers are too long or hold a NUL");
		return NET_UNUSABLE;
	default:
		error_set(&slot->why, "out of memory for the answer");
		return NET_UNUSABLE;
	}
}

static enum net_outcome outcome_of_answer(struct net_slot *slot)
{
	const char *encoding = net_head_find(&slot->head, "Content-Encoding");
	if (!encoding || !*encoding || strcasecmp(encoding, "identity") == 0)
		return NET_ANSWERED;
	error_set(&slot->why, "the answer is compressed, which was not asked for");
	return NET_UNUSABLE;
}

static enum net_outcome judge_end(struct net_slot *slot, CURLcode code,
                                  bool *ret_may_pass)
{
	*ret_may_pass = false;
	if (slot->fault != NET_FAULT_NONE)
		return outcome_of_fault(slot);
	if (code == CURLE_OK)
		return outcome_of_answer(slot);
	enum net_outcome outcome = net_outcome_of(code, slot->error, ret_may_pass);
	if (outcome == NET_TIMED_OUT && clock_steady() < slot->client->options.deadline) {
		/* Not our deadline: the system gave up connecting, say. */
		outcome = NET_UNREACHABLE;
		*ret_may_pass = true;
	}
	if (outcome == NET_TIMED_OUT)
		say_timed_out(slot, NET_PHASE_LOOKUP);
	else if (outcome == NET_TOO_LARGE)
		error_set(&slot->why, "the answer is longer than %d bytes", NET_BODY_MAX);
	else
		say_error(slot, code);
	return outcome;
}

static const char *http_version(const struct net_slot *slot)
{
	switch (number_of(slot, CURLINFO_HTTP_VERSION)) {
	case CURL_HTTP_VERSION_1_0:
		return "HTTP/1.0";
	case CURL_HTTP_VERSION_1_1:
		return "HTTP/1.1";
	case CURL_HTTP_VERSION_2_0:
		return "HTTP/2";
	default:
		return "no HTTP";
	}
}

static void trace(const struct net_slot *slot, const struct net_reply *reply)
{
	struct strbuf *out = slot->client->options.trace;
	if (!out)
		return;
	strbuf_addf(out, "%s %s: ", slot->request.body.len > 0 ? "POST" : "GET",
	            strbuf_text(&slot->request.url));
	if (reply->status > 0)
		strbuf_addf(out, "%ld", reply->status);
	if (reply->outcome != NET_ANSWERED)
		strbuf_addf(out, "%s%s", reply->status > 0 ? ", " : "", reply->why);
	strbuf_addf(out, ", %.3f s, %zu bytes, %s, %s connection from port %ld\n",
	            reply->seconds, slot->body.len, http_version(slot),
	            number_of(slot, CURLINFO_NUM_CONNECTS) > 0 ? "new" : "kept",
	            number_of(slot, CURLINFO_LOCAL_PORT));
}

static const char *value_or_empty(const struct net_slot *slot, const char *name)
{
	const char *value = net_head_find(&slot->head, name);
	return value ? value : "";
}

static void fill_reply(struct net_slot *slot, struct net_reply *reply)
{
	const struct net_head *head = &slot->head;
	reply->handle = slot;
	reply->status = number_of(slot, CURLINFO_RESPONSE_CODE);
	reply->content_type = value_or_empty(slot, "Content-Type");
	reply->location = value_or_empty(slot, "Location");
	reply->retry_after = net_retry_after(net_head_find(head, "Retry-After"),
	                                     net_head_find(head, "Date"));
	if (reply->outcome == NET_ANSWERED) {
		reply->body = strbuf_text(&slot->body);
		reply->len = slot->body.len;
	}
	trace(slot, reply);
}

void net_slot_end(struct net_slot *slot, CURLcode code, struct net_reply *ret_reply)
{
	bool may_pass;
	enum net_outcome outcome = judge_end(slot, code, &may_pass);
	*ret_reply = net_reply_without_answer(outcome, slot->why.text);
	ret_reply->may_pass = may_pass;
	ret_reply->seconds = time_of(slot, CURLINFO_TOTAL_TIME_T);
	fill_reply(slot, ret_reply);
}

void net_slot_cut_off(struct net_slot *slot, enum net_phase furthest,
                      struct net_reply *ret_reply)
{
	say_timed_out(slot, furthest);
	*ret_reply = net_reply_without_answer(NET_TIMED_OUT, slot->why.text);
	ret_reply->seconds = clock_steady() - slot->started;
	fill_reply(slot, ret_reply);
}
