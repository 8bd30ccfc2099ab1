/* Makes a disk fail for one program, and kills it in between:

     cc -shared -fPIC -O1 -o faults.so faults.c -ldl
     FAULTS_FOLDER=/gallery FAULTS_ROOM=100000 LD_PRELOAD=./faults.so likeness ...

   What the program does with files under FAULTS_FOLDER, an absolute path without links, fails as these say:

     FAULTS_ROOM     so many bytes are written, then the disk is full: ENOSPC, to the end
     FAULTS_WRITES   of a million writes and changes of a file's length, how many fail: EIO
     FAULTS_SYNCS    the same of fsync and fdatasync
     FAULTS_READS    the same of reads
     FAULTS_OPENS    the same of open
     FAULTS_SEED     chooses which
     FAULTS_KILL_AT  the program is killed (SIGKILL) before it does the so-manieth of all these, or of rename and unlink */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITES, SYNCS, READS, OPENS, KINDS };

static const char *folder;
static size_t folder_length;
static uint64_t chances[KINDS];
static int has_room_limit;
static _Atomic int64_t room;
static uint64_t kill_at;
static _Atomic uint64_t count;
static _Atomic uint64_t state;

static uint64_t setting(const char *name) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *names[KINDS] = {"FAULTS_WRITES", "FAULTS_SYNCS", "FAULTS_READS", "FAULTS_OPENS"};
  for (int kind = 0; kind < KINDS; kind++) chances[kind] = setting(names[kind]);
  has_room_limit = getenv("FAULTS_ROOM") != NULL;
  room = (int64_t)setting("FAULTS_ROOM");
  kill_at = setting("FAULTS_KILL_AT");
  state = setting("FAULTS_SEED") * 0x9E3779B97F4A7C15u + 1;
  const char *where = getenv("FAULTS_FOLDER");
  folder_length = where ? strlen(where) : 0;
  if (folder_length > 0) folder = where;
}

/* SplitMix64. */
static uint64_t next(void) {
  uint64_t z = atomic_fetch_add(&state, 0x9E3779B97F4A7C15u) + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int is_inside(const char *path) {
  return strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

static int is_path_inside(int directory, const char *path) {
  if (!folder || !path) return 0;
  if (path[0] == '/') return is_inside(path);
  char whole[PATH_MAX], link[48];
  int known = errno;
  ssize_t length;
  if (directory == AT_FDCWD) {
    length = getcwd(whole, sizeof whole) ? (ssize_t)strlen(whole) : -1;
  } else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    length = readlink(link, whole, sizeof whole - 1);
  }
  errno = known;
  if (length < 0 || (size_t)length + strlen(path) + 2 > sizeof whole) return 0;
  whole[length] = '/';
  strcpy(whole + length + 1, path);
  return is_inside(whole);
}

static int is_file_inside(int file) {
  if (!folder) return 0;
  char link[48], path[PATH_MAX];
  int known = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = known;
  if (length <= 0) return 0;
  path[length] = 0;
  return is_inside(path);
}

static void step(void) {
  if (kill_at && atomic_fetch_add(&count, 1) + 1 == kill_at) kill(getpid(), SIGKILL);
}

/* Whether it fails by chance; errno says how. */
static int fails(enum kind kind) {
  step();
  if (chances[kind] == 0 || next() % 1000000 >= chances[kind]) return 0;
  errno = EIO;
  return 1;
}

static int is_full(void) { return has_room_limit && atomic_load(&room) <= 0; }

/* How much of that can be written: less than all of it where the disk is nearly full, -1 where it fails. */
static ssize_t writable(int file, size_t length) {
  if (!is_file_inside(file)) return (ssize_t)length;
  if (fails(WRITES)) return -1;
  if (!has_room_limit || length == 0) return (ssize_t)length;
  int64_t left = atomic_fetch_sub(&room, (int64_t)length);
  if (left <= 0) {
    errno = ENOSPC;
    return -1;
  }
  return left < (int64_t)length ? (ssize_t)left : (ssize_t)length;
}

#define REAL(name)                                         \
  static __typeof__(&name) real;                           \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* ---- Opening ---- */

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    REAL(name);                                                           \
    mode_t mode = 0;                                                      \
    if (flags & (O_CREAT | O_TMPFILE)) {                                  \
      va_list rest;                                                       \
      va_start(rest, flags);                                              \
      mode = va_arg(rest, mode_t);                                        \
      va_end(rest);                                                       \
    }                                                                     \
    if (is_path_inside(AT_FDCWD, path)) {                                 \
      if (fails(OPENS)) return -1;                                        \
      if ((flags & O_CREAT) && is_full() && access(path, F_OK) != 0) {    \
        errno = ENOSPC;                                                   \
        return -1;                                                        \
      }                                                                   \
    }                                                                     \
    return real(path, flags, mode);                                       \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                      \
  int name(int directory, const char *path, int flags, ...) {             \
    REAL(name);                                                           \
    mode_t mode = 0;                                                      \
    if (flags & (O_CREAT | O_TMPFILE)) {                                  \
      va_list rest;                                                       \
      va_start(rest, flags);                                              \
      mode = va_arg(rest, mode_t);                                        \
      va_end(rest);                                                       \
    }                                                                     \
    if (is_path_inside(directory, path) && fails(OPENS)) return -1;       \
    return real(directory, path, flags, mode);                            \
  }
OPENAT(openat)
OPENAT(openat64)

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  if (is_path_inside(AT_FDCWD, path) && is_full()) {
    errno = ENOSPC;
    return -1;
  }
  return real(path, mode);
}

