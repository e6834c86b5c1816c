/* The suites of the unit tests: a new one is one line here, and its file. */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>

#define SUITES(X)                                                                        \
	X(base)                                                                          \
	X(state)                                                                         \
	X(range)                                                                         \
	X(duration)                                                                      \
	X(text)                                                                          \
	X(perfdata)                                                                      \
	X(extra_opts)                                                                    \
	X(url)                                                                           \
	X(json)                                                                          \
	X(trust)                                                                         \
	X(http_parts)                                                                    \
	X(http)                                                                          \
	X(condition)                                                                     \
	X(metric)                                                                        \
	X(task)                                                                          \
	X(status)                                                                        \
	X(envelope)                                                                      \
	X(judge)                                                                         \
	X(secret)                                                                        \
	X(jwt)                                                                           \
	X(statedir)                                                                      \
	X(history)                                                                       \
	X(remember)                                                                      \
	X(token_file)                                                                    \
	X(credential)                                                                    \
	X(poll)

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
