// LibTorch, PyTorch's library for C++: Sequential, its optimisers, index_select of a batch's rows.
// Subnormals are flushed to zero. Its SGD is a loop over tensors: there is no fused one in C++.

#include <memory>
#include <torch/torch.h>
#include <torch/version.h>

#include "driver.hpp"

namespace {

namespace nn = torch::nn;

class Training {
 public:
  explicit Training(const bench::Spec& spec) : spec_(spec), x_(tensor(spec.x)), y_(tensor(spec.y)) {
    if (spec.loss == "softmax_cross_entropy") y_ = y_.flatten().to(torch::kLong);
    for (std::size_t l = 0; l < spec.depth(); ++l) {
      net_->push_back(nn::Linear(spec.layers[l], spec.layers[l + 1]));
      if (l + 1 == spec.depth()) break;
      if (spec.activation == "relu") net_->push_back(nn::ReLU());
      if (spec.activation == "tanh") net_->push_back(nn::Tanh());
      if (spec.activation == "sigmoid") net_->push_back(nn::Sigmoid());
    }
  }

  std::pair<double, double> run(bench::Size steps, bool check) {
    reset();
    const auto optimizer = make_optimizer();
    torch::Tensor order;
    const bench::Stopwatch watch;
    for (bench::Size step = 0, first = 0; step < steps; ++step, first += spec_.batch) {
      if (step == 0 || first >= spec_.samples) {
        first = 0;
        order = check ? torch::arange(spec_.samples) : torch::randperm(spec_.samples);
      }
      const auto rows = order.slice(0, first, std::min(first + spec_.batch, spec_.samples));
      optimizer->zero_grad();
      loss(x_.index_select(0, rows), y_.index_select(0, rows)).backward();
      optimizer->step();
    }
    const double seconds = watch.seconds();
    if (!check) return {seconds, 0};
    const torch::NoGradGuard guard;
    return {seconds, loss(x_, y_).item<double>()};
  }

 private:
  torch::Tensor tensor(std::span<const float> values) const {
    // Nobody writes there.
    return torch::from_blob(
        const_cast<float*>(values.data()),
        {spec_.samples, static_cast<bench::Size>(values.size()) / spec_.samples});
  }

  torch::Tensor loss(const torch::Tensor& x, const torch::Tensor& y) {
    const torch::Tensor output = net_->forward(x);
    if (spec_.loss == "mse") return torch::mse_loss(output, y);
    if (spec_.loss == "binary_cross_entropy") {
      return torch::binary_cross_entropy_with_logits(output, y);
    }
    return torch::cross_entropy_loss(output, y);
  }

  void reset() {
    const torch::NoGradGuard guard;
    const float* from = spec_.weights.data();
    for (torch::Tensor& parameter : net_->parameters()) {
      parameter.copy_(torch::from_blob(const_cast<float*>(from), parameter.sizes()));
      from += parameter.numel();
    }
  }

  std::unique_ptr<torch::optim::Optimizer> make_optimizer() {
    namespace optim = torch::optim;
    const double rate = spec_.rate;
    if (spec_.optimizer == "adam") {
      return std::make_unique<optim::Adam>(net_->parameters(), optim::AdamOptions(rate));
    }
    return std::make_unique<optim::SGD>(net_->parameters(),
                                        optim::SGDOptions(rate).momentum(spec_.momentum));
  }

  const bench::Spec& spec_;
  torch::Tensor x_, y_;
  nn::Sequential net_;
};

}  // namespace

int main(int count, char** arguments) {
  const bench::Spec spec = bench::read_spec(count, arguments);
  torch::set_num_threads(static_cast<int>(spec.threads));
  at::globalContext().setFlushDenormal(true);
  Training training(spec);
  bench::serve({"LibTorch", TORCH_VERSION, ""},
               [&](bench::Size steps, bool check) { return training.run(steps, check); });
}
