// dlib: nets are types, so that each work has its own. A batch is gathered into a tensor; gradients
// and update are asked of the net itself, without dnn_trainer, whose thread only costs here. Its
// squared error is a sum over the outputs, and its gradient half of that. Weight decay is off.
// Subnormals are flushed to zero.

#include <dlib/dnn.h>
#include <immintrin.h>

#include "driver.hpp"

namespace {

using bench::Size;

template <template <class> class Activation, class Below, long... Widths>
struct Stack;
template <template <class> class Activation, class Below>
struct Stack<Activation, Below> {
  using type = Below;
};
template <template <class> class Activation, class Below, long Width, long... Widths>
struct Stack<Activation, Below, Width, Widths...> {
  using type = typename Stack<Activation, Activation<dlib::fc<Width, Below>>, Widths...>::type;
};

using Input = dlib::input<dlib::matrix<float, 0, 1>>;
template <class Net>
using Softmax = dlib::loss_multiclass_log<Net>;
template <class Net>
using Binary = dlib::loss_binary_log<Net>;
template <class Net>
using Squares = dlib::loss_mean_squared_multioutput<Net>;

template <template <class> class Loss, long Outputs, template <class> class Activation,
          long... Hidden>
using Net = Loss<dlib::fc<Outputs, typename Stack<Activation, Input, Hidden...>::type>>;

template <template <class> class Activation>
using Deep = Net<Softmax, 10, Activation, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
                 64, 64, 64, 64, 64, 64>;

template <class Net>
class Training {
 public:
  explicit Training(const bench::Spec& spec) : spec_(spec) {
    for (Size i = 0; i < spec.samples; ++i) labels_.push_back(label(spec.target(i)));
  }

  std::pair<double, double> run(Size steps, bool check) {
    if (spec_.optimizer == "adam") return train(dlib::adam(0, .9F, .999F), steps, check);
    return train(dlib::sgd(0, spec_.momentum), steps, check);
  }

 private:
  using Label = typename Net::training_label_type;

  Label label(const float* target) const {
    if constexpr (std::is_same_v<Label, dlib::matrix<float>>) {
      return dlib::mat(target, spec_.outputs(), 1);
    } else if constexpr (std::is_same_v<Label, float>) {
      return *target > 0 ? 1.0F : -1.0F;
    } else {
      return static_cast<Label>(*target);
    }
  }

  void gather(std::span<const std::int32_t> rows) {
    const auto count = static_cast<Size>(rows.size());
    x_.set_size(count, 1, spec_.inputs(), 1);
    y_.resize(rows.size());
    float* to = x_.host_write_only();
    for (std::size_t i = 0; i < rows.size(); ++i, to += spec_.inputs()) {
      std::copy_n(spec_.sample(rows[i]), spec_.inputs(), to);
      y_[i] = labels_[static_cast<std::size_t>(rows[i])];
    }
  }

  /// A net whose layers exist only once it has seen a sample.
  void reset(Net& net) {
    const std::vector<dlib::matrix<float, 0, 1>> sample{
        dlib::mat(spec_.sample(0), spec_.inputs(), 1)};
    net.to_tensor(sample.begin(), sample.end(), x_);
    net.subnet().forward(x_);
    std::vector<dlib::tensor*> parameters;
    dlib::visit_layer_parameters(net, [&](dlib::tensor& t) {
      if (t.size() > 0) parameters.insert(parameters.begin(), &t);
    });
    const float* from = spec_.weights.data();
    for (std::size_t l = 0; l < spec_.depth(); ++l) {
      const Size inputs = spec_.layers[l];
      const Size outputs = spec_.layers[l + 1];
      float* const to = parameters.at(l)->host_write_only();
      for (Size o = 0; o < outputs; ++o) {
        for (Size i = 0; i < inputs; ++i) to[i * outputs + o] = *from++;
      }
      std::copy_n(from, outputs, to + inputs * outputs);
      from += outputs;
    }
  }

  template <class Solver>
  std::pair<double, double> train(const Solver& solver, Size steps, bool check) {
    Net net;
    reset(net);
    std::vector<Solver> solvers(Net::num_computational_layers, solver);
    const bool squares = spec_.loss == "mse";
    const double rate =
        squares ? 2.0 * spec_.rate / static_cast<double>(spec_.outputs()) : spec_.rate;
    bench::Batches batches(spec_, !check);
    const bench::Stopwatch watch;
    for (Size step = 0; step < steps; ++step) {
      gather(batches.next());
      net.compute_parameter_gradients(x_, y_.begin());
      net.update_parameters(dlib::make_sstack(solvers), rate);
    }
    const double seconds = watch.seconds();
    return {seconds,
            check ? whole_loss(net) / (squares ? static_cast<double>(spec_.outputs()) : 1) : 0};
  }

  double whole_loss(Net& net) {
    bench::Batches batches(spec_, false);
    double total = 0;
    for (Size done = 0; done < spec_.samples; done += static_cast<Size>(y_.size())) {
      gather(batches.next());
      total += net.compute_loss(x_, y_.begin()) * static_cast<double>(y_.size());
    }
    return total / static_cast<double>(spec_.samples);
  }

  const bench::Spec& spec_;
  std::vector<Label> labels_, y_;
  dlib::resizable_tensor x_;
};

template <class Net>
int serve(const bench::Spec& spec) {
  Training<Net> training(spec);
  bench::serve({"dlib", PEER_VERSION, ""},
               [&](Size steps, bool check) { return training.run(steps, check); });
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  _mm_setcsr(_mm_getcsr() | 0x8040U);
  const bench::Spec spec = bench::read_spec(count, arguments);
  if (spec.layers.size() == 22) {
    if (spec.activation == "relu") return serve<Deep<dlib::relu>>(spec);
    if (spec.activation == "tanh") return serve<Deep<dlib::htan>>(spec);
    return serve<Deep<dlib::sig>>(spec);
  }
  if (spec.inputs() == 2) return serve<Net<Binary, 1, dlib::htan, 16, 16>>(spec);
  if (spec.inputs() == 784) return serve<Net<Softmax, 10, dlib::relu, 128, 64>>(spec);
  return serve<Net<Squares, 1024, dlib::relu, 2048, 2048>>(spec);
}
