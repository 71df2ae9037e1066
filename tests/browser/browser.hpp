#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace clino::test {

/// How a page is looked at.
struct View {
  int width = 1280;   ///< pixels
  int height = 900;   ///< pixels
  bool dark = false;  ///< prefers-color-scheme
  bool print = false;
  bool javascript = true;
};

/// What a page did that its author may not have meant. All are empty for a page that minds its
/// business.
struct Noticed {
  std::vector<std::string> complaints;  ///< console errors and warnings, exceptions not caught
  std::vector<std::string> requests;    ///< addresses asked for, but the page's own and data:
  std::vector<std::string> violations;  ///< of its content security policy
  std::vector<std::string> dialogs;     ///< alert, confirm, prompt
  std::vector<std::string> departures;  ///< addresses it went to or opened in a window
};

/// A file in a tab of its own, which has no cookies, no storage and no cache of another's.
class Tab {
 public:
  /// Opens the file and comes back when it has loaded and been painted. Throws where that takes
  /// longer than a minute.
  explicit Tab(const std::filesystem::path& file, const View& view = {});
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;
  ~Tab();

  /// From the request to the first frame after the load event, in seconds.
  double opening_seconds() const { return opening_seconds_; }
  /// What happened up to now.
  const Noticed& noticed();

  /// The value of a JavaScript expression; a promise is waited for. Works with JavaScript off
  /// too, which binds the page alone. Throws with the message of what the expression throws.
  nlohmann::json evaluate(const std::string& expression);
  /// Presses and releases a key: "Tab", "Enter", "Space", "Escape", "ArrowLeft"...
  void press(const std::string& key, bool shift = false);
  /// Moves the pointer to a place of the window, in pixels.
  void point_at(double x, double y);
  /// Writes the whole page, or what the window shows of it, as PNG.
  void screenshot(const std::filesystem::path& png, bool whole = true);

 private:
  using Json = nlohmann::json;

  Json call(const std::string& method, const Json& parameters = Json::object());
  void set_up(const View& view);
  void open(const std::string& address);
  void close();
  void notice(const std::string& method, const Json& parameters);
  void notice_request(const Json& parameters);
  void notice_issue(const Json& issue);
  void settle();

  std::string context_, target_, session_;
  std::string address_;  ///< of the page itself
  bool loaded_ = false;
  double opening_seconds_ = 0;
  Noticed noticed_;
};

}  // namespace clino::test
