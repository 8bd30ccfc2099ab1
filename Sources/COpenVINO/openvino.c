#include "COpenVINO.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Layouts of OpenVINO's C API that are passed by value.
typedef struct {
  int64_t rank;
  int64_t *dims;
} shape_t;
typedef struct {
  int64_t min;
  int64_t max;
} dimension_t;
typedef struct {
  dimension_t rank;
  dimension_t *dims;
} partial_shape_t;
typedef struct {
  const char *key;
  const void *value;
} property_t;
typedef struct graph graph_t;

static struct {
  int (*core_create)(cov_core **);
  int (*core_get_property)(const cov_core *, const char *, const char *, char **);
  int (*core_read_model)(const cov_core *, const char *, const char *, graph_t **);
  int (*core_compile_model_props)(const cov_core *, const graph_t *, const char *, size_t,
                                  const property_t *, cov_model **);
  void (*model_free)(graph_t *);
  int (*model_reshape_single_input)(const graph_t *, partial_shape_t);
  void (*compiled_model_free)(cov_model *);
  int (*compiled_model_create_infer_request)(const cov_model *, cov_request **);
  int (*compiled_model_outputs_size)(const cov_model *, size_t *);
  void (*infer_request_free)(cov_request *);
  int (*infer_request_set_input_tensor)(cov_request *, const cov_tensor *);
  int (*infer_request_infer)(cov_request *);
  int (*infer_request_get_output_tensor_by_index)(const cov_request *, size_t, cov_tensor **);
  int (*tensor_create)(int, shape_t, cov_tensor **);
  void (*tensor_free)(cov_tensor *);
  int (*tensor_data)(const cov_tensor *, void **);
  int (*tensor_get_element_type)(const cov_tensor *, int *);
  int (*tensor_get_shape)(const cov_tensor *, shape_t *);
  int (*shape_free)(shape_t *);
  const char *(*get_last_err_msg)(void);
  const char *(*get_error_info)(int);
  void (*free)(const char *);
} ov;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;
static _Thread_local char message[1024];

const char *cov_last_error(void) { return message; }

static int fail(const char *text) {
  snprintf(message, sizeof message, "%s", text ? text : "unknown");
  return -1;
}

static int check(int status) {
  if (status != 0) {
    const char *text = ov.get_last_err_msg ? ov.get_last_err_msg() : NULL;
    if (!text || !*text) text = ov.get_error_info(status);
    // OpenVINO's texts run over several lines; the last one says what is wrong.
    size_t length = text ? strlen(text) : 0;
    while (length > 0 && text[length - 1] == '\n') length--;
    size_t start = length;
    while (start > 0 && text[start - 1] != '\n') start--;
    snprintf(message, sizeof message, "%.*s", (int)(length - start), text ? text + start : "");
  }
  return status;
}

static int load(const char *path) {
  if (loaded) return 0;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(dlerror());
#define FIND(name)                                        \
  do {                                                    \
    *(void **)(&ov.name) = dlsym(library, "ov_" #name);   \
    if (!ov.name) return fail("ov_" #name " is missing"); \
  } while (0)
  FIND(core_create);
  FIND(core_get_property);
  FIND(core_read_model);
  FIND(core_compile_model_props);
  FIND(model_free);
  FIND(model_reshape_single_input);
  FIND(compiled_model_free);
  FIND(compiled_model_create_infer_request);
  FIND(compiled_model_outputs_size);
  FIND(infer_request_free);
  FIND(infer_request_set_input_tensor);
  FIND(infer_request_infer);
  FIND(infer_request_get_output_tensor_by_index);
  FIND(tensor_create);
  FIND(tensor_free);
  FIND(tensor_data);
  FIND(tensor_get_element_type);
  FIND(tensor_get_shape);
  FIND(shape_free);
  FIND(get_last_err_msg);
  FIND(get_error_info);
  FIND(free);
#undef FIND
  loaded = true;
  return 0;
}

int cov_load(const char *path) {
  pthread_mutex_lock(&lock);
  int status = load(path);
  pthread_mutex_unlock(&lock);
  return status;
}

int cov_core_shared(cov_core **core) {
  static cov_core *shared;
  pthread_mutex_lock(&lock);
  int status = shared ? 0 : check(ov.core_create(&shared));
  *core = shared;
  pthread_mutex_unlock(&lock);
  return status;
}

int cov_core_property(const cov_core *core, const char *device, const char *key, char **value) {
  return check(ov.core_get_property(core, device, key, value));
}

void cov_string_free(char *value) { ov.free(value); }

int cov_compile(const cov_core *core, const char *path, size_t rank, const int64_t *dims,
                const cov_property *properties, size_t property_count, cov_model **model) {
  graph_t *graph = NULL;
  int status = check(ov.core_read_model(core, path, NULL, &graph));
  if (status != 0) return status;
  if (rank > 0) {
    dimension_t sizes[8];
    if (rank > 8) {
      ov.model_free(graph);
      return fail("a tensor of more than 8 dimensions");
    }
    for (size_t i = 0; i < rank; i++) sizes[i] = (dimension_t){dims[i], dims[i]};
    partial_shape_t shape = {{(int64_t)rank, (int64_t)rank}, sizes};
    status = check(ov.model_reshape_single_input(graph, shape));
  }
  if (status == 0) {
    property_t list[16];
    if (property_count > 16) {
      ov.model_free(graph);
      return fail("more than 16 properties");
    }
    for (size_t i = 0; i < property_count; i++)
      list[i] = (property_t){properties[i].key, properties[i].value};
    status = check(ov.core_compile_model_props(core, graph, "CPU", property_count, list, model));
  }
  ov.model_free(graph);
  return status;
}

void cov_model_free(cov_model *model) { ov.compiled_model_free(model); }

int cov_model_outputs(const cov_model *model, size_t *count) {
  return check(ov.compiled_model_outputs_size(model, count));
}

int cov_request_create(const cov_model *model, cov_request **request) {
  return check(ov.compiled_model_create_infer_request(model, request));
}

void cov_request_free(cov_request *request) { ov.infer_request_free(request); }

int cov_request_set_input(cov_request *request, const cov_tensor *tensor) {
  return check(ov.infer_request_set_input_tensor(request, tensor));
}

int cov_request_infer(cov_request *request) { return check(ov.infer_request_infer(request)); }

int cov_request_output(const cov_request *request, size_t index, cov_tensor **tensor) {
  return check(ov.infer_request_get_output_tensor_by_index(request, index, tensor));
}

int cov_tensor_create(int type, size_t rank, const int64_t *dims, cov_tensor **tensor) {
  // OpenVINO copies the dimensions; its struct only lacks the const.
  shape_t shape = {(int64_t)rank, (int64_t *)dims};
  return check(ov.tensor_create(type, shape, tensor));
}

void cov_tensor_free(cov_tensor *tensor) { ov.tensor_free(tensor); }

int cov_tensor_data(const cov_tensor *tensor, void **data) {
  return check(ov.tensor_data(tensor, data));
}

int cov_tensor_type(const cov_tensor *tensor, int *type) {
  return check(ov.tensor_get_element_type(tensor, type));
}

int cov_tensor_shape(const cov_tensor *tensor, size_t capacity, int64_t *dims, size_t *rank) {
  shape_t shape = {0, NULL};
  int status = check(ov.tensor_get_shape(tensor, &shape));
  if (status != 0) return status;
  *rank = (size_t)shape.rank;
  for (size_t i = 0; i < *rank && i < capacity; i++) dims[i] = shape.dims[i];
  ov.shape_free(&shape);
  return 0;
}
