#include "task/credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "monplug/duration.h"
#include "task/jwt.h"
#include "task/mask.h"
#include "task/secret.h"
#include "task/token_ask.h"
#include "task/token_file.h"

#define TOKEN_VARIABLE "CLOUD_TASKS_TOKEN"

enum {
	REPLACE_SECONDS = 600, /* a refused token is replaced at most once in this time */
	RESERVE_BYTES = NET_HEADER_MAX + 16384, /* what a kept token takes on disk */
	IDENTITY_MAX = 2048
};

struct credential {
	struct credential_options options;
	struct provider_run run;
	char *token;
	char *former; /* the token before it, which answers may still repeat */
	unsigned use;
	bool obtains;
	bool replaced; /* one replacement a run, whatever became of it */
	bool has_expiry;
	int64_t expires_at;
	char *account;
	char digest[17];
	char *path; /* where the obtained token is kept; NULL: it can't be */
	struct error notice;
};

/* Names the account by what the user gave, never by the secret itself. */
static bool name_account(struct credential *credential)
{
	const struct credential_options *options = &credential->options;
	const struct provider *provider = options->provider;
	struct strbuf name;
	strbuf_init(&name, IDENTITY_MAX);
	if (credential->obtains)
		provider->tokens->identity(options->own, &name);
	else if (options->token_file && credential->token) {
		char *real = realpath(options->token_file, NULL);
		strbuf_addf(&name, "file:%s", real ? real : options->token_file);
		free(real);
	} else if (credential->token) {
		strbuf_adds(&name, "environment");
	}
	if (provider->account)
		provider->account(options->own, &name);
	credential->account = strbuf_take(&name);
	return credential->account != NULL;
}

static bool load_given_token(struct credential *credential, struct error *err)
{
	const struct credential_options *options = &credential->options;
	const char *what = _("access token");
	if (options->token_file) {
		if (!secret_read(options->token_file, what, SECRET_LINE,
		                 &credential->token, err))
			return false;
	} else if (!secret_from_environment(TOKEN_VARIABLE, what, &credential->token,
	                                    err)) {
		return false;
	}
	if (!credential->token)
		return error_set(err,
		                 "no access token: give --token-file=FILE or set %s in "
		                 "the environment",
		                 TOKEN_VARIABLE);
	if (!secret_digest(credential->token, credential->digest))
		return error_set(err, "libcrypto gives no SHA-256");
	credential->has_expiry = jwt_expiry(credential->token, &credential->expires_at);
	return true;
}

static bool load(struct credential *credential, struct error *err)
{
	const struct provider *provider = credential->options.provider;
	void *own = credential->options.own;
	if (provider->signs && provider->signs(own))
		return provider->load_signature(own, err);
	if (provider->tokens && provider->tokens->wanted(own)) {
		credential->obtains = true;
		if (!provider->tokens->load(own, err))
			return false;
		if (!secret_digest(provider->tokens->secret(own), credential->digest))
			return error_set(err, "libcrypto gives no SHA-256");
		return true;
	}
	return load_given_token(credential, err);
}

struct credential *credential_new(const struct credential_options *options,
                                  struct error *err)
{
	struct credential *credential = calloc(1, sizeof *credential);
	if (!credential) {
		error_set(err, "out of memory");
		return NULL;
	}
	credential->options = *options;
	credential->run = (struct provider_run){options->base, NULL, options->own, false};
	if (load(credential, err)) {
		if (name_account(credential))
			return credential;
		error_set(err, "out of memory");
	}
	credential_free(credential);
	return NULL;
}

void credential_free(struct credential *credential)
{
	if (!credential)
		return;
	secret_free(credential->token);
	secret_free(credential->former);
	free(credential->account);
	free(credential->path);
	free(credential);
}

