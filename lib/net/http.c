#include "net/http.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "net/http_retry.h"
#include "net/http_setup.h"
#include "net/http_slot.h"

/* libcurl was seen to stall with HTTP/2 in long polls, so none is longer. */
static const double LONGEST_POLL = 0.025;

enum { PARALLEL_MAX = 10000 };

/* One call of net_run(). */
struct run {
	struct net_client *client;
	const struct net_ops *ops;
	void *ctx;
	struct error *err;
	bool more; /* ops->next() may still give items */
};

/* ------------------------------------------------------------ lists of slots */

static void slots_put(struct net_slots *slots, struct net_slot *slot)
{
	slot->next = NULL;
	if (slots->last)
		slots->last->next = slot;
	else
		slots->first = slot;
	slots->last = slot;
}

static struct net_slot *slots_take(struct net_slots *slots)
{
	struct net_slot *slot = slots->first;
	if (!slot)
		return NULL;
	slots->first = slot->next;
	if (!slots->first)
		slots->last = NULL;
	return slot;
}

/* --------------------------------------------------------- judging, trying again */

static void retry_later(struct net_client *client, struct net_job job,
                        const struct net_reply *reply, bool all_wait)
{
	double now = clock_steady();
	bool told = reply->retry_after >= 0;
	/* All wait, whether or not this one is tried again. */
	if (all_wait && told && now + reply->retry_after > client->hold_until)
		client->hold_until = now + reply->retry_after;
	if (job.retries >= client->options.retries)
		return;
	job.due =
	    now + (told ? reply->retry_after : net_backoff(job.retries, &client->random));
	job.retries++;
	/* Without memory, too, it ends with the judgement that it has. */
	if (job.due < client->options.deadline)
		(void)!net_queue_put(&client->queue, job);
}

static void release(struct net_slot *slot)
{
	net_slot_reset(slot);
	net_slot_shrink(slot);
	slots_put(&slot->client->idle, slot);
}

/* Hands a reply to the caller and does what it answers. */
static void settle(struct run *run, struct net_slot *slot, const struct net_reply *reply)
{
	enum net_next next = run->ops->judge(run->ctx, slot->job.item, reply);
	switch (next) {
	case NET_AGAIN:
		slot->job.retries = 0;
		net_slot_shrink(slot);
		slots_put(&run->client->ready, slot);
		return;
	case NET_RETRY:
	case NET_RETRY_ALL_WAIT:
		retry_later(run->client, slot->job, reply, next == NET_RETRY_ALL_WAIT);
		break;
	case NET_DONE:
		break;
	}
	release(slot);
}

/* ------------------------------------------------------------------- starting */

/* A free slot, made if the window is not yet as wide as it may be. */
static struct net_slot *free_slot(struct run *run)
{
	struct net_client *client = run->client;
	struct net_slot *slot = slots_take(&client->idle);
	if (slot || client->slot_count >= client->options.parallel)
		return slot;
	/* Without memory for one more it goes on with those that there are. */
	struct error *err = client->slot_count > 0 ? NULL : run->err;
	if (!client->multi)
		client->multi = net_setup_multi(&client->options, err);
	slot = client->multi ? net_slot_new(client, err) : NULL;
	if (slot)
		client->slots[client->slot_count++] = slot;
	else
		client->broken = client->slot_count == 0;
	return slot;
}

static bool take_job(struct run *run, double now, struct net_job *ret_job)
{
	const struct net_job *due = net_queue_first(&run->client->queue);
	if (due && due->due <= now) {
		*ret_job = net_queue_take(&run->client->queue);
		return true;
	}
	void *item = run->more ? run->ops->next(run->ctx) : NULL;
	run->more = item != NULL;
	*ret_job = (struct net_job){.item = item};
	return item != NULL;
}

