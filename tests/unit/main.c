/*
 * Runs every suite. Check's environment variables choose what and how:
 * CK_RUN_SUITE, CK_RUN_CASE, CK_FORK=no (much faster under a sanitizer),
 * CK_VERBOSITY, CK_TAP_LOG_FILE_NAME, CK_DEFAULT_TIMEOUT.
 */
#include <stdlib.h>

#include "suites.h"

int main(void)
{
	setenv("CK_DEFAULT_TIMEOUT", "120", 0); /* 4 s are few on a busy machine */
	SRunner *runner = srunner_create(NULL);
#define ADD_SUITE(name) srunner_add_suite(runner, name##_suite());
	SUITES(ADD_SUITE)
#undef ADD_SUITE
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	int run = srunner_ntests_run(runner);
	srunner_free(runner);
	return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