/* Takes over what is kept. */
static bool use_token(struct credential *credential, const struct token_file *kept)
{
	char *copy = kept->token ? strdup(kept->token) : NULL;
	if (!copy)
		return false;
	secret_free(credential->former);
	credential->former = credential->token;
	credential->token = copy;
	credential->use++;
	credential->has_expiry = kept->expires_at > clock_wall();
	credential->expires_at = kept->expires_at;
	if (!credential->has_expiry)
		error_set(&credential->notice,
		          "the access token had ended before it came, by this machine's "
		          "clock: is that right?");
	return true;
}

static void note(struct credential *credential, const struct error *err)
{
	error_set(&credential->notice, "%s", err->text);
}

/* Keeps why there is no token for a while: a hundred checks need not ask in turn. */
static void keep_refusal(struct statedir_write *write, struct token_file *kept,
                         const struct task *failure, int wait, const char *secret)
{
	struct error err = ERROR_INIT;
	if (wait <= 0 || !failure->message) {
		statedir_abandon(write);
		return;
	}
	free(kept->refusal);
	kept->refusal = strdup(failure->message);
	kept->refused_at = clock_wall();
	/* For those who read it, it was not their deadline that passed. */
	kept->condition =
	    failure->condition == TASK_TIMEOUT ? TASK_INVALID : failure->condition;
	kept->wait = wait;
	snprintf(kept->secret, sizeof kept->secret, "%s", secret);
	(void)!token_file_write(write, kept, &err); /* no more than a courtesy */
}

/* Obtains a new token under the lock and keeps it. */
static bool obtain(struct credential *credential, struct token_file *kept,
                   struct task *failure)
{
	bool scarce = credential->options.provider->tokens->scarce;
	struct provider_token token;
	struct statedir_write write = {NULL, NULL, NULL};
	struct error err = ERROR_INIT;
	int wait = 0;
	bool keeps = credential->path &&
	             statedir_begin(credential->path, RESERVE_BYTES, &write, &err);
	if (!keeps && credential->path)
		note(credential, &err);
	if (!keeps && scarce) {
		/* Why it cannot be kept is said of the run, which is then UNKNOWN
		   whatever a map makes of this. */
		task_set(failure, TASK_DENIED,
		         "no access token: none is asked for that cannot be kept");
		return false;
	}
	if (!token_ask(credential->options.provider, &credential->run,
	               credential->options.net, &token, failure, &wait)) {
		if (keeps)
			keep_refusal(&write, kept, failure, wait, credential->digest);
		return false;
	}
	token_file_clear(kept);
	*kept = (struct token_file){.token = token.text,
	                            .expires_at = token.expires_at,
	                            .obtained_at = clock_wall()};
	if (keeps && !token_file_write(&write, kept, &err))
		note(credential, &err);
	return use_token(credential, kept);
}

static bool was_refused(const struct credential *credential,
                        const struct token_file *kept, struct task *failure)
{
	int64_t ago = clock_wall() - kept->refused_at;
	if (!kept->refusal || strcmp(kept->secret, credential->digest) != 0 || ago < 0 ||
	    ago >= kept->wait)
		return false;
	task_set(failure, kept->condition, "%s (said %d s ago, asked again after %d s)",
	         kept->refusal, (int)ago, (int)kept->wait);
	return true;
}

/* The state directory's file for the token; without it, scarce tokens are not taken. */
static void find_path(struct credential *credential)
{
	const struct credential_options *options = &credential->options;
	struct error err = ERROR_INIT;
	const char *family = options->provider->tokens->family;
	const char *parts[] = {family ? family : options->provider->plugin,
	                       options->base->text, credential->account, NULL};
	if (!statedir_check(options->state_dir, &err) ||
	    !statedir_path(options->state_dir, "token", parts, &credential->path, &err))
		note(credential, &err);
}

/* The directory can't be used after all. */
static void forget_path(struct credential *credential, const struct error *err)
{
	note(credential, err);
	free(credential->path);
	credential->path = NULL;
}

