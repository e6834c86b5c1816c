/* Puts an answer on the wire, honestly or not. */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <microhttpd.h>

#include "answer.h"

/* Sends the answer, which is emptied. For libmicrohttpd's handler to return. */
enum MHD_Result wire_send(struct MHD_Connection *connection, int fd, struct answer *a);

#endif
