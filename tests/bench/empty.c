/* Does nothing, with the same libraries: what the loader alone costs. */
#include "libraries.h"

int main(int argc, char **argv)
{
	(void)argv;
	return uses_all_libraries(argc);
}
