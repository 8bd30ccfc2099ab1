#include "ctorch_api.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

static std::atomic<int64_t> live{0};

struct ct_tensor {
  at::Tensor value;
  explicit ct_tensor(at::Tensor tensor) : value(std::move(tensor)) { live++; }
  ~ct_tensor() { live--; }
};

struct ct_generator {
  at::Generator value;
};

namespace {

thread_local std::string message;

// Runs a body, and keeps what it throws on this side.
template <typename Body>
bool guarded(Body body) noexcept {
  try {
    body();
    return true;
  } catch (const c10::Error &error) {
    message = error.what_without_backtrace();
  } catch (const std::exception &error) {
    message = error.what();
  } catch (...) {
    message = "unknown";
  }
  return false;
}

template <typename Body>
ct_tensor *make(Body body) noexcept {
  ct_tensor *result = nullptr;
  guarded([&] { result = new ct_tensor(body()); });
  return result;
}

template <typename Body>
int run(Body body) noexcept {
  return guarded(body) ? 0 : -1;
}

[[noreturn]] void refuse(const char *what) { throw std::invalid_argument(what); }

at::ScalarType scalar_type(ct_type type) {
  switch (type) {
    case CT_F32: return at::kFloat;
    case CT_F64: return at::kDouble;
    case CT_I64: return at::kLong;
    case CT_U8: return at::kByte;
    case CT_BOOL: return at::kBool;
  }
  refuse("a type of elements that is not known");
}

at::IntArrayRef list(const int64_t *values, size_t count) { return {values, count}; }

c10::optional<at::Tensor> optional(const ct_tensor *tensor) {
  return tensor ? c10::optional<at::Tensor>(tensor->value) : c10::nullopt;
}

// MARK: The engine

const char *last_error() { return message.c_str(); }
int64_t live_tensors() { return live; }
int set_threads(int32_t count) {
  return run([&] { at::set_num_threads(count); });
}
int32_t threads() { return at::get_num_threads(); }
int32_t set_gradients(int32_t enabled) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled != 0);
  return before;
}

// MARK: Tensors

ct_tensor *empty(ct_type type, const int64_t *sizes, size_t rank) {
  return make([&] { return at::empty(list(sizes, rank), at::TensorOptions(scalar_type(type))); });
}
ct_tensor *full(ct_type type, const int64_t *sizes, size_t rank, double value) {
  return make(
      [&] { return at::full(list(sizes, rank), value, at::TensorOptions(scalar_type(type))); });
}
ct_tensor *arange(int64_t end) {
  return make([&] { return at::arange(end, at::TensorOptions(at::kLong)); });
}
void free_tensor(ct_tensor *tensor) { delete tensor; }
int32_t type(const ct_tensor *tensor) {
  switch (tensor->value.scalar_type()) {
    case at::kFloat: return CT_F32;
    case at::kDouble: return CT_F64;
    case at::kLong: return CT_I64;
    case at::kByte: return CT_U8;
    case at::kBool: return CT_BOOL;
    default: return -1;
  }
}
size_t rank(const ct_tensor *tensor) { return static_cast<size_t>(tensor->value.dim()); }
void sizes(const ct_tensor *tensor, int64_t *sizes) {
  for (int64_t size : tensor->value.sizes()) *sizes++ = size;
}
void *data(const ct_tensor *tensor) {
  void *memory = nullptr;
  run([&] { memory = tensor->value.data_ptr(); });
  return memory;
}
int item(const ct_tensor *tensor, double *value) {
  return run([&] { *value = tensor->value.item().toDouble(); });
}

// MARK: Gradients

int32_t requires_grad(const ct_tensor *tensor) { return tensor->value.requires_grad(); }
int set_requires_grad(ct_tensor *tensor, int32_t enabled) {
  return run([&] { tensor->value.set_requires_grad(enabled != 0); });
}
int backward(ct_tensor *tensor) {
  return run([&] { tensor->value.backward(); });
}
ct_tensor *grad(const ct_tensor *tensor) {
  at::Tensor gradient;
  run([&] { gradient = tensor->value.grad(); });
  return gradient.defined() ? make([&] { return gradient; }) : nullptr;
}
void clear_grad(ct_tensor *tensor) {
  run([&] { tensor->value.mutable_grad() = at::Tensor(); });
}

