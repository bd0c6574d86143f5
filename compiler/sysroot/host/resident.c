// SPDX-License-Identifier: Apache-2.0
// Keeps a tool of the toolchain loaded. Preloaded into clang or lld on Linux, it stops before `main` and answers each
// request on standard input by a fork that runs `main` with the request's folder and arguments: the dynamic loader's
// work on a hundred megabytes of LLVM, all of what a link costs, is done once (the zygote of Android, in small).
// It uses the C library that the tool itself has loaded, and declares what it needs of it.

typedef unsigned int u32;
typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

struct timeval { long seconds, microseconds; };
struct rusage { struct timeval user, system; long other[14]; };

extern void *dlsym(void *, const char *);
extern long read(int, void *, unsigned long);
extern long write(int, const void *, unsigned long);
extern int open(const char *, int, ...);
extern int close(int);
extern int dup2(int, int);
extern int chdir(const char *);
extern int fork(void);
extern int getpid(void);
extern int getppid(void);
extern int wait4(int, int *, int, struct rusage *);
extern int prctl(int, ...);
extern int memfd_create(const char *, u32);
extern int ftruncate(int, long);
extern long lseek(int, long, int);
extern long pread(int, void *, unsigned long, long);
extern void *malloc(unsigned long);
extern void free(void *);
extern void _exit(int) __attribute__((noreturn));
extern int unsetenv(const char *);

enum { SET_PARENT_DEATH_SIGNAL = 1, SIGKILL = 9, CLOSE_ON_EXEC = 1, END = 2, READ_WRITE = 2, OUTPUT_BYTES = 64 * 1024 };

struct request { u32 sizeBytes, words; };
/* `status` as wait4 gives it; then `outputBytes` of what the tool said. */
struct answer { u32 status, cpuMicroseconds, outputBytes; };

static main_function tool_main;

static int read_fully(void *to, unsigned long size) {
  char *at = to;
  while (size > 0) {
    const long got = read(0, at, size);
    if (got <= 0) return 0;
    at += got;
    size -= (unsigned long)got;
  }
  return 1;
}

static int write_fully(const void *from, unsigned long size) {
  const char *at = from;
  while (size > 0) {
    const long put = write(3, at, size);
    if (put <= 0) return 0;
    at += put;
    size -= (unsigned long)put;
  }
  return 1;
}

static int run_tool(char *text, u32 words, int output, int parent, char **environment) {
  // Ends with the resident: a build that is cancelled or killed leaves no tool behind.
  prctl(SET_PARENT_DEATH_SIGNAL, SIGKILL);
  if (getppid() != parent) _exit(127);
  if (chdir(text) != 0) _exit(126);
  const int nothing = open("/dev/null", READ_WRITE);
  if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(126);
  close(nothing);
  close(output);
  // Descriptor 3 stays: who waits for its end waits for this process too.
  char **arguments = malloc((words + 1) * sizeof(char *));
  if (arguments == 0) _exit(126);
  u32 count = 0;
  for (u32 word = 0; word < words; word++) {
    while (*text != 0) text++;
    text++;
    if (word + 1 < words) arguments[count++] = text;
  }
  arguments[count] = 0;
  return tool_main((int)count, arguments, environment);
}

/* One request: folder and arguments, each ended by a zero byte. Returns only in the tool's process, or at the end. */
static int serve(int argc, char **argv, char **environment) {
  (void)argc;
  (void)argv;
  unsetenv("LD_PRELOAD");
  const int parent = getpid();
  const int output = memfd_create("output", CLOSE_ON_EXEC);
  static const char ready[4] = {'E', 'P', 'R', '1'};
  static char said[OUTPUT_BYTES];
  if (output < 0 || !write_fully(ready, sizeof ready)) _exit(125);
  for (;;) {
    struct request request;
    if (!read_fully(&request, sizeof request)) _exit(0);
    char *text = malloc(request.sizeBytes);
    if (text == 0 || !read_fully(text, request.sizeBytes)) _exit(124);
    const int child = fork();
    if (child == 0) return run_tool(text, request.words, output, parent, environment);
    struct answer answer = {127u << 8, 0, 0};
    struct rusage used;
    int status;
    if (child > 0 && wait4(child, &status, 0, &used) == child) {
      const long microseconds = (used.user.seconds + used.system.seconds) * 1000000 + used.user.microseconds +
                                used.system.microseconds;
      answer.status = (u32)status;
      answer.cpuMicroseconds = (u32)microseconds;
    }
    free(text);
    const long spoken = pread(output, said, sizeof said, 0);
    answer.outputBytes = spoken > 0 ? (u32)spoken : 0;
    ftruncate(output, 0);
    lseek(output, 0, 0);
    if (!write_fully(&answer, sizeof answer) || !write_fully(said, answer.outputBytes)) _exit(0);
  }
}

/* Interposed: the C library's own is next in line. */
int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end) {
  tool_main = main;
  const start_function next = (start_function)dlsym((void *)-1L, "__libc_start_main");
  if (next == 0) _exit(125);
  return next(serve, argc, argv, init, fini, loader_fini, stack_end);
}
