// Calls that Glibc's Swift overlay lacks or that need types Swift can not write.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// An epoll descriptor, or -1 and errno.
int linux_epoll_create(void);

// Watches `fd` for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP) under the name `token`. 0, or -1 and errno.
int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int linux_epoll_remove(int epoll, int fd);

// Waits up to `nanoseconds` (-1: without limit; in whole milliseconds, rounded up, on systems without epoll_pwait2).
// Fills `tokens` and `events`, up to `capacity` (at most 256) of each. Returns their number, or -1 and errno.
int linux_epoll_wait(int epoll, uint64_t *tokens, uint32_t *events, int capacity, int64_t nanoseconds);

// A non-blocking counter that wakes a waiting epoll, or -1 and errno.
int linux_eventfd(void);

// The next connection of a listening socket, non-blocking, without delay for small packets; -1 and errno if there is
// none. `address` (at least 46 bytes) takes the peer's numeric address.
int linux_accept(int listener, char *address, int capacity);

// A listening non-blocking socket on a numeric or named host and a port. -1 and errno on failure; then
// `resolver_error` is not 0 if the host could not be resolved (a getaddrinfo code).
int linux_listen(const char *host, const char *port, int backlog, int *resolver_error);

// The port that a socket is bound to, or -1 and errno.
int linux_bound_port(int fd);

// Has `number` written as one byte to `fd` whenever that signal arrives, in place of its effect; -1 restores the
// effect. 0, or -1 and errno.
int linux_signal_to(int number, int fd);

// Names the calling thread, 15 bytes at most. Foundation loses a name that a thread gives itself before the one that
// started it has gone on.
void linux_name_thread(const char *name);

// A non-blocking pipe: `ends[0]` reads, `ends[1]` writes. 0, or -1 and errno.
int linux_pipe(int ends[2]);

// Blocks of `bytes` and above go back to the system when they are freed, as does that much at the end of the heap. Left
// alone, glibc raises the size each time such a block is freed, and keeps what is freed below it. What one thread frees
// another can use: one heap for all of them.
void linux_return_freed_memory(int bytes);

// Gives back what is free between blocks that are used, where that is `bytes` or more together; whole pages of it.
void linux_trim_memory(size_t bytes);
