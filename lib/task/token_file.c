#include "task/token_file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "task/secret.h"

#define FORMAT "cloud-task-plugins token"
enum { FORMAT_VERSION = 1, MARGIN_MAX = 300 };

static int64_t time_of(const json_t *root, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(root, name));
	return value > 0 ? value : 0;
}

static char *copy_of(const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));
	return text && *text ? strdup(text) : NULL;
}

bool token_is_printable(const char *token)
{
	for (const char *text = token; *text; text++)
		if (*text < 0x20 || *text > 0x7E)
			return false;
	return *token != '\0';
}

static bool read_root(const json_t *root, struct token_file *kept)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	if (!format || strcmp(format, FORMAT) != 0 ||
	    json_integer_value(json_object_get(root, "version")) != FORMAT_VERSION)
		return false;
	kept->token = copy_of(root, "token");
	kept->expires_at = time_of(root, "expires_at");
	kept->obtained_at = time_of(root, "obtained_at");
	kept->refusal = copy_of(root, "refusal");
	kept->refused_at = time_of(root, "refused_at");
	const char *secret = json_string_value(json_object_get(root, "secret"));
	if (secret && strlen(secret) < sizeof kept->secret)
		memcpy(kept->secret, secret, strlen(secret) + 1);
	return !kept->token || token_is_printable(kept->token);
}

bool token_file_read(const char *path, struct token_file *ret_kept,
                     struct error *ret_notice, struct error *err)
{
	FILE *file;
	*ret_kept = (struct token_file){NULL, 0, 0, NULL, 0, ""};
	const char *wrong;
	if (!statedir_read(path, &file, &wrong, err))
		return false;
	if (!file && !wrong)
		return true;
	json_t *root = file ? json_loadf(file, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (file)
		(void)fclose(file);
	if (!read_root(root, ret_kept)) {
		token_file_clear(ret_kept);
		statedir_set_aside(path, "it holds no token of ours", ret_notice);
	}
	json_decref(root);
	return true;
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
	*kept = (struct token_file){NULL, 0, 0, NULL, 0, ""};
}

bool token_file_is_good(const struct token_file *kept, int64_t now)
{
	/* A time of getting that lies ahead: the clock jumped, the end means nothing. */
	if (!kept->token || kept->obtained_at > now + MARGIN_MAX)
		return false;
	int64_t lifetime = kept->expires_at - kept->obtained_at;
	int64_t margin = lifetime / 10 < MARGIN_MAX ? lifetime / 10 : MARGIN_MAX;
	return kept->expires_at - margin > now;
}
