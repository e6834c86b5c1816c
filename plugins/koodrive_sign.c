#include "koodrive_sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define SIGNED_HEADERS "host;x-date;x-user-id"
/* SHA-256 of no body at all. */
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
enum { CANONICAL_MAX = 16 * 1024 };

static void add_hex(struct strbuf *out, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%02x", bytes[i]);
}

void koodrive_canonical(const struct koodrive_request *request, struct strbuf *ret_text)
{
	size_t n = strlen(request->path);
	const char *slash = n > 0 && request->path[n - 1] == '/' ? "" : "/";
	strbuf_addf(ret_text, "%s\n%s%s\n", request->method, request->path, slash);
	strbuf_addc(ret_text, '\n'); /* no query */
	strbuf_addf(ret_text, "host:%s\nx-date:%s\nx-user-id:%s\n", request->host,
	            request->date, request->user_id);
	strbuf_addf(ret_text, "\n" SIGNED_HEADERS "\n" EMPTY_HASH);
}

bool koodrive_sign(const struct koodrive_request *request, const char *app_id,
                   const char *app_secret, struct strbuf *ret_value, struct error *err)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	struct strbuf text;
	strbuf_init(&text, CANONICAL_MAX);
	koodrive_canonical(request, &text);
	bool good = strbuf_ok(&text) && EVP_Digest(strbuf_text(&text), text.len, hash, &n,
	                                           EVP_sha256(), NULL) == 1;
	strbuf_clear(&text);
	strbuf_adds(&text, "HMAC-SHA256\n");
	add_hex(&text, hash, n);
	good = good && strbuf_ok(&text) &&
	       HMAC(EVP_sha256(), app_secret, (int)strlen(app_secret),
	            (const unsigned char *)strbuf_text(&text), text.len, hash, &n);
	strbuf_clear(&text);
	if (!good)
		return error_set(
		    err, "the request cannot be signed: too long, or libcrypto failed");
	strbuf_addf(
	    ret_value,
	    "HMAC-SHA256 AppId=%s,SignedHeaders=" SIGNED_HEADERS ",Signature=", app_id);
	add_hex(ret_value, hash, n);
	return strbuf_ok(ret_value) ? true : error_set(err, "the signature is too long");
}
