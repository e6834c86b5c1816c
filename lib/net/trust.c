#include "net/trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/strbuf.h"

enum {
	PATH_LENGTH_MAX = 4096,
	PEM_LINES_MAX =
	    200000,     /* far more than a bundle has; ends the reading of a device */
	LINKS_TRIED = 8 /* hash links opened until one holds a certificate */
};

static const char SYSTEM_DIRECTORY[] = "/etc/ssl/certs";
static const char SYSTEM_BUNDLE[] = "/etc/ssl/certs/ca-certificates.crt";

/* A directory with no certificate in it, for a libcurl that takes NULL for "the built-in
   one": OpenSSL looks for /dev/null/HASH.0 and finds nothing. */
static const char NO_DIRECTORY[] = "/dev/null";

/* ------------------------------------------------------------------- files */

/* Looks for a line "-----BEGIN ...WANTED-----". */
static bool has_pem(FILE *file, const char *wanted)
{
	char line[256];
	for (long i = 0; i < PEM_LINES_MAX && fgets(line, sizeof line, file); i++) {
		if (strncmp(line, "-----BEGIN ", 11) != 0)
			continue;
		const char *found = strstr(line, wanted);
		if (found && strncmp(found + strlen(wanted), "-----", 5) == 0)
			return true;
	}
	return false;
}

bool net_trust_check_pem(const char *what, const char *file, const char *wanted,
                         struct error *err)
{
	struct stat status;
	if (stat(file, &status) != 0)
		return error_set(err, "%s %s cannot be read: %s", what, file,
		                 strerror(errno));
	if (S_ISDIR(status.st_mode))
		return error_set(err, "%s %s is a directory, not a file", what, file);
	FILE *stream = fopen(file, "r");
	if (!stream)
		return error_set(err, "%s %s cannot be read: %s", what, file,
		                 strerror(errno));
	bool found = has_pem(stream, wanted);
	fclose(stream);
	if (!found)
		return strcmp(wanted, "CERTIFICATE") == 0
		           ? error_set(err, "%s %s holds no certificate in PEM form",
		                       what, file)
		           : error_set(err, "%s %s holds no private key in PEM form",
		                       what, file);
	return true;
}

/* ------------------------------------------------------------- directories */

/* "1a2b3c4d.0", as openssl rehash makes them. */
static bool is_hash_link(const char *name)
{
	return strlen(name) == 10 && strspn(name, "0123456789abcdef") == 8 &&
	       name[8] == '.' && name[9] >= '0' && name[9] <= '9';
}

static char *join(const char *directory, const char *name)
{
	struct strbuf path;
	strbuf_init(&path, PATH_LENGTH_MAX);
	strbuf_addf(&path, "%s/%s", directory, name);
	return strbuf_take(&path);
}

/* The first hash link that leads to a certificate; NULL if none of the first few does. */
static char *find_linked(DIR *stream, const char *directory)
{
	int tried = 0;
	for (struct dirent *entry = readdir(stream); entry && tried < LINKS_TRIED;
	     entry = readdir(stream)) {
		if (!is_hash_link(entry->d_name))
			continue;
		tried++;
		char *path = join(directory, entry->d_name);
		if (path && net_trust_check_pem("", path, "CERTIFICATE", NULL))
			return path;
		free(path);
	}
	return NULL;
}

/* A certificate that the directory's hash links lead to; NULL with words in err: none. */
static char *linked_certificate(const char *directory, struct error *err)
{
	DIR *stream = opendir(directory);
	if (!stream) {
		if (errno == ENOTDIR)
			error_set(err, "the CA directory %s is not a directory",
			          directory);
		else
			error_set(err, "the CA directory %s cannot be read: %s",
			          directory, strerror(errno));
		return NULL;
	}
	char *path = find_linked(stream, directory);
	closedir(stream);
	if (!path)
		error_set(err,
		          "the CA directory %s has no hash link to a certificate "
		          "(run: openssl rehash %s)",
		          directory, directory);
	return path;
}

/* --------------------------------------------------------------- the choice */

static const char *from_environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* What libcurl was built with; it says so since 7.70. Where an older one meets a whole
   directory, the bundle is known: that is Ubuntu 20.04. */
static void built_in(const char **ret_bundle, const char **ret_directory)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	*ret_bundle = SYSTEM_BUNDLE;
	*ret_directory = NULL;
#if LIBCURL_VERSION_NUM >= 0x074600
	if (info->age >= CURLVERSION_SEVENTH) {
		*ret_bundle = info->cainfo;
		*ret_directory = info->capath;
	}
