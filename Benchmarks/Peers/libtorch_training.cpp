// Times steps of training in plain libtorch and prints a line of JSON: the network, loss and optimizer of
// Benchmarks/Training. Usage: libtorch_training BATCH SIDE STEPS THREADS
//
// Build: c++ -O2 -std=c++17 -I/usr/include/torch/csrc/api/include -ltorch -ltorch_cpu -lc10.

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace nn = torch::nn;

namespace {

nn::Sequential convolution(int64_t inputs, int64_t outputs, int64_t size, int64_t stride,
                           int64_t groups) {
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(inputs, outputs, size)
                                       .stride(stride)
                                       .padding(size / 2)
                                       .groups(groups)
                                       .bias(false)),
                        nn::BatchNorm2d(outputs), nn::ReLU6());
}

struct BlockImpl : nn::Module {
  nn::Sequential layers;
  bool added;

  BlockImpl(int64_t inputs, int64_t outputs, int64_t stride, int64_t expansion)
      : added(stride == 1 && inputs == outputs) {
    int64_t hidden = inputs * expansion;
    if (expansion != 1) layers->extend(*convolution(inputs, hidden, 1, 1, 1));
    layers->extend(*convolution(hidden, hidden, 3, stride, hidden));
    layers->push_back(nn::Conv2d(nn::Conv2dOptions(hidden, outputs, 1).bias(false)));
    layers->push_back(nn::BatchNorm2d(outputs));
    register_module("layers", layers);
  }

  torch::Tensor forward(torch::Tensor x) {
    return added ? x + layers->forward(x) : layers->forward(x);
  }
};
TORCH_MODULE(Block);

struct NetworkImpl : nn::Module {
  nn::Sequential layers;
  nn::Linear head{nullptr};

  NetworkImpl() {
    const int64_t stages[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    layers->extend(*convolution(3, 32, 3, 2, 1));
    int64_t channels = 32;
    for (auto [expansion, outputs, count, stride] : stages)
      for (int64_t block = 0; block < count; block++) {
        layers->push_back(Block(channels, outputs, block == 0 ? stride : 1, expansion));
        channels = outputs;
      }
    layers->extend(*convolution(channels, 1280, 1, 1, 1));
    register_module("layers", layers);
    head = register_module("head", nn::Linear(1280, 128));
  }

  torch::Tensor forward(torch::Tensor pixels) {
    torch::Tensor x = (pixels.permute({0, 3, 1, 2}).contiguous().to(torch::kFloat) - 114) / 57;
    return nn::functional::normalize(head(layers->forward(x).mean({2, 3})));
  }
};
TORCH_MODULE(Network);

}  // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: libtorch_training BATCH SIDE STEPS THREADS\n");
    return 64;
  }
  int64_t batch = std::atoll(argv[1]), side = std::atoll(argv[2]), steps = std::atoll(argv[3]);
  int threads = std::atoi(argv[4]);
  torch::set_num_threads(threads);
  torch::manual_seed(1);
  Network network;
  torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(1e-3));
  torch::Tensor pixels = torch::randint(256, {batch, side, side, 3}).to(torch::kByte);
  torch::Tensor labels = torch::arange(batch).floor_divide(4).reshape({batch, 1});
  torch::Tensor same = labels.eq(labels.t());

  std::vector<double> times;
  double last = 0;
  for (int64_t step = 0; step < steps + 2; step++) {
    auto start = std::chrono::steady_clock::now();
    torch::Tensor embeddings = network(pixels);
    torch::Tensor hardest_positive, hardest_negative;
    {
      torch::NoGradGuard guard;
      torch::Tensor distances = torch::cdist(embeddings, embeddings);
      hardest_positive = distances.masked_fill(~same, -1).argmax(1);
      hardest_negative = distances.masked_fill(same, 1e9).argmin(1);
    }
    auto distance = [&](const torch::Tensor &rows) {
      torch::Tensor squares = (embeddings - embeddings.index_select(0, rows)).square().sum(1);
      return squares.clamp_min(1e-16).sqrt();
    };
    torch::Tensor loss = (distance(hardest_positive) - distance(hardest_negative) + 0.2).relu().mean();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    last = loss.item<double>();
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    if (step >= 2) times.push_back(time.count());
  }
  std::printf("{\"system\": \"libtorch\", \"batch\": %ld, \"side\": %ld, \"threads\": %d, \"loss\": %g, "
              "\"seconds\": [",
              static_cast<long>(batch), static_cast<long>(side), threads, last);
  for (size_t i = 0; i < times.size(); i++) std::printf("%s%g", i ? ", " : "", times[i]);
  std::printf("]}\n");
}
