/*
 * Which certificates are trusted, chosen so that starting is cheap.
 *
 * OpenSSL parses a whole bundle at each start (about 26 ms for the system's),
 * while a hashed directory is read lazily, one file for one issuer. So the
 * directory is taken where it has hash links. Should a server's certificate
 * then not be verified, the bundle is read after all (net_trust_fall_back), so
 * that nothing which libcurl itself would have trusted is refused.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

struct net_trust {
	/* For CURLOPT_CAINFO; NULL: libcurl's default, and ca_path is NULL too. */
	char *ca_file;
	/* For CURLOPT_CAPATH; NULL: no directory. */
	char *ca_path;
	/* ca_file is one of ca_path's, for a libcurl that cannot do without a file. */
	bool any_file;
	/* The system's, not read yet in favour of its directory; NULL: nothing to fall
	   back on. */
	const char *bundle;
};

/*
 * Decides. ca_file and ca_path are the user's, NULL where not given; they are
 * checked to be readable (a file that holds a certificate; a directory that
 * has a hash link to one), with words in err where not, and then nothing but
 * them is trusted. Else SSL_CERT_FILE and SSL_CERT_DIR of the environment stand
 * for the system's bundle and directory, as OpenSSL's users expect.
 *
 * With a directory alone, ca_file is one certificate of it: a NULL for
 * CURLOPT_CAINFO means "no file" up to libcurl 8.20, but "the built-in bundle"
 * from 8.21 on, which then needs some file to keep from that.
 */
bool net_trust_choose(struct net_trust *trust, const char *ca_file, const char *ca_path,
                      struct error *err) MUST_CHECK;
void net_trust_clear(struct net_trust *trust);

/* Takes the system's bundle too, after a certificate was not verified. False if there is
   none or it is in use already. Then net_trust_apply() again on each handle. */
bool net_trust_fall_back(struct net_trust *trust) MUST_CHECK;

/* Sets it on a handle, for the server and for an HTTPS proxy. */
bool net_trust_apply(const struct net_trust *trust, CURL *handle,
                     struct error *err) MUST_CHECK;

/* Whether a PEM file can be read and holds a certificate (or, for wanted = "PRIVATE KEY",
   a key); what says whose it is in err, such as "the CA file". */
bool net_trust_check_pem(const char *what, const char *file, const char *wanted,
                         struct error *err) MUST_CHECK;

#endif
