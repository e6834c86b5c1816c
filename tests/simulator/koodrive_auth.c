#include "koodrive_auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "check.h"
#include "crypto.h"
#include "encode.h"

enum { SKEW = 900, PARTS_MAX = 64, TEXT_MAX = 64 << 10 };

/* Pieces of a text, which they share; sorted where the scheme wants it. */
struct parts {
	char *text;
	char *part[PARTS_MAX];
	size_t count;
};

static void parts_init(struct parts *p, const char *text, char separator)
{
	*p = (struct parts){.text = memory_text(text)};
	for (char *at = p->text; at && *at && p->count < PARTS_MAX;) {
		p->part[p->count++] = at;
		at = strchr(at, separator);
		if (at)
			*at++ = '\0';
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void parts_sort(struct parts *p)
{
	qsort(p->part, p->count, sizeof p->part[0], compare);
}

static bool parts_hold(const struct parts *p, const char *text)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->part[i], text) == 0)
			return true;
	return false;
}

/* Decoded and encoded anew, so that the client's own encoding does not matter. */
static void add_normal(struct strbuf *to, const char *text, size_t len, bool keep_slash)
{
	char *plain = percent_decode_take(text, len);
	char *coded = percent_encode_take(plain, keep_slash);
	strbuf_adds(to, coded);
	free(plain);
	free(coded);
}

static void add_uri(struct strbuf *to, const char *path)
{
	size_t len = strlen(path);
	add_normal(to, path, len, true);
	if (len == 0 || path[len - 1] != '/')
		strbuf_addc(to, '/');
	strbuf_addc(to, '\n');
}

static char *normal_pair_take(const char *pair)
{
	struct strbuf text;
	strbuf_init(&text, TEXT_MAX);
	size_t name = strcspn(pair, "=");
	const char *value = pair + name + (pair[name] == '=');
	add_normal(&text, pair, name, false);
	strbuf_addc(&text, '=');
	add_normal(&text, value, strlen(value), false);
	return memory_need(strbuf_take(&text));
}

static void add_query(struct strbuf *to, const char *query)
{
	struct parts pairs;
	parts_init(&pairs, query, '&');
	for (size_t i = 0; i < pairs.count; i++)
		pairs.part[i] = normal_pair_take(pairs.part[i]);
	parts_sort(&pairs);
	for (size_t i = 0; i < pairs.count; i++) {
		strbuf_addf(to, "%s%s", i > 0 ? "&" : "", pairs.part[i]);
		free(pairs.part[i]);
	}
	free(pairs.text);
	strbuf_addc(to, '\n');
}

static void add_trimmed(struct strbuf *to, const char *value)
{
	value += strspn(value, " \t");
	size_t len = strlen(value);
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	strbuf_add(to, value, len);
}

/* Each header, a blank line, and the names again. */
static void add_headers(struct strbuf *to, const struct parts *names,
                        const struct request *req)
{
	for (size_t i = 0; i < names->count; i++) {
		const char *value = request_header(req, names->part[i]);
		strbuf_addf(to, "%s:", names->part[i]);
		add_trimmed(to, value ? value : "");
		strbuf_addc(to, '\n');
	}
	strbuf_addc(to, '\n');
	for (size_t i = 0; i < names->count; i++)
		strbuf_addf(to, "%s%s", i > 0 ? ";" : "", names->part[i]);
	strbuf_addc(to, '\n');
}

static void sign(const struct request *req, const struct parts *names, const char *secret,
                 char ret[HASH_TEXT])
{
	struct strbuf text;
	strbuf_init(&text, TEXT_MAX);
	strbuf_addf(&text, "%s\n", req->method);
	add_uri(&text, req->path);
	add_query(&text, req->query);
	add_headers(&text, names, req);
	char hash[HASH_TEXT];
	sha256_hex(strbuf_text(&req->body), req->body.len, hash);
	strbuf_adds(&text, hash);

	sha256_hex(strbuf_text(&text), text.len, hash);
	strbuf_cut(&text, 0);
	strbuf_addf(&text, "HMAC-SHA256\n%s", hash);
	hmac_sha256_hex(secret, strbuf_text(&text), ret);
	strbuf_clear(&text);
}

/* "20240909T033325Z" */
static bool read_date(const char *text, int64_t *ret)
{
	if (strlen(text) != 16)
		return false;
	struct strbuf plain;
	strbuf_init(&plain, 32);
	strbuf_addf(&plain, "%.4s-%.2s-%.5s:%.2s:%s", text, text + 4, text + 6, text + 11,
	            text + 13);
	bool ok = clock_parse_rfc3339(strbuf_text(&plain), ret);
	strbuf_clear(&plain);
	return ok;
}

static const char *date_wrong(const struct call *c)
{
	const char *text = request_header(c->req, "x-date");
	int64_t date;
	if (!text || !read_date(text, &date))
		return "X-Date is missing or malformed";
	double age = state_now(c->world) - (double)date;
	if (age < 0)
		return "X-Date is later than now";
	return age > check_seconds(c->world->settings, "koodrive_skew", SKEW)
	           ? "signature expired"
	           : NULL;
}

/* The value behind "NAME=" up to the next comma. */
static char *field_take(const char *text, const char *name)
{
	struct parts fields;
	parts_init(&fields, text, ',');
	size_t len = strlen(name);
	char *value = NULL;
	for (size_t i = 0; i < fields.count && !value; i++) {
		const char *at = fields.part[i] + strspn(fields.part[i], " ");
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			value = memory_text(at + len + 1);
	}
	free(fields.text);
	return value ? value : memory_text("");
}

static const char *names_wrong(const struct call *c, const struct parts *names)
{
	if (!parts_hold(names, "x-date") || !parts_hold(names, "x-user-id"))
		return "x-date and x-user-id must be signed";
	for (size_t i = 0; i < names->count; i++)
		if (!request_header(c->req, names->part[i]))
			return "a signed header is missing";
	return *request_header(c->req, "x-user-id") ? date_wrong(c)
	                                            : "X-User-Id is empty";
}

const char *koodrive_signature_wrong(const struct call *c)
{
	const char *given =
	    request_header(c->req, "authorization") + strlen(KOODRIVE_SCHEME);
	const char *secret = state_setting(c->world, "koodrive_app_secret");
	char *app = field_take(given, "AppId");
	char *list = field_take(given, "SignedHeaders");
	char *signature = field_take(given, "Signature");
	struct parts names;
	parts_init(&names, list, ';');
	parts_sort(&names);

	const char *why = names_wrong(c, &names);
	if (strcmp(app, state_setting(c->world, "koodrive_app_id")) != 0)
		why = "app not found";
	if (!why) {
		char own[HASH_TEXT];
		sign(c->req, &names, secret ? secret : "", own);
		why = strcmp(own, signature) == 0 ? NULL : "verify signature failed";
	}
	free(names.text);
	free(app);
	free(list);
	free(signature);
	return why;
}
