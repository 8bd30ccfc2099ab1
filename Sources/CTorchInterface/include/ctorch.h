#ifndef CTORCH_H
#define CTORCH_H

#include <stddef.h>
#include <stdint.h>

/// The part of libtorch that Likeness uses, as one table of functions. `CTorch`
/// fills the table in a dynamic library that is opened when training begins:
/// libtorch's own start would cost every other command hundreds of milliseconds.
///
/// No exception leaves: a call that gives a tensor gives NULL when it fails, one
/// that gives an int gives something other than 0, and `last_error()` of the same
/// thread tells why. A tensor that was given is to be freed.

#pragma clang assume_nonnull begin

typedef struct ct_tensor ct_tensor;
typedef struct ct_generator ct_generator;

typedef enum { CT_F32, CT_F64, CT_I64, CT_U8, CT_BOOL } ct_type;

typedef enum {
  CT_NEG, CT_ABS, CT_SQUARE, CT_SQRT, CT_EXP, CT_LOG, CT_SIN, CT_COS, CT_RELU, CT_RELU6,
  CT_SIGMOID, CT_SOFTPLUS, CT_TRANSPOSE, CT_NOT, CT_DETACH, CT_CLONE, CT_CONTIGUOUS,
  CT_ZEROS_LIKE,
} ct_unary;

typedef enum {
  CT_ADD, CT_SUB, CT_MUL, CT_DIV, CT_MATMUL, CT_MAXIMUM, CT_MINIMUM,
  CT_EQ, CT_NE, CT_LT, CT_LE, CT_GT, CT_GE, CT_AND, CT_OR,
} ct_binary;

typedef enum { CT_SUM, CT_MEAN, CT_AMAX, CT_AMIN, CT_LOGSUMEXP } ct_reduction;

/// Changed when the table is, so that a library of another build is refused.
enum { CT_VERSION = 1 };

