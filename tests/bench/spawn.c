/*
 * Runs a program and says what it cost: spawn COMMAND [ARGUMENT...]
 *
 * Prints "CPU WALL RSS CODE": seconds of user and system time, seconds by the
 * clock, the peak resident set in kB, and the exit code (128 + N for signal N).
 * The program's own output goes to /dev/null. This is a small C program since
 * Linux counts the peak of whoever calls exec() as the new program's: from
 * Python every program would seem to need as much as Python.
 */
#define _DEFAULT_SOURCE 1

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

static void become(char **command)
{
	int null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	double started = now();
	pid_t child = fork();
	if (child == 0)
		become(argv + 1);
	int status;
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 2;
	double wall = now() - started;
	struct rusage used;
	if (getrusage(RUSAGE_CHILDREN, &used) != 0)
		return 2;
	int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	printf("%.6f %.6f %ld %d\n", seconds(used.ru_utime) + seconds(used.ru_stime),
	       wall, (long)used.ru_maxrss, code);
	return 0;
}