// MARK: Operations

ct_tensor *unary(ct_unary operation, const ct_tensor *tensor) {
  return make([&]() -> at::Tensor {
    const at::Tensor &x = tensor->value;
    switch (operation) {
      case CT_NEG: return x.neg();
      case CT_ABS: return x.abs();
      case CT_SQUARE: return x * x;
      case CT_SQRT: return x.sqrt();
      case CT_EXP: return x.exp();
      case CT_LOG: return x.log();
      case CT_SIN: return x.sin();
      case CT_COS: return x.cos();
      case CT_RELU: return x.relu();
      case CT_RELU6: return at::hardtanh(x, 0, 6);
      case CT_SIGMOID: return x.sigmoid();
      case CT_SOFTPLUS: return at::softplus(x);
      case CT_TRANSPOSE: return x.t();
      case CT_NOT: return x.logical_not();
      case CT_DETACH: return x.detach();
      case CT_CLONE: return x.clone();
      case CT_CONTIGUOUS: return x.contiguous();
      case CT_ZEROS_LIKE: return at::zeros_like(x);
    }
    refuse("an operation that is not known");
  });
}

// With another tensor or with a number: libtorch has the same names for both.
template <typename Other>
at::Tensor combine(ct_binary operation, const at::Tensor &x, const Other &y) {
  switch (operation) {
    case CT_ADD: return x + y;
    case CT_SUB: return x - y;
    case CT_MUL: return x * y;
    case CT_DIV: return x / y;
    case CT_EQ: return x.eq(y);
    case CT_NE: return x.ne(y);
    case CT_LT: return x.lt(y);
    case CT_LE: return x.le(y);
    case CT_GT: return x.gt(y);
    case CT_GE: return x.ge(y);
    default: refuse("an operation that is not known");
  }
}

ct_tensor *binary(ct_binary operation, const ct_tensor *left, const ct_tensor *right) {
  return make([&]() -> at::Tensor {
    const at::Tensor &x = left->value, &y = right->value;
    switch (operation) {
      case CT_MATMUL: return x.matmul(y);
      case CT_MAXIMUM: return at::maximum(x, y);
      case CT_MINIMUM: return at::minimum(x, y);
      case CT_AND: return x.logical_and(y);
      case CT_OR: return x.logical_or(y);
      default: return combine(operation, x, y);
    }
  });
}
ct_tensor *binary_scalar(ct_binary operation, const ct_tensor *tensor, double value) {
  return make([&] { return combine(operation, tensor->value, at::Scalar(value)); });
}
ct_tensor *power(const ct_tensor *tensor, double exponent) {
  return make([&] { return tensor->value.pow(exponent); });
}
ct_tensor *clamp(const ct_tensor *tensor, double low, double high) {
  return make([&] { return tensor->value.clamp(low, high); });
}
ct_tensor *where(const ct_tensor *condition, const ct_tensor *x, const ct_tensor *y) {
  return make([&] { return at::where(condition->value, x->value, y->value); });
}
ct_tensor *reduce(ct_reduction operation, const ct_tensor *tensor, const int64_t *dims,
                  size_t count, int32_t keep) {
  return make([&]() -> at::Tensor {
    const at::Tensor &x = tensor->value;
    std::vector<int64_t> all;
    if (count == 0)
      for (int64_t dim = 0; dim < x.dim(); dim++) all.push_back(dim);
    at::IntArrayRef over = count == 0 ? at::IntArrayRef(all) : list(dims, count);
    bool keeps = keep != 0;
    switch (operation) {
      case CT_SUM: return x.sum(over, keeps);
      case CT_MEAN: return x.mean(over, keeps);
      case CT_AMAX: return x.amax(over, keeps);
      case CT_AMIN: return x.amin(over, keeps);
      case CT_LOGSUMEXP: return x.logsumexp(over, keeps);
    }
    refuse("a reduction that is not known");
  });
}
ct_tensor *argmax(const ct_tensor *tensor, int64_t dim) {
  return make([&] { return tensor->value.argmax(dim); });
}
ct_tensor *softmax(const ct_tensor *tensor, int64_t dim, int32_t logarithm) {
  return make(
      [&] { return logarithm ? tensor->value.log_softmax(dim) : tensor->value.softmax(dim); });
}
ct_tensor *to(const ct_tensor *tensor, ct_type type) {
  return make([&] { return tensor->value.to(scalar_type(type)); });
}

