#include "train/stop_reason.hpp"

#include <cmath>
#include <sstream>

#include "core/nonfinite.hpp"

namespace clino {

std::string nonfinite_reason(const StepRecord& record,
                             const std::optional<NonfiniteOrigin>& origin) {
  const bool by_loss = !std::isfinite(record.loss);
  std::ostringstream message;
  message << "training stopped at step " << record.step << " (epoch " << record.epoch << "): the "
          << (by_loss ? "loss" : "gradient norm") << " is "
          << nonfinite_text(by_loss ? record.loss : record.grad_norm);
  if (origin) message << "; the first such number is " << to_text(*origin);
  message << "; the weights are those before this step. A smaller learning rate, clip_norm or "
             "another initialiser may help";
  return message.str();
}

}  // namespace clino
