/*
 * Keeps, beside every file of one folder, what of it would be left after a power cut: its content at the last
 * fsync or fdatasync. Renaming and removing count as done at once. Loaded with LD_PRELOAD.
 * CHAOS_DISK is the folder, CHAOS_SHADOW where the copies go.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* "/disk/a/b" becomes "/shadow/a%b"; 0 for what lies elsewhere. */
static int shadow_of(const char *path, char *out) {
  const char *disk = getenv("CHAOS_DISK"), *shadow = getenv("CHAOS_SHADOW");
  size_t length = disk ? strlen(disk) : 0;
  if (!length || !shadow || strncmp(path, disk, length) != 0 || path[length] != '/') return 0;
  int written = snprintf(out, PATH_MAX, "%s/", shadow);
  for (const char *at = path + length + 1; *at && written < PATH_MAX - 1; at++)
    out[written++] = *at == '/' ? '%' : *at;
  out[written] = 0;
  return 1;
}

static void keep(int fd) {
  char link[64], path[PATH_MAX], copy[PATH_MAX], part[PATH_MAX + 8], buffer[65536];
  struct stat about;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return;
  path[length] = 0;
  if (!shadow_of(path, copy)) return;
  snprintf(part, sizeof part, "%s%%part", copy);
  int from = open(path, O_RDONLY), to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ssize_t got;
  while (from >= 0 && to >= 0 && (got = read(from, buffer, sizeof buffer)) > 0)
    if (write(to, buffer, got) != got) break;
  if (from >= 0) close(from);
  if (to >= 0) close(to);
  /* A process that is killed in the middle leaves the copy before. */
  ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(part, copy);
}

static int synced(const char *name, int fd) {
  pthread_mutex_lock(&lock);
  int result = ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
  if (result == 0) keep(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

int rename(const char *from, const char *to) {
  char before[PATH_MAX], after[PATH_MAX];
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  pthread_mutex_lock(&lock);
  int result = real(from, to);
  if (result == 0 && shadow_of(from, before) && shadow_of(to, after)) real(before, after);
  pthread_mutex_unlock(&lock);
  return result;
}

int unlink(const char *path) {
  char copy[PATH_MAX];
  int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  pthread_mutex_lock(&lock);
  int result = real(path);
  if (result == 0 && shadow_of(path, copy)) real(copy);
  pthread_mutex_unlock(&lock);
  return result;
}
