/*
 * Loaded before a process (LD_PRELOAD): writes down, in one order for all threads and processes, what it does to the files below
 * TASTEGRAPH_TEST_ROOT and what it tells over TCP. Each operation and its record happen under one lock, so that the order of the
 * records is the order of the operations; an fsync is recorded once it has returned. The trace is TASTEGRAPH_TEST_TRACE.
 *
 * A record: u8 operation, u64 inode, i64 offset, u32 length of the path, u32 length of the data, path, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, CREATE, WRITE, TRUNCATE, FSYNC, RENAME, UNLINK, TOLD };
#define MOST_TOLD 65536

static const char *root;
static int trace = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("TASTEGRAPH_TEST_TRACE");
  root = getenv("TASTEGRAPH_TEST_ROOT");
  if (file == NULL || root == NULL) return;
  int fd = REAL(open)(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  trace = fcntl(fd, F_DUPFD_CLOEXEC, 900);
  REAL(close)(fd);
}

static void lock(void) {
  pthread_mutex_lock(&mutex);
  while (flock(trace, LOCK_EX) != 0 && errno == EINTR);
}

static void unlock(void) {
  int kept = errno;
  flock(trace, LOCK_UN);
  pthread_mutex_unlock(&mutex);
  errno = kept;
}

static int below(const char *path) {
  size_t length = root == NULL ? 0 : strlen(root);
  return length > 0 && strncmp(path, root, length) == 0 && strstr(path, "-shm") == NULL;
}

/* Whether fd is a file or folder below the root; its path goes to `path`. */
static int watched(int fd, char path[PATH_MAX]) {
  char link[64];
  if (trace < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return below(path);
}

static int told(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (trace < 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0) return 0;
  return address.ss_family == AF_INET || address.ss_family == AF_INET6;
}

static uint64_t inode_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static void record(uint8_t operation, uint64_t inode, int64_t offset, const char *path, const struct iovec *data, int count, size_t most) {
  struct iovec parts[64];
  unsigned char head[25];
  uint32_t path_length = strlen(path), length = 0;
  int used = 2;
  for (int i = 0; i < count && used < 64 && length < most; i++) {
    size_t part = data[i].iov_len > most - length ? most - length : data[i].iov_len;
    parts[used++] = (struct iovec){data[i].iov_base, part};
    length += part;
  }
  head[0] = operation;
  memcpy(head + 1, &inode, 8);
  memcpy(head + 9, &offset, 8);
  memcpy(head + 17, &path_length, 4);
  memcpy(head + 21, &length, 4);
  parts[0] = (struct iovec){head, sizeof head};
  parts[1] = (struct iovec){(void *)path, path_length};
  size_t whole = sizeof head + path_length + length;
  int kept = errno;
  if (REAL(writev)(trace, parts, used) != (ssize_t)whole) abort();
  errno = kept;
}

static void plain(uint8_t operation, uint64_t inode, int64_t offset, const char *path) { record(operation, inode, offset, path, NULL, 0, 0); }

static void written(int fd, const char *path, int64_t offset, const struct iovec *data, int count, ssize_t result) {
  if (result > 0) record(WRITE, inode_of(fd), offset, path, data, count, result);
}

ssize_t write(int fd, const void *buffer, size_t count) {
  char path[PATH_MAX];
  struct iovec data = {(void *)buffer, count};
  if (watched(fd, path)) {
    lock();
    int64_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t result = REAL(write)(fd, buffer, count);
    written(fd, path, offset, &data, 1, result);
    unlock();
    return result;
  }
  if (told(fd)) {
    lock();
    record(TOLD, 0, 0, "", &data, 1, MOST_TOLD);
    unlock();
  }
  return REAL(write)(fd, buffer, count);
}

ssize_t writev(int fd, const struct iovec *data, int count) {
  char path[PATH_MAX];
  if (watched(fd, path)) {
    lock();
    int64_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t result = REAL(writev)(fd, data, count);
    written(fd, path, offset, data, count, result);
    unlock();
    return result;
  }
  if (told(fd)) {
    lock();
    record(TOLD, 0, 0, "", data, count, MOST_TOLD);
    unlock();
  }
  return REAL(writev)(fd, data, count);
}

#define PWRITE(name)                                                       \
  ssize_t name(int fd, const void *buffer, size_t count, off_t offset) {   \
    char path[PATH_MAX];                                                   \
    struct iovec data = {(void *)buffer, count};                           \
    if (!watched(fd, path)) return REAL(name)(fd, buffer, count, offset);  \
    lock();                                                                \
    ssize_t result = REAL(name)(fd, buffer, count, offset);                \
    written(fd, path, offset, &data, 1, result);                           \
    unlock();                                                              \
    return result;                                                         \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name)                                                          \
  ssize_t name(int fd, const struct iovec *data, int count, off_t offset) {    \
    char path[PATH_MAX];                                                       \
    if (!watched(fd, path)) return REAL(name)(fd, data, count, offset);        \
    lock();                                                                    \
    ssize_t result = REAL(name)(fd, data, count, offset);                      \
    written(fd, path, offset, data, count, result);                            \
    unlock();                                                                  \
    return result;                                                             \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)

#define FTRUNCATE(name)                                        \
  int name(int fd, off_t length) {                             \
    char path[PATH_MAX];                                       \
    if (!watched(fd, path)) return REAL(name)(fd, length);     \
    lock();                                                    \
    int result = REAL(name)(fd, length);                       \
    if (result == 0) plain(TRUNCATE, inode_of(fd), length, path); \
    unlock();                                                  \
    return result;                                             \
  }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define SYNC(name)                                            \
  int name(int fd) {                                          \
    char path[PATH_MAX];                                      \
    if (!watched(fd, path)) return REAL(name)(fd);            \
    lock();                                                   \
    int result = REAL(name)(fd);                              \
    if (result == 0) plain(FSYNC, inode_of(fd), 0, path);     \
    unlock();                                                 \
    return result;                                            \
  }
SYNC(fsync)
SYNC(fdatasync)

static int opened(int (*open_it)(const char *, int, mode_t), const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  if (trace < 0) return open_it(name, flags, mode);
  lock();
  int existed = access(name, F_OK) == 0;
  int fd = open_it(name, flags, mode);
  if (fd >= 0 && watched(fd, path)) {
    plain(existed ? OPEN : CREATE, inode_of(fd), 0, path);
    if (existed && (flags & O_TRUNC)) plain(TRUNCATE, inode_of(fd), 0, path);
  }
  unlock();
  return fd;
}

#define OPENS(name)                                                                    \
  static int real_##name(const char *path, int flags, mode_t mode) { return REAL(name)(path, flags, mode); } \
  int name(const char *path, int flags, ...) {                                         \
    mode_t mode = 0;                                                                   \
    if (flags & O_CREAT) {                                                             \
      va_list rest;                                                                    \
      va_start(rest, flags);                                                           \
      mode = va_arg(rest, mode_t);                                                     \
      va_end(rest);                                                                    \
    }                                                                                  \
    return opened(real_##name, path, flags, mode);                                     \
  }
OPENS(open)
OPENS(open64)

int rename(const char *from, const char *to) {
  if (trace < 0 || !below(from)) return REAL(rename)(from, to);
  struct iovec data = {(void *)to, strlen(to)};
  lock();
  int result = REAL(rename)(from, to);
  if (result == 0) record(RENAME, 0, 0, from, &data, 1, PATH_MAX);
  unlock();
  return result;
}

int unlink(const char *path) {
  if (trace < 0 || !below(path)) return REAL(unlink)(path);
  lock();
  int result = REAL(unlink)(path);
  if (result == 0) plain(UNLINK, 0, 0, path);
  unlock();
  return result;
}