// MARK: Shapes

ct_tensor *reshape(const ct_tensor *tensor, const int64_t *sizes, size_t rank) {
  return make([&] { return tensor->value.reshape(list(sizes, rank)); });
}
ct_tensor *permute(const ct_tensor *tensor, const int64_t *dims, size_t rank) {
  return make([&] { return tensor->value.permute(list(dims, rank)); });
}
ct_tensor *expand(const ct_tensor *tensor, const int64_t *sizes, size_t rank) {
  return make([&] { return tensor->value.expand(list(sizes, rank)); });
}
ct_tensor *narrow(const ct_tensor *tensor, int64_t dim, int64_t start, int64_t length) {
  return make([&] { return tensor->value.narrow(dim, start, length); });
}
ct_tensor *index_select(const ct_tensor *tensor, int64_t dim, const ct_tensor *index) {
  return make([&] { return tensor->value.index_select(dim, index->value); });
}
ct_tensor *gather(const ct_tensor *tensor, int64_t dim, const ct_tensor *index) {
  return make([&] { return tensor->value.gather(dim, index->value); });
}
ct_tensor *cat(const ct_tensor *const *tensors, size_t count, int64_t dim) {
  return make([&] {
    std::vector<at::Tensor> parts;
    parts.reserve(count);
    for (size_t i = 0; i < count; i++) parts.push_back(tensors[i]->value);
    return at::cat(parts, dim);
  });
}
ct_tensor *pad(const ct_tensor *tensor, const int64_t *padding, size_t count) {
  return make([&] { return at::constant_pad_nd(tensor->value, list(padding, count)); });
}

// MARK: Layers

ct_tensor *linear(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias) {
  return make([&] { return at::linear(input->value, weight->value, optional(bias)); });
}
ct_tensor *conv2d(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias,
                  const int64_t *stride, const int64_t *padding, int64_t groups) {
  return make([&] {
    return at::conv2d(input->value, weight->value, optional(bias), list(stride, 2),
                      list(padding, 2), 1, groups);
  });
}
ct_tensor *batch_norm(const ct_tensor *input, const ct_tensor *weight, const ct_tensor *bias,
                      ct_tensor *running_mean, ct_tensor *running_variance, int32_t training,
                      double momentum, double epsilon) {
  return make([&] {
    return at::batch_norm(input->value, weight->value, bias->value, running_mean->value,
                          running_variance->value, training != 0, momentum, epsilon, false);
  });
}
ct_tensor *max_pool2d(const ct_tensor *input, const int64_t *size, const int64_t *stride,
                      const int64_t *padding) {
  return make([&] {
    return at::max_pool2d(input->value, list(size, 2), list(stride, 2), list(padding, 2));
  });
}
ct_tensor *average_pool2d(const ct_tensor *input, const int64_t *size, const int64_t *stride,
                          const int64_t *padding) {
  return make([&] {
    return at::avg_pool2d(input->value, list(size, 2), list(stride, 2), list(padding, 2));
  });
}

// MARK: In place