/* The slot that is to start next: what goes on, then retries, then new items. */
static struct net_slot *pick(struct run *run, double now)
{
	struct net_slot *slot = slots_take(&run->client->ready);
	if (slot)
		return slot;
	const struct net_job *due = net_queue_first(&run->client->queue);
	if (!run->more && !(due && due->due <= now))
		return NULL;
	slot = free_slot(run);
	if (slot && !take_job(run, now, &slot->job)) {
		slots_put(&run->client->idle, slot);
		slot = NULL;
	}
	return slot;
}

static void start(struct run *run, struct net_slot *slot, double now)
{
	struct net_client *client = run->client;
	struct net_reply reply;
	net_slot_reset(slot);
	if (!run->ops->prepare(run->ctx, slot->job.item, &slot->request)) {
		release(slot);
		return;
	}
	if (client->options.rate > 0)
		client->next_start = now + 1 / client->options.rate;
	if (!net_slot_start(slot, &reply))
		settle(run, slot, &reply);
}

/* ---------------------------------------------------------------- out of time */

/* Ends all that is not in flight: what was not asked is judged, and what
   waits for a retry is dropped. */
static void give_up_waiting(struct run *run, enum net_outcome outcome, const char *why)
{
	struct net_client *client = run->client;
	const struct net_reply reply = net_reply_without_answer(outcome, why);
	for (struct net_slot *slot = slots_take(&client->ready); slot;
	     slot = slots_take(&client->ready)) {
		(void)run->ops->judge(run->ctx, slot->job.item, &reply);
		release(slot);
	}
	net_queue_clear(&client->queue);
	for (void *item; run->more;) {
		item = run->ops->next(run->ctx);
		run->more = item != NULL;
		if (item)
			(void)run->ops->judge(run->ctx, item, &reply);
	}
}

/*
 * The deadline. What is in flight stays with libcurl, and its slots are used no
 * more: taking a handle out can wait for a resolver that hangs.
 */
static void cut_off(struct run *run)
{
	struct net_client *client = run->client;
	enum net_phase furthest = NET_PHASE_LOOKUP;
	for (unsigned i = 0; i < client->slot_count; i++) {
		if (client->slots[i]->running &&
		    net_slot_phase(client->slots[i]) > furthest)
			furthest = net_slot_phase(client->slots[i]);
	}
	for (unsigned i = 0; i < client->slot_count; i++) {
		struct net_slot *slot = client->slots[i];
		struct net_reply reply;
		if (!slot->running)
			continue;
		net_slot_count(slot);
		net_slot_cut_off(slot, furthest, &reply);
		(void)run->ops->judge(run->ctx, slot->job.item, &reply);
	}
	give_up_waiting(run, NET_TIMED_OUT, _("the deadline passed before it was asked"));
}

/* --------------------------------------------------------------------- the loop */

/* Starts all that may start now. False if the engine failed. */
static bool fill(struct run *run)
{
	struct net_client *client = run->client;
	while (!client->broken) {
		double now = clock_steady();
		if (now >= client->options.deadline)
			return true;
		if (client->hold_until >= client->options.deadline) {
			give_up_waiting(
			    run, NET_HELD_BACK,
			    _("not asked, the server's rate limit lasts until after the "
			      "deadline"));
			return true;
		}
		if (now < client->hold_until || now < client->next_start)
			return true;
		struct net_slot *slot = pick(run, now);
		if (slot)
			start(run, slot, now);
		else if (!client->broken)
			return true;
	}
	return error_set(run->err, "the connection engine failed before");
}

/* Whether a certificate was refused that more trust may accept: then ask once more. */
static bool trust_grew(struct net_slot *slot, CURLcode code)
{
	struct net_client *client = slot->client;
	if (code != CURLE_PEER_FAILED_VERIFICATION)
		return false;
	if (slot->trust == client->trust_version) {
		if (!net_trust_fall_back(&client->trust))
			return false;
		client->trust_version++;
	}
	return true;
}