typedef struct {
  int32_t version;

  const char *_Nonnull (*_Nonnull last_error)(void);
  /// How many tensors are not freed yet.
  int64_t (*_Nonnull live_tensors)(void);
  /// For the calling thread, and for threads that have not used libtorch yet.
  int (*_Nonnull set_threads)(int32_t count);
  int32_t (*_Nonnull threads)(void);
  /// Whether what this thread computes from now on can be differentiated; gives what was set
  /// before.
  int32_t (*_Nonnull set_gradients)(int32_t enabled);

  /// A tensor of undefined values.
  ct_tensor *_Nullable (*_Nonnull empty)(ct_type type, const int64_t *sizes, size_t rank);
  ct_tensor *_Nullable (*_Nonnull full)(ct_type type, const int64_t *sizes, size_t rank,
      double value);
  ct_tensor *_Nullable (*_Nonnull arange)(int64_t end);
  void (*_Nonnull free)(ct_tensor *);
  int32_t (*_Nonnull type)(const ct_tensor *);
  size_t (*_Nonnull rank)(const ct_tensor *);
  void (*_Nonnull sizes)(const ct_tensor *, int64_t *sizes);
  /// The first element; the others follow where the tensor is contiguous.
  void *_Nullable (*_Nonnull data)(const ct_tensor *);
  /// The value of a tensor of one element.
  int (*_Nonnull item)(const ct_tensor *, double *value);

  int32_t (*_Nonnull requires_grad)(const ct_tensor *);
  int (*_Nonnull set_requires_grad)(ct_tensor *, int32_t enabled);
  int (*_Nonnull backward)(ct_tensor *);
  /// What `backward` left there: NULL without an error where there is nothing.
  ct_tensor *_Nullable (*_Nonnull grad)(const ct_tensor *);
  void (*_Nonnull clear_grad)(ct_tensor *);

  ct_tensor *_Nullable (*_Nonnull unary)(ct_unary, const ct_tensor *);
  ct_tensor *_Nullable (*_Nonnull binary)(ct_binary, const ct_tensor *, const ct_tensor *);
  ct_tensor *_Nullable (*_Nonnull binary_scalar)(ct_binary, const ct_tensor *, double);
  ct_tensor *_Nullable (*_Nonnull power)(const ct_tensor *, double exponent);
  ct_tensor *_Nullable (*_Nonnull clamp)(const ct_tensor *, double low, double high);
  ct_tensor *_Nullable (*_Nonnull where)(const ct_tensor *condition, const ct_tensor *,
      const ct_tensor *);
  /// Over all dimensions where `count` is 0.
  ct_tensor *_Nullable (*_Nonnull reduce)(ct_reduction, const ct_tensor *, const int64_t *dims,
      size_t count, int32_t keep);
  ct_tensor *_Nullable (*_Nonnull argmax)(const ct_tensor *, int64_t dim);
  ct_tensor *_Nullable (*_Nonnull softmax)(const ct_tensor *, int64_t dim, int32_t logarithm);
  ct_tensor *_Nullable (*_Nonnull to)(const ct_tensor *, ct_type type);

  ct_tensor *_Nullable (*_Nonnull reshape)(const ct_tensor *, const int64_t *sizes, size_t rank);
  ct_tensor *_Nullable (*_Nonnull permute)(const ct_tensor *, const int64_t *dims, size_t rank);
  ct_tensor *_Nullable (*_Nonnull expand)(const ct_tensor *, const int64_t *sizes, size_t rank);
  ct_tensor *_Nullable (*_Nonnull narrow)(const ct_tensor *, int64_t dim, int64_t start,
      int64_t length);
  ct_tensor *_Nullable (*_Nonnull index_select)(const ct_tensor *, int64_t dim,
      const ct_tensor *index);
  ct_tensor *_Nullable (*_Nonnull gather)(const ct_tensor *, int64_t dim, const ct_tensor *index);
  ct_tensor *_Nullable (*_Nonnull cat)(const ct_tensor *_Nonnull const *_Nonnull tensors,
      size_t count, int64_t dim);
  /// `padding`: before and after, from the last dimension backwards.
  ct_tensor *_Nullable (*_Nonnull pad)(const ct_tensor *, const int64_t *padding, size_t count);

  ct_tensor *_Nullable (*_Nonnull linear)(const ct_tensor *, const ct_tensor *weight,
      const ct_tensor *_Nullable bias);
  ct_tensor *_Nullable (*_Nonnull conv2d)(const ct_tensor *, const ct_tensor *weight,
      const ct_tensor *_Nullable bias, const int64_t stride[_Nonnull 2],
      const int64_t padding[_Nonnull 2], int64_t groups);
  /// Changes the running mean and variance where `training` is set.
  ct_tensor *_Nullable (*_Nonnull batch_norm)(const ct_tensor *, const ct_tensor *weight,
      const ct_tensor *bias, ct_tensor *running_mean, ct_tensor *running_variance,
      int32_t training, double momentum, double epsilon);
  ct_tensor *_Nullable (*_Nonnull max_pool2d)(const ct_tensor *, const int64_t size[_Nonnull 2],
      const int64_t stride[_Nonnull 2], const int64_t padding[_Nonnull 2]);
  ct_tensor *_Nullable (*_Nonnull average_pool2d)(const ct_tensor *,
      const int64_t size[_Nonnull 2], const int64_t stride[_Nonnull 2],
      const int64_t padding[_Nonnull 2]);

  // In place.
  int (*_Nonnull copy)(ct_tensor *, const ct_tensor *source);
  int (*_Nonnull fill)(ct_tensor *, double value);
  int (*_Nonnull scale)(ct_tensor *, double factor);
  /// `t += scale · x`
  int (*_Nonnull add)(ct_tensor *, const ct_tensor *x, double scale);
  int (*_Nonnull add_scalar)(ct_tensor *, double value);
  /// `t += scale · x · y`
  int (*_Nonnull add_product)(ct_tensor *, const ct_tensor *x, const ct_tensor *y, double scale);
  /// `t += scale · x / y`
  int (*_Nonnull add_quotient)(ct_tensor *, const ct_tensor *x, const ct_tensor *y, double scale);

  ct_generator *_Nullable (*_Nonnull generator)(uint64_t seed);
  void (*_Nonnull generator_free)(ct_generator *);
  /// All that a generator is, as bytes.
  ct_tensor *_Nullable (*_Nonnull generator_state)(const ct_generator *);
  int (*_Nonnull set_generator_state)(ct_generator *, const ct_tensor *state);
  int (*_Nonnull normal)(ct_tensor *, double mean, double deviation, ct_generator *);
  int (*_Nonnull uniform)(ct_tensor *, double low, double high, ct_generator *);
  /// 1 with probability `p`, else 0.
  int (*_Nonnull bernoulli)(ct_tensor *, double p, ct_generator *);
} ct_api;

/// Opens the library at `path` and gives its table; NULL where that fails, with
/// `ct_load_error()` of the same thread telling why. It stays open.
const ct_api *_Nullable ct_load(const char *path);
const char *ct_load_error(void);
/// Writes the path of the program or library that this code is part of; not 0
/// where that is unknown.
int ct_image_path(char *path, size_t capacity);

#pragma clang assume_nonnull end

#endif
