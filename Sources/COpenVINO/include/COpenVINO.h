#ifndef COPENVINO_H
#define COPENVINO_H

#include <stddef.h>
#include <stdint.h>

/// The part of OpenVINO's C API (2026.4) that Likeness uses, found with dlopen
/// at run time, so that building needs no OpenVINO and a missing one is an
/// error that can be explained.
///
/// Each call that can fail returns 0, or OpenVINO's status with its text in
/// `cov_last_error()` of the same thread.

typedef struct cov_core cov_core;
typedef struct cov_model cov_model;
typedef struct cov_request cov_request;
typedef struct cov_tensor cov_tensor;

enum { COV_F32 = 4, COV_U8 = 16 };

typedef struct {
  const char *key;
  const char *value;
} cov_property;

/// Opens libopenvino_c at `path`. Only the first call of a process counts.
int cov_load(const char *path);
/// What the last failed call of this thread said.
const char *cov_last_error(void);

/// The one core of the process. It is never freed: its plugins would be unmapped while their threads, or
/// destructors of the models that are freed last, still run their code.
int cov_core_shared(cov_core **core);
/// A property of a device, to be freed with `cov_string_free`.
int cov_core_property(const cov_core *core, const char *device, const char *key, char **value);
void cov_string_free(char *value);

/// Reads and compiles a model file for the CPU. With `rank` > 0 the only input
/// is first given the shape `dims`.
int cov_compile(const cov_core *core, const char *path, size_t rank, const int64_t *dims,
                const cov_property *properties, size_t property_count, cov_model **model);
void cov_model_free(cov_model *model);

int cov_request_create(const cov_model *model, cov_request **request);
void cov_request_free(cov_request *request);
int cov_request_set_input(cov_request *request, const cov_tensor *tensor);
int cov_request_infer(cov_request *request);
/// How many outputs the model has.
int cov_model_outputs(const cov_model *model, size_t *count);
/// The output at `index`; valid until the next inference, to be freed.
int cov_request_output(const cov_request *request, size_t index, cov_tensor **tensor);

int cov_tensor_create(int type, size_t rank, const int64_t *dims, cov_tensor **tensor);
void cov_tensor_free(cov_tensor *tensor);
int cov_tensor_data(const cov_tensor *tensor, void **data);
/// COV_F32, COV_U8, or the number of another type.
int cov_tensor_type(const cov_tensor *tensor, int *type);
/// Writes at most `capacity` dimensions and the number of all to `rank`.
int cov_tensor_shape(const cov_tensor *tensor, size_t capacity, int64_t *dims, size_t *rank);

#endif
