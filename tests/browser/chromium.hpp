#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/types.h>

#include "tests/temporary_folder.hpp"

namespace clino::test {

/// A headless Chromium of its own, spoken to over a pipe by the DevTools protocol
/// (https://chromedevtools.github.io/devtools-protocol): it listens on no port, keeps its profile
/// in a temporary folder, finds no host by name and ends with this object. Every wait is bounded;
/// what takes longer throws `std::runtime_error`.
class Chromium {
 public:
  using Json = nlohmann::json;
  using Listener = std::function<void(const std::string& method, const Json& parameters)>;

  Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;
  ~Chromium();

  /// The result of a command, to the browser itself or to the tab of a session. Throws with the
  /// browser's message where it refuses.
  Json call(const std::string& method, const Json& parameters = Json::object(),
            const std::string& session = "");
  /// Sends a command and leaves the answer unread, as a listener has to.
  int send(const std::string& method, const Json& parameters, const std::string& session);
  /// Hands all events of a session to `listener` until `leave`.
  void listen(const std::string& session, Listener listener);
  void leave(const std::string& session);
  /// Takes messages in until `done` holds. False where `seconds` went by before.
  bool wait(const std::function<bool()>& done, double seconds);

 private:
  void start();
  void write(const std::string& message);
  bool receive(int milliseconds);
  void take(const Json& message);
  [[noreturn]] void fail(const std::string& what) const;

  TemporaryFolder folder_;
  ::pid_t process_ = -1;
  int socket_ = -1;
  int last_id_ = 0;
  std::string received_;  ///< bytes of the message that is still coming in
  std::map<int, Json> answers_;
  std::map<std::string, Listener> listeners_;
};

/// The one that all tests of a program share: it takes a second or two to start.
Chromium& chromium();

/// The message of what the protocol calls ExceptionDetails.
std::string exception_text(const nlohmann::json& details);

}  // namespace clino::test
