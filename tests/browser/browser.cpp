#include "tests/browser/browser.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "tests/browser/chromium.hpp"
#include "tests/browser/encodings.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

constexpr double kLoadSeconds = 60;

struct Key {
  std::string_view name, key, text;
  int code;  ///< Windows' number of it, which the protocol wants
};
constexpr std::array<Key, 9> kKeys = {{{"Tab", "Tab", "", 9},
                                       {"Enter", "Enter", "\r", 13},
                                       {"Escape", "Escape", "", 27},
                                       {"Space", " ", " ", 32},
                                       {"End", "End", "", 35},
                                       {"Home", "Home", "", 36},
                                       {"ArrowLeft", "ArrowLeft", "", 37},
                                       {"ArrowUp", "ArrowUp", "", 38},
                                       {"ArrowRight", "ArrowRight", "", 39}}};

/// `name` has to outlive what is returned.
Key find_key(const std::string& name) {
  for (const Key& key : kKeys) {
    if (key.name == name) return key;
  }
  if (name.size() == 1) return {name, name, name, name[0]};
  throw std::invalid_argument("no such key: " + name);
}

}  // namespace

Tab::Tab(const View& view) {
  Chromium& browser = chromium();
  const auto text = [](const Json& answer, const char* key) {
    return answer[key].get<std::string>();
  };
  context_ = text(browser.call("Target.createBrowserContext"), "browserContextId");
  target_ = text(
      browser.call("Target.createTarget", {{"url", "about:blank"}, {"browserContextId", context_}}),
      "targetId");
  session_ = text(browser.call("Target.attachToTarget", {{"targetId", target_}, {"flatten", true}}),
                  "sessionId");
  for (const char* domain : {"Page", "Runtime", "Log", "Network", "Audits"}) {
    call(std::string(domain) + ".enable");
  }
  call("Page.setLifecycleEventsEnabled", {{"enabled", true}});
  // A tab that is not in front would neither paint nor have the focus.
  call("Emulation.setFocusEmulationEnabled", {{"enabled", true}});
  look(view);
  browser.listen(session_, [this](const std::string& method, const Json& parameters) {
    notice(method, parameters);
  });
}

Tab::Tab(const std::filesystem::path& file, const View& view) : Tab(view) { open(file); }

Tab::~Tab() {
  chromium().leave(session_);
  try {
    chromium().call("Target.disposeBrowserContext", {{"browserContextId", context_}});
  } catch (const std::exception&) {  // NOLINT: a browser that has ended has closed it
  }
}

Json Tab::call(const std::string& method, const Json& parameters) {
  return chromium().call(method, parameters, session_);
}

void Tab::look(const View& view) {
  call("Emulation.setDeviceMetricsOverride", {{"width", view.width},
                                              {"height", view.height},
                                              {"deviceScaleFactor", 1},
                                              {"mobile", false}});
  const Json scheme = {{"name", "prefers-color-scheme"}, {"value", view.dark ? "dark" : "light"}};
  call("Emulation.setEmulatedMedia",
       {{"media", view.print ? "print" : "screen"}, {"features", Json::array({scheme})}});
  call("Emulation.setScriptExecutionDisabled", {{"value", !view.javascript}});
}

void Tab::open(const std::filesystem::path& file) { open_address(file_address(file)); }

void Tab::open_address(const std::string& address) {
  address_ = address;
  noticed_ = {};
  const auto start = std::chrono::steady_clock::now();
  const Json answer = call("Page.navigate", {{"url", address_}});
  if (answer.contains("errorText")) {
    throw std::runtime_error(address_ + ": " + answer["errorText"].get<std::string>());
  }
  const auto loader = answer.value("loaderId", "");
  // A page that sends its reader elsewhere need not ever load.
  const auto done = [&] { return loaded_.contains(loader) || !noticed_.departures.empty(); };
  if (!chromium().wait(done, kLoadSeconds)) {
    throw std::runtime_error(address_ + " has not loaded within a minute");
  }
  settle();
  opening_seconds_ =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

const Noticed& Tab::noticed() {
  settle();
  return noticed_;
}

/// Comes back when what the page has set going is painted and its events have come.
void Tab::settle() {
  // A screenshot of a pixel takes a frame, with JavaScript or without.
  const Json pixel = {{"x", 0}, {"y", 0}, {"width", 1}, {"height", 1}, {"scale", 1}};
  for (int tries_left = 50;; --tries_left) {
    try {
      call("Page.captureScreenshot", {{"clip", pixel}});
      return;
    } catch (const std::runtime_error&) {  // on its way to another page it has none to show
      if (tries_left == 0) throw;
      chromium().wait([] { return false; }, 0.1);
    }
  }
}

Json Tab::evaluate(const std::string& expression) {
  const Json answer = call("Runtime.evaluate", {{"expression", expression},
                                                {"returnByValue", true},
                                                {"awaitPromise", true},
                                                {"userGesture", true}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error(exception_text(answer["exceptionDetails"]));
  }
  return answer["result"].value("value", Json());
}

void Tab::press(const std::string& name, bool shift) {
  const Key key = find_key(name);
  Json event = {{"type", key.text.empty() ? "rawKeyDown" : "keyDown"},
                {"key", key.key},
                {"code", key.name},
                {"windowsVirtualKeyCode", key.code},
                {"modifiers", shift ? 8 : 0}};
  if (!key.text.empty()) event["text"] = key.text;
  call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  event.erase("text");
  call("Input.dispatchKeyEvent", event);
}

void Tab::point_at(double x, double y) {
  call("Input.dispatchMouseEvent", {{"type", "mouseMoved"}, {"x", x}, {"y", y}});
}

void Tab::screenshot(const std::filesystem::path& png, bool whole) {
  const Json answer = call("Page.captureScreenshot", {{"captureBeyondViewport", whole}});
  std::ofstream(png, std::ios::binary) << decoded(answer["data"].get<std::string>());
}

}  // namespace clino::test
