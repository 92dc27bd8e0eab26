#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return epoll_ctl(epoll, operation, fd, &event);
}

int linux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int linux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int linux_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

// epoll_pwait2 came with Linux 5.11 and glibc 2.35, and older sandboxes refuse it.
static int wait_precisely(int epoll, struct epoll_event *found, int capacity, int64_t nanoseconds) {
#ifdef SYS_epoll_pwait2
  static _Atomic int is_missing;
  if (!is_missing) {
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count = (int)syscall(SYS_epoll_pwait2, epoll, found, capacity, &limit, NULL, 0);
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    is_missing = 1;
  }
#endif
  int64_t milliseconds = (nanoseconds + 999999) / 1000000;
  return epoll_wait(epoll, found, capacity, milliseconds < INT_MAX ? (int)milliseconds : INT_MAX);
}

int linux_epoll_wait(int epoll, uint64_t *tokens, uint32_t *events, int capacity, int64_t nanoseconds) {
  struct epoll_event found[256];
  if (capacity > 256) capacity = 256;
  int count = nanoseconds <= 0 ? epoll_wait(epoll, found, capacity, nanoseconds < 0 ? -1 : 0)
                               : wait_precisely(epoll, found, capacity, nanoseconds);
  for (int i = 0; i < count; i++) {
    tokens[i] = found[i].data.u64;
    events[i] = found[i].events;
  }
  return count;
}

int linux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static void write_address(const struct sockaddr_storage *from, char *address, int capacity) {
  const void *bytes = &((const struct sockaddr_in *)from)->sin_addr;
  int family = from->ss_family;
  if (family == AF_INET6) {
    const struct in6_addr *six = &((const struct sockaddr_in6 *)from)->sin6_addr;
    bytes = six;
    if (IN6_IS_ADDR_V4MAPPED(six)) {
      family = AF_INET;
      bytes = six->s6_addr + 12;
    }
  }
  if (inet_ntop(family, bytes, address, capacity) == NULL) address[0] = 0;
}

int linux_accept(int listener, char *address, int capacity) {
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  int fd = accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return -1;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  write_address(&from, address, capacity);
  return fd;
}

static int listen_on(const struct addrinfo *at, int backlog) {
  int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int on = 1, off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // "::" takes IPv4 as well, whatever the system's default.
  if (at->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, backlog) == 0) return fd;
  int why = errno;
  close(fd);
  errno = why;
  return -1;
}

int linux_listen(const char *host, const char *port, int backlog, int *resolver_error) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  *resolver_error = getaddrinfo(host, port, &hints, &found);
  if (*resolver_error != 0) return -1;
  int fd = -1;
  for (struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) fd = listen_on(at, backlog);
  int why = errno;
  freeaddrinfo(found);
  errno = why;
  return fd;
}

int linux_bound_port(int fd) {
  struct sockaddr_storage bound;
  socklen_t length = sizeof bound;
  if (getsockname(fd, (struct sockaddr *)&bound, &length) != 0) return -1;
  if (bound.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
  return ntohs(((struct sockaddr_in *)&bound)->sin_port);
}

int linux_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC); }

static _Thread_local bool is_background;

void linux_enter_background(int steps) {
  is_background = true;
  // For Linux, 0 is the calling thread alone. A thread that stays as urgent as before is no error.
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + steps);
}

bool linux_is_background(void) { return is_background; }

void linux_name_thread(const char *name) {
  prctl(PR_SET_NAME, name);
}