int copy(ct_tensor *tensor, const ct_tensor *source) {
  return run([&] { tensor->value.copy_(source->value); });
}
int fill(ct_tensor *tensor, double value) {
  return run([&] { tensor->value.fill_(value); });
}
int scale(ct_tensor *tensor, double factor) {
  return run([&] { tensor->value.mul_(factor); });
}
int add(ct_tensor *tensor, const ct_tensor *x, double scale) {
  return run([&] { tensor->value.add_(x->value, scale); });
}
int add_scalar(ct_tensor *tensor, double value) {
  // A whole number stays one: libtorch refuses to make one of a fraction.
  bool whole = at::isIntegralType(tensor->value.scalar_type(), true);
  return run([&] {
    tensor->value.add_(whole ? at::Scalar(static_cast<int64_t>(value)) : at::Scalar(value));
  });
}
int add_product(ct_tensor *tensor, const ct_tensor *x, const ct_tensor *y, double scale) {
  return run([&] { tensor->value.addcmul_(x->value, y->value, scale); });
}
int add_quotient(ct_tensor *tensor, const ct_tensor *x, const ct_tensor *y, double scale) {
  return run([&] { tensor->value.addcdiv_(x->value, y->value, scale); });
}

// MARK: Chance

ct_generator *generator(uint64_t seed) {
  ct_generator *result = nullptr;
  guarded([&] { result = new ct_generator{at::detail::createCPUGenerator(seed)}; });
  return result;
}
void generator_free(ct_generator *generator) { delete generator; }
ct_tensor *generator_state(const ct_generator *generator) {
  return make([&] { return generator->value.get_state(); });
}
int set_generator_state(ct_generator *generator, const ct_tensor *state) {
  return run([&] { generator->value.set_state(state->value); });
}
int normal(ct_tensor *tensor, double mean, double deviation, ct_generator *generator) {
  return run([&] { tensor->value.normal_(mean, deviation, generator->value); });
}
int uniform(ct_tensor *tensor, double low, double high, ct_generator *generator) {
  return run([&] { tensor->value.uniform_(low, high, generator->value); });
}
int bernoulli(ct_tensor *tensor, double p, ct_generator *generator) {
  return run([&] { tensor->value.bernoulli_(p, generator->value); });
}

// A step of training asks for the same large blocks as the one before. Without this, glibc gives
// each back to the system, which has to clear it before it is given again.
void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace

const ct_api *ctorch_api(void) {
  static const ct_api api = [] {
    keep_freed_memory();
    ct_api table{};
    table.version = CT_VERSION;
#define OFFER(name) table.name = name
    OFFER(last_error);
    OFFER(live_tensors);
    OFFER(set_threads);
    OFFER(threads);
    OFFER(set_gradients);
    OFFER(empty);
    OFFER(full);
    OFFER(arange);
    table.free = free_tensor;
    OFFER(type);
    OFFER(rank);
    OFFER(sizes);
    OFFER(data);
    OFFER(item);
    OFFER(requires_grad);
    OFFER(set_requires_grad);
    OFFER(backward);
    OFFER(grad);
    OFFER(clear_grad);
    OFFER(unary);
    OFFER(binary);
    OFFER(binary_scalar);
    OFFER(power);
    OFFER(clamp);
    OFFER(where);
    OFFER(reduce);
    OFFER(argmax);
    OFFER(softmax);
    OFFER(to);
    OFFER(reshape);
    OFFER(permute);
    OFFER(expand);
    OFFER(narrow);
    OFFER(index_select);
    OFFER(gather);
    OFFER(cat);
    OFFER(pad);
    OFFER(linear);
    OFFER(conv2d);
    OFFER(batch_norm);
    OFFER(max_pool2d);
    OFFER(average_pool2d);
    OFFER(copy);
    OFFER(fill);
    OFFER(scale);
    OFFER(add);
    OFFER(add_scalar);
    OFFER(add_product);
    OFFER(add_quotient);
    OFFER(generator);
    OFFER(generator_free);
    OFFER(generator_state);
    OFFER(set_generator_state);
    OFFER(normal);
    OFFER(uniform);
    OFFER(bernoulli);
#undef OFFER
    return table;
  }();
  return &api;
}
