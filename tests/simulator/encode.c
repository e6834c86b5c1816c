#include "encode.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at =
	    c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
	return at ? (int)(at - digits) : -1;
}

char *percent_decode_take(const char *text, size_t len)
{
	char *out = memory_new(len + 1);
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		int high = text[i] == '%' && i + 2 < len ? hex_value(text[i + 1]) : -1;
		int low = high >= 0 ? hex_value(text[i + 2]) : -1;
		if (low >= 0) {
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else
			out[n++] = text[i];
	}
	return out;
}

static bool is_unreserved(char c)
{
	return c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                   "0123456789-._~",
	                   c);
}

char *percent_encode_take(const char *text, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = memory_new(strlen(text) * 3 + 1);
	size_t n = 0;
	for (const char *at = text; *at; at++) {
		if (is_unreserved(*at) || (keep_slash && *at == '/')) {
			out[n++] = *at;
			continue;
		}
		out[n++] = '%';
		out[n++] = digits[(unsigned char)*at >> 4];
		out[n++] = digits[(unsigned char)*at & 15];
	}
	return out;
}

char *query_value_take(const char *query, const char *name)
{
	size_t name_len = strlen(name);
	for (const char *at = query; *at;) {
		size_t len = strcspn(at, "&");
		if (len > name_len && at[name_len] == '=' &&
		    strncmp(at, name, name_len) == 0)
			return percent_decode_take(at + name_len + 1, len - name_len - 1);
		at += len;
		at += *at == '&';
	}
	return NULL;
}

char *base64_take(const char *data, size_t len)
{
	gnutls_datum_t in = {(unsigned char *)memory_slice(data, len), (unsigned)len};
	gnutls_datum_t out = {NULL, 0};
	int rc = gnutls_base64_encode2(&in, &out);
	free(in.data);
	char *text = rc < 0 ? memory_text("") : memory_slice((char *)out.data, out.size);
	gnutls_free(out.data);
	return text;
}

bool base64_read(const char *text, struct bytes *ret)
{
	gnutls_datum_t in = {(unsigned char *)memory_text(text), (unsigned)strlen(text)};
	gnutls_datum_t out = {NULL, 0};
	int rc = in.size > 0 ? gnutls_base64_decode2(&in, &out) : 0;
	free(in.data);
	if (rc < 0)
		return false;
	bytes_set(ret, (char *)out.data, out.size);
	gnutls_free(out.data);
	return true;
}

bool base64url_read(const char *text, size_t len, struct bytes *ret)
{
	if (len % 4 == 1)
		return false;
	char *plain = memory_new(len + 4);
	for (size_t i = 0; i < len; i++) {
		if (!is_unreserved(text[i]) || text[i] == '.' || text[i] == '~') {
			free(plain);
			return false;
		}
		plain[i] = text[i];
		if (text[i] == '-')
			plain[i] = '+';
		if (text[i] == '_')
			plain[i] = '/';
	}
	for (size_t i = len; i % 4; i++)
		plain[i] = '=';
	bool ok = base64_read(plain, ret);
	free(plain);
	return ok;
}

char *latin1_take(const char *text)
{
	char *out = memory_new(strlen(text) * 2 + 1);
	size_t n = 0;
	for (const char *at = text; *at; at++) {
		unsigned char c = (unsigned char)*at;
		if (c < 0x80) {
			out[n++] = *at;
			continue;
		}
		out[n++] = (char)(0xC0 | c >> 6);
		out[n++] = (char)(0x80 | (c & 0x3F));
	}
	return out;
}