/* Reads what has ended. Returns whether anything had. */
static bool take_ended(struct run *run)
{
	struct net_client *client = run->client;
	bool any = false;
	int left;
	for (CURLMsg *msg = curl_multi_info_read(client->multi, &left); msg;
	     msg = curl_multi_info_read(client->multi, &left)) {
		CURLcode code = msg->data.result;
		void *user = NULL;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &user);
		struct net_slot *slot = user;
		struct net_reply reply;
		any = true;
		curl_multi_remove_handle(client->multi, slot->easy);
		net_slot_count(slot);
		if (trust_grew(slot, code)) {
			slots_put(&client->ready, slot);
			continue;
		}
		net_slot_end(slot, code, &reply);
		settle(run, slot, &reply);
	}
	return any;
}

/* The earlier of two times, if it is still to come. */
static void earlier(double *when, double now, double time)
{
	if (time > now && time < *when)
		*when = time;
}

static int poll_ms(const struct net_client *client)
{
	double now = clock_steady();
	double when = now + LONGEST_POLL;
	const struct net_job *first = net_queue_first(&client->queue);
	earlier(&when, now, client->options.deadline);
	earlier(&when, now, client->hold_until);
	earlier(&when, now, client->next_start);
	if (first)
		earlier(&when, now, first->due);
	return (int)ceil((when - now) * 1000);
}

static bool drive(struct run *run)
{
	struct net_client *client = run->client;
	int running;
	CURLMcode code = curl_multi_perform(client->multi, &running);
	if (code == CURLM_OK && !take_ended(run))
		code = curl_multi_poll(client->multi, NULL, 0, poll_ms(client), NULL);
	if (code == CURLM_OK)
		return true;
	client->broken = true;
	return error_set(run->err, "libcurl failed: %s", curl_multi_strerror(code));
}

static bool work_left(const struct run *run)
{
	const struct net_client *client = run->client;
	return run->more || client->running > 0 || client->ready.first ||
	       net_queue_first(&client->queue);
}

bool net_run(struct net_client *client, const struct net_ops *ops, void *ctx,
             struct error *err)
{
	struct run run = {client, ops, ctx, err, true};
	for (;;) {
		if (clock_steady() >= client->options.deadline) {
			cut_off(&run);
			return true;
		}
		if (!fill(&run))
			return false;
		if (!work_left(&run))
			return true;
		if (client->multi && !drive(&run))
			return false;
	}
}

/* ------------------------------------------------------------------ the client */

struct net_client *net_client_new(const struct net_options *options, struct error *err)
{
	struct net_client *client = calloc(1, sizeof *client);
	if (!client) {
		error_set(err, "out of memory");
		return NULL;
	}
	client->options = *options;
	if (client->options.parallel < 1)
		client->options.parallel = 1;
	if (client->options.parallel > PARALLEL_MAX)
		client->options.parallel = PARALLEL_MAX;
	client->slots = calloc(client->options.parallel, sizeof(struct net_slot *));
	double now = clock_steady();
	memcpy(&client->random, &now, sizeof client->random);
	client->random ^= (uint64_t)getpid() << 40 ^ 0x9E3779B97F4A7C15U;
	if (client->random == 0)
		client->random = 1; /* xorshift never leaves 0 */
	if (client->slots)
		return client;
	error_set(err, "out of memory");
	free(client);
	return NULL;
}

void net_client_free(struct net_client *client)
{
	if (!client)
		return;
	for (unsigned i = 0; i < client->slot_count; i++) {
		curl_multi_remove_handle(client->multi, client->slots[i]->easy);
		net_slot_free(client->slots[i]);
	}
	if (client->multi)
		curl_multi_cleanup(client->multi);
	net_queue_clear(&client->queue);
	net_trust_clear(&client->trust);
	free(client->slots);
	free(client);
}

unsigned long net_connections(const struct net_client *client)
{
	return client->connections;
}

unsigned long net_requests(const struct net_client *client)
{
	return client->requests;
}
