#include "tests/browser/chromium.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace clino::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kAnswerSeconds = 60;
constexpr int kReadsAt = 3;   // where Chromium expects commands with --remote-debugging-pipe
constexpr int kWritesAt = 4;  // and puts what it has to say
constexpr int kAboveThem = 10;

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

Clock::time_point in_seconds(double seconds) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

std::vector<std::string> command_line(const std::string& profile) {
  return {CLINO_CHROMIUM, "--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile,
          // Root, as whom containers run tests, has no sandbox; what is opened is our own.
          "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
          // No test depends on a network, and none reaches it by mistake.
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--no-first-run", "--no-default-browser-check", "--disable-breakpad", "--hide-scrollbars",
          "--force-color-profile=srgb", "about:blank"};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Chromium::Chromium() {
  start();
  call("Browser.getVersion");  // comes back once it is up, or says why not
}

void Chromium::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("no socket pair");
  const int log = ::open(folder_.file("log").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  std::vector<std::string> texts = command_line(folder_.file("profile"));
  const std::vector<char*> arguments = pointers_to(texts);
  process_ = ::fork();
  if (process_ == 0) {
    ::setpgid(0, 0);  // so that its helpers can be ended with it
    const int end = ::fcntl(ends[1], F_DUPFD_CLOEXEC, kAboveThem);
    const int out = ::fcntl(log, F_DUPFD_CLOEXEC, kAboveThem);
    ::dup2(end, kReadsAt);
    ::dup2(end, kWritesAt);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  ::close(log);
  socket_ = ends[0];
  if (process_ < 0) fail("no new process");
}

Chromium::~Chromium() {
  // It ends by itself when nobody is at the other end; what does not is made to.
  ::close(socket_);
  if (process_ <= 0) return;
  const auto end = in_seconds(3);
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (milliseconds_until(end) == 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ::kill(-process_, SIGKILL);
}

Chromium::Json Chromium::call(const std::string& method, const Json& parameters,
                              const std::string& session) {
  const int id = send(method, parameters, session);
  if (!wait([&] { return answers_.contains(id); }, kAnswerSeconds)) fail(method + ": no answer");
  const Json answer = std::move(answers_.extract(id).mapped());
  if (answer.contains("error")) {
    throw std::runtime_error(method + ": " + answer["error"].value("message", "refused"));
  }
  return answer.value("result", Json::object());
}

int Chromium::send(const std::string& method, const Json& parameters, const std::string& session) {
  Json message = {{"id", ++last_id_}, {"method", method}, {"params", parameters}};
  if (!session.empty()) message["sessionId"] = session;
  write(message.dump());
  return last_id_;
}

void Chromium::write(const std::string& message) {
  const auto end = in_seconds(kAnswerSeconds);
  const std::size_t size = message.size() + 1;  // with the NUL that ends it
  for (std::size_t sent = 0; sent < size;) {
    const ::ssize_t n =
        ::send(socket_, message.c_str() + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) fail("it takes no more commands");
    if (milliseconds_until(end) == 0) fail("it does not read");
    ::pollfd ready{.fd = socket_, .events = POLLOUT, .revents = 0};
    ::poll(&ready, 1, milliseconds_until(end));
  }
}

void Chromium::listen(const std::string& session, Listener listener) {
  listeners_[session] = std::move(listener);
}

void Chromium::leave(const std::string& session) { listeners_.erase(session); }

bool Chromium::wait(const std::function<bool()>& done, double seconds) {
  const auto end = in_seconds(seconds);
  while (!done()) {
    if (!receive(milliseconds_until(end)) && milliseconds_until(end) == 0) return false;
  }
  return true;
}

/// Takes in what has come. False where nothing has within the time.
bool Chromium::receive(int milliseconds) {
  ::pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, milliseconds) <= 0) return false;
  char bytes[1 << 16];
  const ::ssize_t n = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0) fail("it has ended");
  const std::size_t before = received_.size();
  received_.append(bytes, static_cast<std::size_t>(n));
  std::size_t start = 0;
  for (std::size_t end = received_.find('\0', before); end != std::string::npos;
       end = received_.find('\0', start)) {
    take(Json::parse(received_.begin() + static_cast<std::ptrdiff_t>(start),
                     received_.begin() + static_cast<std::ptrdiff_t>(end)));
    start = end + 1;
  }
  received_.erase(0, start);
  return true;
}

void Chromium::take(const Json& message) {
  if (message.contains("id")) {
    answers_[message["id"].get<int>()] = message;
    return;
  }
  const auto listener = listeners_.find(message.value("sessionId", ""));
  if (listener != listeners_.end()) {
    listener->second(message.value("method", ""), message.value("params", Json::object()));
  }
}

void Chromium::fail(const std::string& what) const {
  std::ifstream log(folder_.file("log"), std::ios::binary);
  const std::string said((std::istreambuf_iterator<char>(log)), {});
  throw std::runtime_error("Chromium (" CLINO_CHROMIUM "): " + what + "\n" + said);
}

std::string exception_text(const nlohmann::json& details) {
  if (details.contains("exception") && details["exception"].contains("description")) {
    return details["exception"]["description"].get<std::string>();
  }
  return details.value("text", "exception");
}

Chromium& chromium() {
  static Chromium shared;
  return shared;
}

}  // namespace clino::test
