#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>

#include "ctorch.h"

static _Thread_local char message[1024];

const char *ct_load_error(void) { return message; }

static const ct_api *fail(const char *text) {
  snprintf(message, sizeof message, "%s", text ? text : "unknown");
  return NULL;
}

const ct_api *ct_load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(dlerror());
  const ct_api *(*entry)(void);
  *(void **)(&entry) = dlsym(library, "ctorch_api");
  if (!entry) return fail("ctorch_api is missing");
  const ct_api *api = entry();
  return api->version == CT_VERSION ? api : fail("it is of another build");
}

int ct_image_path(char *path, size_t capacity) {
  Dl_info info;
  if (!dladdr((const void *)ct_image_path, &info) || !info.dli_fname) return -1;
  int length = snprintf(path, capacity, "%s", info.dli_fname);
  return length > 0 && (size_t)length < capacity ? 0 : -1;
}
