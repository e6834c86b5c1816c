#include "wallet.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "crypto.h"
#include "memory.h"

static void drop(struct wallet *w, size_t at)
{
	free(w->tokens[at].text);
	w->count--;
	memmove(w->tokens + at, w->tokens + at + 1, (w->count - at) * sizeof *w->tokens);
}

/* As long as a real one, and told from any other in a test's output. */
static char *make_text(void)
{
	char random[HASH_TEXT];
	random_hex(random);
	struct strbuf text;
	strbuf_init(&text, 300);
	strbuf_addf(&text,
	            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJjbG91ZHNpbSJ9.%s",
	            random);
	return memory_need(strbuf_take(&text));
}

const char *wallet_issue(struct wallet *w, size_t most, double now, double expires)
{
	while (wallet_live(w, now) >= most && w->count > 0)
		drop(w, 0);
	if (w->count == w->room) {
		w->room = w->room * 2 + 4;
		w->tokens = memory_need(realloc(w->tokens, w->room * sizeof *w->tokens));
	}
	w->tokens[w->count] = (struct token){make_text(), expires};
	return w->tokens[w->count++].text;
}

bool wallet_holds(const struct wallet *w, const char *text, double now)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->tokens[i].expires > now && strcmp(w->tokens[i].text, text) == 0)
			return true;
	return false;
}

size_t wallet_live(struct wallet *w, double now)
{
	for (size_t i = w->count; i-- > 0;)
		if (w->tokens[i].expires <= now)
			drop(w, i);
	return w->count;
}

void wallet_clear(struct wallet *w)
{
	while (w->count > 0)
		drop(w, w->count - 1);
	free(w->tokens);
	*w = (struct wallet){0};
}
