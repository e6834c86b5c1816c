#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"
#include "check.h"
#include "crypto.h"
#include "fault.h"
#include "provider.h"
#include "task.h"

static const struct member members[] = {
    {"require_token", IS_TEXT},   {"client_id", IS_TEXT},
    {"client_secret", IS_TEXT},   {"token_lifetime", IS_NUMBER},
    {"max_tokens", IS_NUMBER},    {"refuse_over_limit", IS_BOOL},
    {"koodrive_app_id", IS_TEXT}, {"koodrive_app_secret", IS_TEXT},
    {"koodrive_skew", IS_NUMBER}, {"coze_public_key", IS_TEXT},
    {"coze_app_id", IS_TEXT},     {"coze_key_id", IS_TEXT},
    {"coze_lifetime", IS_NUMBER}, {"clock_offset", IS_NUMBER},
    {"token_fault", IS_FAULT},    {"token_delay", IS_NUMBER},
};

static struct world *worlds;
static unsigned long next_serial = 1;

static struct world *find(const char *name)
{
	struct world *w = worlds;
	while (w && strcmp(w->name, name) != 0)
		w = w->next;
	return w;
}

static struct world *find_or_make(const char *name)
{
	struct world *w = find(name);
	if (w)
		return w;
	w = memory_new(sizeof *w);
	w->name = memory_text(name);
	w->serial = next_serial++;
	w->settings = memory_need(json_object());
	w->tasks = memory_need(json_object());
	w->used = memory_need(json_object());
	w->ids = memory_need(json_object());
	w->next = worlds;
	worlds = w;
	return w;
}

static void free_world(struct world *w)
{
	free(w->name);
	json_decref(w->settings);
	json_decref(w->tasks);
	json_decref(w->used);
	json_decref(w->ids);
	wallet_clear(&w->pan);
	wallet_clear(&w->coze);
	free(w);
}

double state_now(const struct world *w)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9 +
	       check_seconds(w->settings, "clock_offset", 0);
}

const char *state_setting(const struct world *w, const char *name)
{
	return json_string_value(json_object_get(w->settings, name));
}

void call_refuse(struct call *c, enum refusal refusal)
{
	c->world->refused++;
	shape_refuse(c->endpoint, refusal, c->out);
}

bool call_token_good(const struct call *c, const char *token, const struct wallet *wallet,
                     bool guarded)
{
	const char *fixed = state_setting(c->world, "require_token");
	if (!fixed && !guarded)
		return true;
	return (fixed && strcmp(fixed, token) == 0) ||
	       wallet_holds(wallet, token, state_now(c->world));
}

void call_answer(struct call *c, const char *id, json_t *good, const char *fault)
{
	if (!fault) {
		answer_json(c->out, 200, good);
		return;
	}
	struct strbuf key;
	strbuf_init(&key, 4096);
	strbuf_addf(&key, "%d/%s", (int)c->endpoint, id);
	bool again = json_object_get(c->world->used, strbuf_text(&key)) != NULL;
	json_object_set_new(c->world->used, strbuf_text(&key), json_true());
	strbuf_clear(&key);
	fault_apply(fault, c->endpoint, good, again, c->out);
}

/* Counts the connection once for each world that it was used for. */
static void note_connection(struct world *w, struct peer *peer)
{
	for (unsigned i = 0; i < peer->world_count; i++)
		if (peer->worlds[i] == w->serial)
			return;
	if (peer->world_count == ARRAY_LEN(peer->worlds))
		peer->world_count--;
	peer->worlds[peer->world_count++] = w->serial;
	w->connections++;
}

static const struct {
	enum endpoint endpoint;
	const char *method;
	void (*answer)(struct call *c);
} endpoints[] = {
    {ENDPOINT_COPY, "GET", pan_copy},          {ENDPOINT_COPY_LIST, "GET", pan_copy_list},
    {ENDPOINT_OFFLINE, "GET", pan_offline},    {ENDPOINT_KOODRIVE, "GET", koodrive_task},
    {ENDPOINT_COZE, "GET", coze_task},         {ENDPOINT_PAN_TOKEN, "POST", pan_token},
    {ENDPOINT_COZE_TOKEN, "POST", coze_token},
};

/* A path that ends with a slash has a task's id behind it, another is the whole path. */
static bool leads_to(const char *path, enum endpoint endpoint, const char **ret_rest)
{
	const char *own = shape_of(endpoint)->path;
	size_t len = strlen(own);
	*ret_rest = path + len;
	if (strncmp(path, own, len) != 0)
		return false;
	return own[len - 1] == '/' ? path[len] && !strchr(path + len, '/') : !path[len];
}

void world_answer(const char *name, const char *path, const struct request *req,
                  struct answer *a)
{
	struct world *w = find_or_make(name);
	w->requests++;
	note_connection(w, req->peer);
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
		struct call c = {w, endpoints[i].endpoint, NULL, req, a};
		if (!leads_to(path, c.endpoint, &c.rest))
			continue;
		if (request_is(req, endpoints[i].method))
			endpoints[i].answer(&c);
		else
			answer_text(a, 405, "text/plain", "405 method not allowed");
		return;
	}
	answer_text(a, 404, "text/plain", "404 page not found");
}

bool world_configure(const char *name, json_t *settings, struct error *err)
{
	if (!check_members(settings, members, ARRAY_LEN(members), err))
		return false;
	const char *key = json_string_value(json_object_get(settings, "coze_public_key"));
	if (key && !public_key_good(key))
		return error_set(err, "coze_public_key: no public key in PEM");
	struct world *w = find_or_make(name);
	for (void *at = json_object_iter(settings); at;
	     at = json_object_iter_next(settings, at)) {
		const char *member = json_object_iter_key(at);
		json_t *value = json_object_iter_value(at);
		if (json_is_null(value))
			json_object_del(w->settings, member);
		else
			json_object_set(w->settings, member, value);
	}
	return true;
}

bool world_set_task(const char *name, const char *id, json_t *task, struct error *err)
{
	return task_set(find_or_make(name), id, task, err);
}

void world_remove_task(const char *name, const char *id)
{
	task_remove(find_or_make(name), id);
}

void world_revoke(const char *name)
{
	struct world *w = find_or_make(name);
	wallet_clear(&w->pan);
	wallet_clear(&w->coze);
}

json_t *world_stats(const char *name)
{
	struct world *w = find(name);
	if (!w)
		return NULL;
	double now = state_now(w);
	size_t live = wallet_live(&w->pan, now) + wallet_live(&w->coze, now);
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "requests", (json_int_t)w->requests,
	                 "token_requests", (json_int_t)w->token_requests, "tokens_issued",
	                 (json_int_t)w->tokens_issued, "live_tokens", (json_int_t)live,
	                 "refused", (json_int_t)w->refused, "connections",
	                 (json_int_t)w->connections);
}

bool world_forget(const char *name)
{
	for (struct world **at = &worlds; *at; at = &(*at)->next) {
		if (strcmp((*at)->name, name) != 0)
			continue;
		struct world *w = *at;
		*at = w->next;
		free_world(w);
		return true;
	}
	return false;
}

void world_forget_all(void)
{
	while (worlds)
		(void)world_forget(worlds->name);
}