/* ---- Reading ---- */

ssize_t read(int file, void *bytes, size_t length) {
  REAL(read);
  if (is_file_inside(file) && fails(READS)) return -1;
  return real(file, bytes, length);
}

#define PREAD(name, offset_t)                                             \
  ssize_t name(int file, void *bytes, size_t length, offset_t offset) {   \
    REAL(name);                                                           \
    if (is_file_inside(file) && fails(READS)) return -1;                  \
    return real(file, bytes, length, offset);                             \
  }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

/* ---- Writing ---- */

ssize_t write(int file, const void *bytes, size_t length) {
  REAL(write);
  ssize_t some = writable(file, length);
  return some < 0 ? -1 : real(file, bytes, (size_t)some);
}

#define PWRITE(name, offset_t)                                                  \
  ssize_t name(int file, const void *bytes, size_t length, offset_t offset) {   \
    REAL(name);                                                                 \
    ssize_t some = writable(file, length);                                      \
    return some < 0 ? -1 : real(file, bytes, (size_t)some, offset);             \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int parts_count) {
  REAL(writev);
  size_t length = 0;
  for (int part = 0; part < parts_count; part++) length += parts[part].iov_len;
  ssize_t some = writable(file, length);
  if (some < 0) return -1;
  if ((size_t)some == length) return real(file, parts, parts_count);
  /* As much of the first part as there is room for. */
  size_t first = parts[0].iov_len < (size_t)some ? parts[0].iov_len : (size_t)some;
  return write(file, parts[0].iov_base, first);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
  REAL(sendfile);
  ssize_t some = writable(to, length);
  return some < 0 ? -1 : real(to, from, offset, (size_t)some);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length,
                        unsigned flags) {
  REAL(copy_file_range);
  ssize_t some = writable(to, length);
  return some < 0 ? -1 : real(from, from_offset, to, to_offset, (size_t)some, flags);
}

/* A file that shrinks needs no room. */
static int cannot_have_length(int file, off64_t length) {
  if (!is_file_inside(file)) return 0;
  if (fails(WRITES)) return 1;
  struct stat status;
  if (!is_full() || fstat(file, &status) != 0 || length <= status.st_size) return 0;
  errno = ENOSPC;
  return 1;
}

#define FTRUNCATE(name, offset_t)                           \
  int name(int file, offset_t length) {                     \
    REAL(name);                                             \
    return cannot_have_length(file, length) ? -1 : real(file, length); \
  }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

#define FALLOCATE(name, offset_t)                                       \
  int name(int file, offset_t offset, offset_t length) {                \
    REAL(name);                                                         \
    return cannot_have_length(file, offset + length) ? errno : real(file, offset, length); \
  }
FALLOCATE(posix_fallocate, off_t)
FALLOCATE(posix_fallocate64, off64_t)

#define SYNC(name)                                               \
  int name(int file) {                                           \
    REAL(name);                                                  \
    return is_file_inside(file) && fails(SYNCS) ? -1 : real(file); \
  }
SYNC(fsync)
SYNC(fdatasync)

/* ---- What only a kill comes before ---- */

int rename(const char *from, const char *to) {
  REAL(rename);
  if (is_path_inside(AT_FDCWD, to)) step();
  return real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  if (is_path_inside(AT_FDCWD, path)) step();
  return real(path);
}

/* ---- What is left ---- */

#define STATVFS(name, status_t)                                 \
  int name(const char *path, struct status_t *status) {         \
    REAL(name);                                                 \
    int result = real(path, status);                            \
    if (result == 0 && is_path_inside(AT_FDCWD, path) && is_full()) \
      status->f_bfree = status->f_bavail = 0;                   \
    return result;                                              \
  }
STATVFS(statvfs, statvfs)
STATVFS(statvfs64, statvfs64)
