#include "control.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/error.h"
#include "encode.h"
#include "script.h"
#include "world.h"

/* A request for control, taken apart: /_sim/KIND/NAME/WHAT/ID. */
struct order {
	const struct request *req;
	const struct control_stats *stats;
	char *name;   /* may be "" */
	char *id;     /* decoded; may be "" */
	json_t *body; /* NULL if there is none */
	struct answer *out;
};

static void done(struct order *o, bool ok, const struct error *err)
{
	if (ok)
		answer_json(o->out, 200, json_pack("{s:b}", "ok", 1));
	else
		answer_error(o->out, 400, err->text);
}

static void found(struct order *o, bool ok)
{
	if (ok)
		answer_json(o->out, 200, json_pack("{s:b}", "ok", 1));
	else
		answer_error(o->out, 404, "there is nothing of that name");
}

static void give(struct order *o, json_t *json)
{
	if (json)
		answer_json(o->out, 200, json);
	else
		found(o, false);
}

static void put_case(struct order *o)
{
	struct error err = ERROR_INIT;
	bool ok = script_set(o->name, o->body, &err);
	done(o, ok, &err);
}

static void get_case(struct order *o)
{
	give(o, script_requests(o->name));
}

static void delete_case(struct order *o)
{
	found(o, script_forget(o->name));
}

static void put_world(struct order *o)
{
	struct error err = ERROR_INIT;
	bool ok = world_configure(o->name, o->body, &err);
	done(o, ok, &err);
}

static void get_world(struct order *o)
{
	give(o, world_stats(o->name));
}

static void delete_world(struct order *o)
{
	found(o, world_forget(o->name));
}

static void revoke(struct order *o)
{
	world_revoke(o->name);
	found(o, true);
}

static void put_task(struct order *o)
{
	struct error err = ERROR_INIT;
	bool ok = world_set_task(o->name, o->id, o->body, &err);
	done(o, ok, &err);
}

static void delete_task(struct order *o)
{
	world_remove_task(o->name, o->id);
	found(o, true);
}

static void get_stats(struct order *o)
{
	give(o, json_pack("{s:I,s:I}", "connections", (json_int_t)o->stats->connections,
	                  "requests", (json_int_t)o->stats->requests));
}

/* What may be asked; kind and what stand in the path, what is "" if nothing follows. */
static const struct {
	const char *method;
	const char *kind;
	const char *what;
	void (*run)(struct order *);
} orders[] = {
    {"PUT", "case", "", put_case},
    {"GET", "case", "", get_case},
    {"DELETE", "case", "", delete_case},
    {"PUT", "world", "", put_world},
    {"GET", "world", "", get_world},
    {"DELETE", "world", "", delete_world},
    {"POST", "world", "revoke", revoke},
    {"PUT", "world", "task", put_task},
    {"DELETE", "world", "task", delete_task},
    {"GET", "stats", "", get_stats},
};

/* The path's next part, decoded; "" behind the last. */
static char *part_take(const char **at)
{
	*at += **at == '/';
	size_t len = strcspn(*at, "/");
	char *part = percent_decode_take(*at, len);
	*at += len;
	return part;
}

/* An id may hold what it likes, but a name goes into other paths. */
static bool name_ok(const char *kind, const char *name)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-";
	size_t len = strlen(name);
	if (strcmp(kind, "stats") == 0)
		return len == 0;
	return len >= 1 && len <= 100 && strspn(name, allowed) == len;
}

static void run(struct order *o, const char *kind, const char *what)
{
	if (!name_ok(kind, o->name)) {
		answer_error(o->out, 400, "a name is 1 to 100 of [A-Za-z0-9._-]");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		if (!request_is(o->req, orders[i].method) ||
		    strcmp(kind, orders[i].kind) != 0 ||
		    strcmp(what, orders[i].what) != 0)
			continue;
		orders[i].run(o);
		return;
	}
	answer_error(o->out, 404, "no such control: see the README");
}

void control_answer(const struct request *req, const struct control_stats *stats,
                    struct answer *a)
{
	const char *at = req->path + strlen("/_sim");
	char *kind = part_take(&at);
	struct order o = {.req = req, .stats = stats, .out = a};
	o.name = part_take(&at);
	char *what = part_take(&at);
	o.id = part_take(&at);
	json_error_t why;
	o.body = json_loadb(strbuf_text(&req->body), req->body.len, JSON_ALLOW_NUL, &why);
	if (req->body.len > 0 && !o.body)
		answer_error(a, 400, why.text);
	else
		run(&o, kind, what);
	json_decref(o.body);
	free(kind);
	free(o.name);
	free(what);
	free(o.id);
}