static bool open_locked(struct credential *credential, struct task *failure)
{
	struct token_file kept = {.token = NULL};
	struct error err = ERROR_INIT;
	if (credential->path &&
	    !token_file_read(credential->path, &kept, &credential->notice, &err))
		forget_path(credential, &err);
	bool good;
	if (token_file_is_good(&kept, clock_wall()))
		good = use_token(credential, &kept);
	else if (was_refused(credential, &kept, failure))
		good = false;
	else
		good = obtain(credential, &kept, failure);
	token_file_clear(&kept);
	return good;
}

bool credential_open(struct credential *credential, struct task *ret_failure)
{
	if (!credential->obtains)
		return true;
	struct error err = ERROR_INIT;
	struct statedir_lock lock = {-1};
	find_path(credential);
	double deadline = credential->options.net->deadline;
	if (credential->path && !statedir_lock(credential->path, deadline, &lock, &err)) {
		if (clock_steady() >=
		    deadline) { /* somebody is asking for one right now */
			task_set(ret_failure, TASK_TIMEOUT, "no access token: %s",
			         err.text);
			return false;
		}
		forget_path(credential, &err);
	}
	bool good = open_locked(credential, ret_failure);
	statedir_unlock(&lock);
	return good;
}

static bool replace_locked(struct credential *credential, struct strbuf *ret_why)
{
	struct task failure;
	memset(&failure, 0, sizeof failure);
	struct token_file kept;
	struct error err = ERROR_INIT;
	bool good = false;
	if (!token_file_read(credential->path, &kept, &credential->notice, &err)) {
		strbuf_adds(ret_why, err.text);
		return false;
	}
	int64_t now = clock_wall();
	int64_t since = now - kept.obtained_at;
	if (kept.token && strcmp(kept.token, credential->token) != 0 &&
	    token_file_is_good(&kept, now)) {
		good = use_token(credential, &kept); /* another check was faster */
	} else if (kept.token && since >= 0 && since < REPLACE_SECONDS) {
		char ago[32];
		mp_duration_format((double)since, ago, sizeof ago);
		strbuf_addf(ret_why,
		            _("the token is %s old; another is asked for after 10m"),
		            ago);
	} else {
		good = !was_refused(credential, &kept, &failure) &&
		       obtain(credential, &kept, &failure);
		if (!good && failure.message)
			strbuf_adds(ret_why, failure.message);
		free(failure.message);
	}
	token_file_clear(&kept);
	return good;
}

bool credential_replace(struct credential *credential, unsigned use,
                        struct strbuf *ret_why)
{
	if (!credential->obtains)
		return false;
	if (use != credential->use)
		return true;
	struct error err = ERROR_INIT;
	struct statedir_lock lock;
	if (!credential->path || credential->replaced)
		return false;
	credential->replaced = true;
	if (!statedir_lock(credential->path, credential->options.net->deadline, &lock,
	                   &err)) {
		strbuf_adds(ret_why, err.text);
		return false;
	}
	bool good = replace_locked(credential, ret_why);
	statedir_unlock(&lock);
	return good;
}

const char *credential_token(const struct credential *credential)
{
	return credential->token;
}

void credential_mask(const struct credential *credential, struct task *task)
{
	const char *const secrets[] = {credential->token, credential->former};
	mask_secrets(task, secrets, ARRAY_LEN(secrets));
}

unsigned credential_use(const struct credential *credential)
{
	return credential->use;
}

bool credential_expiry(const struct credential *credential, int64_t *ret_expires_at)
{
	if (credential->has_expiry)
		*ret_expires_at = credential->expires_at;
	return credential->has_expiry;
}

bool credential_expiry_is_claim(const struct credential *credential)
{
	return credential->has_expiry && !credential->obtains;
}

const char *credential_account(const struct credential *credential)
{
	return credential->account;
}

const char *credential_digest(const struct credential *credential)
{
	return credential->obtains || !credential->token ? "" : credential->digest;
}

const char *credential_notice(const struct credential *credential)
{
	return error_is_set(&credential->notice) ? credential->notice.text : NULL;
}
