#include "task/token_file.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "net/json_text.h"
#include "task/secret.h"

#define FORMAT "cloud-task-plugins token"
enum { FORMAT_VERSION = 1, MARGIN_MAX = 300, WAIT_DEFAULT = 60 };

static const struct token_file nothing = {.condition = TASK_DENIED, .wait = WAIT_DEFAULT};

static int64_t time_of(const json_t *root, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(root, name));
	return value > 0 ? value : 0;
}

/* The condition of a kept failure: denied, where it is none that can be kept. */
static enum task_condition condition_of(const json_t *root)
{
	static const enum task_condition kept[] = {TASK_INVALID, TASK_UNREACHABLE};
	const char *name = json_string_value(json_object_get(root, "condition"));
	for (size_t i = 0; name && i < ARRAY_LEN(kept); i++)
		if (strcmp(name, task_condition_name(kept[i])) == 0)
			return kept[i];
	return TASK_DENIED;
}

/* Copies a text; NULL where there is none. False without memory. */
static bool copy_text(const json_t *root, const char *name, char **ret)
{
	const char *text = json_string_value(json_object_get(root, name));
	if (!text || !*text)
		return true;
	*ret = strdup(text);
	return *ret != NULL;
}

bool token_fits_header(const char *token)
{
	for (const char *text = token; *text; text++)
		if (*text < 0x20 || *text > 0x7E)
			return false;
	return *token != '\0' && strlen(token) <= SECRET_LINE_MAX;
}

static bool is_ours(const json_t *root)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	const char *token = json_string_value(json_object_get(root, "token"));
	return format && strcmp(format, FORMAT) == 0 &&
	       json_integer_value(json_object_get(root, "version")) == FORMAT_VERSION &&
	       (!token || !*token || token_fits_header(token));
}

/* False without memory. */
static bool read_root(const json_t *root, struct token_file *kept)
{
	const char *secret = json_string_value(json_object_get(root, "secret"));
	if (secret && strlen(secret) < sizeof kept->secret)
		memcpy(kept->secret, secret, strlen(secret) + 1);
	kept->expires_at = time_of(root, "expires_at");
	kept->obtained_at = time_of(root, "obtained_at");
	kept->refused_at = time_of(root, "refused_at");
	if (time_of(root, "wait") > 0)
		kept->wait = time_of(root, "wait");
	kept->condition = condition_of(root);
	return copy_text(root, "token", &kept->token) &&
	       copy_text(root, "refusal", &kept->refusal);
}

/* False (with errno) where the file could not be read, which is not its fault. *ret_root
   is NULL where it holds no JSON. */
static bool load(FILE *file, json_t **ret_root)
{
	char *text = NULL;
	size_t room = 0;
	bool no_memory = false;
	ssize_t len = getdelim(&text, &room, '\0', file);
	bool read = len >= 0 || feof(file);
	*ret_root = len > 0 ? json_text_parse(text, (size_t)len, JSON_REJECT_DUPLICATES,
	                                      NULL, &no_memory)
	                    : NULL;
	if (no_memory)
		errno = ENOMEM;
	if (text)
		OPENSSL_cleanse(text, room);
	free(text);
	return read && !no_memory;
}

bool token_file_read(const char *path, struct token_file *ret_kept,
                     struct error *ret_notice, struct error *err)
{
	FILE *file;
	const char *wrong;
	json_t *root = NULL;
	*ret_kept = nothing;
	if (!statedir_read(path, &file, &wrong, err))
		return false;
	if (!file && !wrong)
		return true;
	/* A token is scarce: it is not given up for want of memory. */
	bool good = !file || load(file, &root);
	if (good && is_ours(root))
		good = read_root(root, ret_kept);
	else if (good)
		statedir_set_aside(path, N_("it holds no token of ours"), ret_notice);
	if (!good) {
		error_set(err, "cannot read '%s': %s", path, strerror(errno));
		token_file_clear(ret_kept);
	}
	if (file)
		(void)fclose(file);
	json_decref(root);
	return good;
}

bool token_file_write(struct statedir_write *write, const struct token_file *kept,
                      struct error *err)
{
	json_t *root = json_pack("{ss si}", "format", FORMAT, "version", FORMAT_VERSION);
	bool good = root != NULL;
	if (good && kept->token)
		good =
		    json_object_set_new(root, "token", json_string(kept->token)) == 0 &&
		    json_object_set_new(root, "expires_at",
		                        json_integer(kept->expires_at)) == 0 &&
		    json_object_set_new(root, "obtained_at",
		                        json_integer(kept->obtained_at)) == 0;
	if (good && kept->refusal)
		good =
		    json_object_set_new(root, "refusal", json_string(kept->refusal)) ==
		        0 &&
		    json_object_set_new(root, "refused_at",
		                        json_integer(kept->refused_at)) == 0 &&
		    json_object_set_new(
		        root, "condition",
		        json_string(task_condition_name(kept->condition))) == 0 &&
		    json_object_set_new(root, "wait", json_integer(kept->wait)) == 0 &&
		    json_object_set_new(root, "secret", json_string(kept->secret)) == 0;
	good = good && json_dumpf(root, write->file, JSON_COMPACT) == 0 &&
	       fputc('\n', write->file) != EOF;
	json_decref(root);
	if (good)
		return statedir_commit(write, err);
	error_set(err, "cannot write '%s'", write->path);
	statedir_abandon(write);
	return false;
}

void token_file_clear(struct token_file *kept)
{
	secret_free(kept->token);
	free(kept->refusal);
	*kept = nothing;
}

bool token_file_is_good(const struct token_file *kept, int64_t now)
{
	/* A time of getting that lies ahead: the clock jumped, the end means nothing. */
	if (!kept->token || kept->obtained_at > now + MARGIN_MAX)
		return false;
	int64_t lifetime = kept->expires_at - kept->obtained_at;
	if (lifetime <= 0)
		return kept->expires_at > 0;
	int64_t margin = lifetime / 10 < MARGIN_MAX ? lifetime / 10 : MARGIN_MAX;
	return kept->expires_at - margin > now;
}
