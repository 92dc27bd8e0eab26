#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

// Descriptors by signal number. Only lock-free atomics and write are safe in a handler.
static _Atomic int destinations[NSIG];

static void note(int number) {
  int saved = errno;
  int fd = atomic_load(&destinations[number]);
  unsigned char byte = (unsigned char)number;
  if (fd > 0) {
    // A full pipe holds enough signals.
    ssize_t written = write(fd, &byte, 1);
    (void)written;
  }
  errno = saved;
}

int linux_signal_to(int number, int fd) {
  if (number <= 0 || number >= NSIG) {
    errno = EINVAL;
    return -1;
  }
  struct sigaction action = {0};
  action.sa_handler = fd < 0 ? SIG_DFL : note;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (fd >= 0) atomic_store(&destinations[number], fd);
  int result = sigaction(number, &action, NULL);
  if (fd < 0) atomic_store(&destinations[number], 0);
  return result;
}
