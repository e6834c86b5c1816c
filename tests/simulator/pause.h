/* Waiting that ends early when the client goes or the program is to end. */
#ifndef SIM_PAUSE_H
#define SIM_PAUSE_H

#include <stdbool.h>

/* Waits; seconds < 0 means for ever. False if it was cut short. */
bool pause_for(int fd, double seconds);

/* Ends all waiting, now and from now on. */
void pause_stop(void);

#endif
