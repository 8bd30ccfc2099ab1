#include "tsne.h"

#include <math.h>

#include "tsne_spline.h"
#include "tsne_variants.h"

const ck_tsne_kernels *ck_tsne_kernels_at(size_t index) {
  const ck_tsne_kernels *variants[2] = {&ck_tsne_kernels_plain};
  size_t count = 1;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    variants[count++] = &ck_tsne_kernels_avx2;
#endif
  return index < count ? variants[index] : NULL;
}

const ck_tsne_kernels *ck_tsne_kernels_best(void) {
  const ck_tsne_kernels *best = ck_tsne_kernels_at(0);
  for (size_t i = 1; ck_tsne_kernels_at(i); i++) best = ck_tsne_kernels_at(i);
  return best;
}

void ck_spline_weights(float t, float weights[CK_SPLINE], float derivatives[CK_SPLINE]) {
  spline_weights(t, weights, derivatives);
}

double ck_tsne_bandwidth(const float *squared, ptrdiff_t count, double perplexity,
                         float *weights) {
  double nearest = INFINITY, mean = 0, goal = log(perplexity);
  for (ptrdiff_t i = 0; i < count; i++) nearest = fmin(nearest, squared[i]);
  for (ptrdiff_t i = 0; i < count; i++) mean += squared[i] - nearest;
  mean /= (double)count;
  double beta = mean > 0 ? 1 / mean : 1, low = 0, high = INFINITY, sum = 0;
  // All equally near: no bandwidth changes anything.
  int tries = mean > 0 ? 200 : 1;
  for (; tries > 0; tries--) {
    double first = 0, second = 0;
    sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
      double apart = squared[i] - nearest, weight = exp(-beta * apart);
      weights[i] = (float)weight;
      sum += weight;
      first += weight * apart;
      second += weight * apart * apart;
    }
    first /= sum;
    second /= sum;
    double entropy = log(sum) + beta * first, above = entropy - goal;
    if (fabs(above) < 1e-6 || tries == 1) break;
    if (above > 0)
      low = beta;
    else
      high = beta;
    // Newton's step for log β, whose derivative is minus β² times the variance; halves where it leads out.
    double decrease = beta * beta * (second - first * first);
    double next = decrease > 0 ? beta * exp(fmax(-2, fmin(2, above / decrease))) : 0;
    if (!(next > low && next < high)) next = isinf(high) ? 2 * beta : 0.5 * (low + high);
    if (next == beta || !(next < 1e30)) break;
    beta = next;
  }
  for (ptrdiff_t i = 0; i < count; i++) weights[i] = (float)(weights[i] / sum);
  return beta;
}

double ck_tsne_log_distances(const float *points, int dimensions, const int64_t *starts,
                             const int32_t *columns, const float *values, ptrdiff_t first,
                             ptrdiff_t last) {
  double total = 0;
  for (ptrdiff_t i = first; i < last; i++)
    for (int64_t e = starts[i]; e < starts[i + 1]; e++) {
      double squared = 0;
      for (int d = 0; d < dimensions; d++) {
        double apart = (double)points[i * dimensions + d] -
                       points[(ptrdiff_t)columns[e] * dimensions + d];
        squared += apart * apart;
      }
      total += values[e] * log1p(squared);
    }
  return total;
}

void ck_tsne_move(ck_tsne_step step, int dimensions, ptrdiff_t first, ptrdiff_t last,
                  const float *attraction, const float *repulsion, float *points, float *updates,
                  float *gains) {
  for (ptrdiff_t i = first; i < last; i++) {
    float squared = 0;
    for (ptrdiff_t c = i * dimensions; c < (i + 1) * dimensions; c++) {
      float gradient = step.exaggeration * attraction[c] - repulsion[c] * step.per_sum;
      // A coordinate that goes on downhill gets faster.
      float gain = updates[c] * gradient < 0 ? gains[c] + 0.2f : gains[c] * 0.8f;
      gains[c] = gain < 0.01f ? 0.01f : gain;
      updates[c] = step.momentum * updates[c] - step.learning_rate * gains[c] * gradient;
      squared += updates[c] * updates[c];
    }
    // A rate beyond all bounds moves nothing.
    if (!isfinite(squared)) {
      for (ptrdiff_t c = i * dimensions; c < (i + 1) * dimensions; c++) updates[c] = 0;
      continue;
    }
    float shorten = squared > step.longest * step.longest ? step.longest / sqrtf(squared) : 1;
    for (ptrdiff_t c = i * dimensions; c < (i + 1) * dimensions; c++) {
      updates[c] *= shorten;
      points[c] += updates[c];
    }
  }
}

void ck_planes(const float *points, int dimensions, ptrdiff_t count, float *planes) {
  for (int d = 0; d < dimensions; d++)
    for (ptrdiff_t i = 0; i < count; i++) planes[d * count + i] = points[i * dimensions + d];
}
