/* The suites of the unit tests: a new one is one line here, and its file. */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>

#define SUITES(X)                                                                        \
	X(base)                                                                          \
	X(input)                                                                         \
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
	X(http_window)                                                                   \
	X(http_deadline)                                                                 \
	X(http_faults)                                                                   \
	X(http_request)                                                                  \
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
	X(poll)                                                                          \
	X(report)                                                                        \
	X(report_json)                                                                   \
	X(report_others)                                                                 \
	X(parse)                                                                         \
	X(koodrive_sign)                                                                 \
	X(coze_jwt)                                                                      \
	X(provider_copy)                                                                 \
	X(provider_offline)                                                              \
	X(provider_koodrive)                                                             \
	X(provider_coze)                                                                 \
	X(memory)

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
