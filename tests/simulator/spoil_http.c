#include <stdlib.h>
#include <string.h>

#include "spoil.h"

/*
 * 256 MiB of zeros in one deflate block: between its head and its tail each
 * zero byte means four copies of 258 zeros.
 */
static const char gzip_head[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1\x31\x01"
                                "\x00\x00\x00\xc2\xa0\xf5\x4f\x6d\x0c\x1f\xa0";
static const char gzip_tail[] = "\xbe\x06\x4f\xf5\xea\x37\xf8\xfc\xff\x0f";
enum { GZIP_ZEROS = 260111, HEADER_BYTES = 1 << 20 };

void spoil_html(struct spoil *s)
{
	answer_text(s->out, (unsigned)strtoul(s->arg, NULL, 10), "text/html",
	            "<html>\r\n<head><title>Gateway</title></head>\r\n<body>\r\n"
	            "<center><h1>The page cannot be shown</h1></center>\r\n"
	            "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n");
}

void spoil_empty(struct spoil *s)
{
	s->out->status = 200;
}

void spoil_gzip(struct spoil *s)
{
	bytes_set(&s->out->before, gzip_head, sizeof gzip_head - 1);
	bytes_set(&s->out->fill, "\0", 1);
	s->out->fill_count = GZIP_ZEROS;
	bytes_set(&s->out->after, gzip_tail, sizeof gzip_tail - 1);
	answer_header(s->out, "Content-Encoding", "gzip");
}

void spoil_redirect(struct spoil *s)
{
	s->out->status = 302;
	answer_header(s->out, "Location", "http://elsewhere.invalid/");
}

void spoil_headers(struct spoil *s)
{
	static const char line[] =
	    "X-Padding: 0123456789012345678901234567890123456789\r\n";
	s->out->wire = WIRE_RAW;
	bytes_set(&s->out->before, "HTTP/1.1 200 OK\r\n", 17);
	bytes_set(&s->out->fill, line, sizeof line - 1);
	s->out->fill_count = HEADER_BYTES / (sizeof line - 1);
	bytes_set(&s->out->after, "Content-Length: 2\r\n\r\n{}", 23);
}

void spoil_banner(struct spoil *s)
{
	s->out->wire = WIRE_RAW;
	bytes_set(&s->out->before, s->arg, strlen(s->arg));
}

void spoil_retry_after(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_LIMIT, s->out);
	s->out->status = 429;
	answer_header(s->out, "Retry-After", s->arg);
}

void spoil_bare_limit(struct spoil *s)
{
	s->out->status = 429;
}

void spoil_denied(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_DENIED, s->out);
}

void spoil_denied_http(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_DENIED_HTTP, s->out);
}

void spoil_denied_400(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_DENIED_HTTP, s->out);
	s->out->status = 400;
}

void spoil_limit(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_LIMIT, s->out);
}

void spoil_notfound(struct spoil *s)
{
	shape_refuse(s->endpoint, REFUSAL_NOTFOUND, s->out);
}
