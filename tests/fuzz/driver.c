/* Feeds files to a fuzz target where there is no libFuzzer: the corpus as a test. */
#include "fuzz.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		static uint8_t data[1 << 20];
		size_t size = fread(data, 1, sizeof data, file);
		fclose(file);
		uint8_t *exact =
		    malloc(size ? size : 1); /* so that one byte more is seen */
		MUST(exact != NULL);
		memcpy(exact, data, size);
		(void)LLVMFuzzerTestOneInput(exact, size);
		free(exact);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
