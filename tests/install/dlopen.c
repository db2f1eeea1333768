/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads the library, computes over several threads, unloads it, and again: the same bits each time,
 * no thread left behind, the library really gone, and fork() still works after it.
 *   dlopen PATH_OF_LIBRARY
 */
#include <dirent.h>
#include <dlfcn.h>
#include <samebits/samebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 64, COLUMNS = 16384, ROUNDS = 20 };

static float x[ROWS * COLUMNS], y[ROWS * COLUMNS], first[ROWS * COLUMNS];

static void fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void compute(void* library) {
  samebits_status (*norm)(const samebits_rms_norm_args*, const samebits_where*) =
      (samebits_status(*)(const samebits_rms_norm_args*, const samebits_where*))dlsym(
          library, "samebits_rms_norm");
  samebits_rms_norm_args (*norm_init)(void) =
      (samebits_rms_norm_args(*)(void))dlsym(library, "samebits_rms_norm_init");
  samebits_where (*where_init)(void) =
      (samebits_where(*)(void))dlsym(library, "samebits_where_init");
  if (norm == NULL || norm_init == NULL || where_init == NULL) {
    fail("the library does not offer its functions");
  }
  samebits_rms_norm_args args = norm_init();
  args.rows = ROWS;
  args.columns = args.x_row_stride = args.y_row_stride = COLUMNS;
  args.x = x;
  args.y = y;
  samebits_where where = where_init();
  where.threads = 4;
  memset(y, 0xA5, sizeof(y));
  if (norm(&args, &where) != SAMEBITS_OK) fail("the call failed");
}

static int count_threads(void) {
  DIR* tasks = opendir("/proc/self/task");
  int count = 0;
  if (tasks == NULL) fail("/proc/self/task cannot be read");
  for (struct dirent* entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static int is_mapped(const char* name) {
  char line[4096];
  int found = 0;
  FILE* maps = fopen("/proc/self/maps", "r");
  if (maps == NULL) fail("/proc/self/maps cannot be read");
  while (fgets(line, sizeof(line), maps) != NULL) found |= strstr(line, name) != NULL;
  fclose(maps);
  return found;
}

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: dlopen PATH_OF_LIBRARY");
  for (int i = 0; i < ROWS * COLUMNS; ++i) x[i] = (float)(i % 977) * 0.37f - 100.0f;
  for (int round = 0; round < ROUNDS; ++round) {
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) fail(dlerror());
    compute(library);
    if (round == 0) memcpy(first, y, sizeof(y));
    if (memcmp(first, y, sizeof(y)) != 0) fail("other bits after loading again");
    if (dlclose(library) != 0) fail(dlerror());
    if (count_threads() != 1) fail("threads are left after dlclose()");
    if (is_mapped("libsamebits")) fail("the library is still there after dlclose()");
  }
  int status = 0;
  const pid_t child = fork(); /* a handler left behind would be called here */
  if (child == 0) _exit(0);
  if (waitpid(child, &status, 0) != child || status != 0) fail("fork() after dlclose() failed");
  puts("ok");
  return 0;
}
