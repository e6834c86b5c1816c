/* What is to be answered, and how it is to be put on the wire. */
#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory.h"

enum wire {
	WIRE_WHOLE,   /* as HTTP has it */
	WIRE_SHORT,   /* half of what Content-Length promised, then closed */
	WIRE_SLOW,    /* a byte a second */
	WIRE_SILENCE, /* nothing, and the connection stays open */
	WIRE_RESET,   /* RST at once */
	WIRE_CLOSE,   /* closed without a byte */
	WIRE_RAW      /* the body is all that is sent, no status line, then closed */
};

/* The body is `before`, `fill` fill_count times, and `after`. */
struct answer {
	unsigned status;
	json_t *headers; /* object of strings; NULL: only Content-Type, JSON */
	struct bytes before;
	struct bytes fill;
	struct bytes after;
	uint64_t fill_count;
	bool chunked; /* without Content-Length */
	enum wire wire;
	double delay; /* seconds before the first byte */
};

void answer_init(struct answer *a);
void answer_clear(struct answer *a);

/* Gives the body, which is taken over. */
void answer_json(struct answer *a, unsigned status, json_t *body);
/* The same with {"error": text}. */
void answer_error(struct answer *a, unsigned status, const char *text);
void answer_text(struct answer *a, unsigned status, const char *type, const char *body);

void answer_header(struct answer *a, const char *name, const char *value);

uint64_t answer_length(const struct answer *a);

/* Copies up to n bytes of the body from an offset; returns how many. */
size_t answer_read(const struct answer *a, uint64_t offset, char *to, size_t n);

#endif
