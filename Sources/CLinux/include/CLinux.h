// Calls that Glibc's Swift overlay lacks, or that need types that Swift cannot write.
//
// Functions return -1 and set errno if they fail, unless their comment says otherwise.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Creates an epoll descriptor.
int linux_epoll_create(void);

// Watches `fd` for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP), reported with `token`; changes both; ends the watch.
int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_remove(int epoll, int fd);

// Waits up to `nanoseconds` (-1: without limit; in whole milliseconds, rounded up, on systems without epoll_pwait2).
// Fills `tokens` and `events`, up to `capacity` (at most 256) of each, and returns their number.
int linux_epoll_wait(int epoll, uint64_t *tokens, uint32_t *events, int capacity, int64_t nanoseconds);

// Creates a non-blocking counter that wakes a waiting epoll.
int linux_eventfd(void);

// Accepts the next connection of a listening socket: non-blocking, without delay for small packets. Writes the peer's
// numeric address to `address` (at least 46 bytes).
int linux_accept(int listener, char *address, int capacity);

// Creates a listening non-blocking socket on a host (numeric or a name) and a port. If the host cannot be resolved,
// `resolver_error` is a code of getaddrinfo, else 0.
int linux_listen(const char *host, const char *port, int backlog, int *resolver_error);

// Returns the port that a socket is bound to.
int linux_bound_port(int fd);

// Writes `number` as one byte to `fd` whenever that signal arrives, in place of its effect; -1 restores the effect.
int linux_signal_to(int number, int fd);

// Names the calling thread, in at most 15 bytes. Foundation loses a name that a thread gives itself before its creator
// has continued.
void linux_name_thread(const char *name);

// Adds `steps` to the niceness of the calling thread, for good, and marks it.
void linux_enter_background(int steps);

// Tells whether the calling thread is marked.
bool linux_is_background(void);

// Creates a non-blocking pipe: `ends[0]` reads, `ends[1]` writes.
int linux_pipe(int ends[2]);

// Returns blocks of at least `bytes` to the system when they are freed, and the end of the heap from that size. By
// default glibc raises the size with each such block, and keeps smaller ones. All threads share one heap, so that one
// can use memory that another has freed.
void linux_return_freed_memory(int bytes);

// Returns whole free pages between used blocks to the system, if at least `bytes` are free.
void linux_trim_memory(size_t bytes);
