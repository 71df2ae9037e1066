#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
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

/// A tab of its own, which has no cookies, no storage and no cache of another's.
class Tab {
 public:
  explicit Tab(const View& view = {});
  /// With a file in it.
  explicit Tab(const std::filesystem::path& file, const View& view = {});
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;
  ~Tab();

  /// Opens a file and comes back when it has loaded and been painted. Throws where it cannot be
  /// opened, or takes longer than a minute. What was noticed before is forgotten.
  void open(const std::filesystem::path& file);
  /// As `open`, of a page of a server.
  void open_address(const std::string& address);
  /// Looks at the page that is open in another way; JavaScript is as it was when it was opened.
  void look(const View& view);

  /// From the request to the first frame after the load event, in seconds.
  double opening_seconds() const { return opening_seconds_; }
  /// What happened up to now.
  const Noticed& noticed();

  /// The value of a JavaScript expression; a promise is waited for. Works with JavaScript off
  /// too, which binds the page alone. Throws with the message of what the expression throws.
  nlohmann::json evaluate(const std::string& expression);
  /// Presses and releases a key: a character, "Tab", "Enter", "Space", "Escape", "ArrowLeft"...
  void press(const std::string& key, bool shift = false);
  /// Moves the pointer to a place of the window, in pixels.
  void point_at(double x, double y);
  /// Writes the whole page, or what the window shows of it, as PNG.
  void screenshot(const std::filesystem::path& png, bool whole = true);

 private:
  using Json = nlohmann::json;

  Json call(const std::string& method, const Json& parameters = Json::object());
  void notice(const std::string& method, const Json& parameters);
  void notice_request(const Json& parameters);
  void notice_issue(const Json& issue);
  void settle();

  std::string context_, target_, session_;
  std::string address_;           ///< of the page itself
  std::set<std::string> loaded_;  ///< the browser's numbers of documents
  double opening_seconds_ = 0;
  Noticed noticed_;
};

}  // namespace clino::test