#else
	(void)info;
#endif
}

static bool copy(const char *text, char **ret_copy, struct error *err)
{
	*ret_copy = strdup(text);
	return *ret_copy || error_set(err, "out of memory");
}

/* Takes a directory, and with it one of its certificates where there is no file yet. */
static bool take_directory(struct net_trust *trust, const char *directory,
                           struct error *err)
{
	char *certificate = linked_certificate(directory, err);
	if (!certificate)
		return false;
	trust->any_file = !trust->ca_file;
	if (trust->any_file)
		trust->ca_file = certificate;
	else
		free(certificate);
	return copy(directory, &trust->ca_path, err);
}

static bool choose_explicit(struct net_trust *trust, const char *ca_file,
                            const char *ca_path, struct error *err)
{
	if (ca_file &&
	    (!net_trust_check_pem(_("the CA file"), ca_file, "CERTIFICATE", err) ||
	     !copy(ca_file, &trust->ca_file, err)))
		return false;
	return !ca_path || take_directory(trust, ca_path, err);
}

static bool choose_system(struct net_trust *trust, struct error *err)
{
	const char *bundle;
	const char *directory;
	const char *file = from_environment("SSL_CERT_FILE");
	built_in(&bundle, &directory);
	if (file && bundle && strcmp(file, bundle) == 0)
		file = NULL; /* the system's own, as many containers have it */
	if (file && (!net_trust_check_pem(_("the CA file of SSL_CERT_FILE,"), file,
	                                  "CERTIFICATE", err) ||
	             !copy(file, &trust->ca_file, err)))
		return false;
	const char *const candidates[] = {from_environment("SSL_CERT_DIR"), directory,
	                                  SYSTEM_DIRECTORY};
	for (size_t i = 0; i < ARRAY_LEN(candidates) && !trust->ca_path; i++) {
		/* One that is not whole is no error: there is the bundle. */
		if (candidates[i] && !take_directory(trust, candidates[i], NULL) &&
		    trust->ca_file && !file)
			return error_set(err, "out of memory");
	}
	if (trust->ca_path && !file)
		trust->bundle = bundle;
	return true;
}

bool net_trust_choose(struct net_trust *trust, const char *ca_file, const char *ca_path,
                      struct error *err)
{
	*trust = (struct net_trust){0};
	bool ok = ca_file || ca_path ? choose_explicit(trust, ca_file, ca_path, err)
	                             : choose_system(trust, err);
	if (!ok)
		net_trust_clear(trust);
	return ok;
}

void net_trust_clear(struct net_trust *trust)
{
	free(trust->ca_file);
	free(trust->ca_path);
	*trust = (struct net_trust){0};
}

bool net_trust_fall_back(struct net_trust *trust)
{
	const char *bundle = trust->bundle;
	trust->bundle = NULL;
	if (!bundle || !net_trust_check_pem("", bundle, "CERTIFICATE", NULL))
		return false;
	char *file = strdup(bundle);
	if (!file)
		return false;
	free(trust->ca_file);
	trust->ca_file = file;
	trust->any_file = false;
	return true;
}

/* ------------------------------------------------------------------- handles */

/* From 8.21 on NULL stands for what is built in, before that for none. */
static bool null_is_built_in(void)
{
	return curl_version_info(CURLVERSION_NOW)->version_num >= 0x081500;
}

/* What CURLOPT_CAPATH needs for "no directory". */
static const char *no_directory(void)
{
	const char *bundle;
	const char *directory;
	built_in(&bundle, &directory);
	return null_is_built_in() && directory ? NO_DIRECTORY : NULL;
}

bool net_trust_apply(const struct net_trust *trust, CURL *handle, struct error *err)
{
	if (!trust->ca_file)
		return true;
	const char *path = trust->ca_path ? trust->ca_path : no_directory();
	/* Parsing even one certificate that is not needed is 5 % of a check. */
	const char *file = trust->any_file && !null_is_built_in() ? NULL : trust->ca_file;
	if (curl_easy_setopt(handle, CURLOPT_CAINFO, file) != CURLE_OK ||
	    curl_easy_setopt(handle, CURLOPT_CAPATH, path) != CURLE_OK)
		return error_set(err, "libcurl does not take a CA file or directory");
	/* A libcurl without HTTPS proxies knows neither, and needs neither. */
	curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, file);
	curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, path);
	return true;
}
