#include "tests/browser/browser.hpp"
#include "tests/browser/chromium.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// The words of console.warn(...) and the like.
std::string joined(const Json& arguments) {
  std::string text;
  for (const Json& argument : arguments) {
    if (!text.empty()) text += ' ';
    if (argument.contains("value")) {
      const Json& value = argument["value"];
      text += value.is_string() ? value.get<std::string>() : value.dump();
    } else {
      text += argument.value("description", "");
    }
  }
  return text;
}

bool is_complaint(const std::string& level) {
  return level == "error" || level == "warning" || level == "assert";
}

}  // namespace

void Tab::notice(const std::string& method, const Json& parameters) {
  if (method == "Page.lifecycleEvent") {
    if (parameters["name"] == "load") loaded_.insert(parameters["loaderId"].get<std::string>());
  } else if (method == "Runtime.consoleAPICalled") {
    const std::string level = parameters.value("type", "");
    if (is_complaint(level)) {
      noticed_.complaints.push_back(level + ": " + joined(parameters.value("args", Json::array())));
    }
  } else if (method == "Runtime.exceptionThrown") {
    noticed_.complaints.push_back(exception_text(parameters["exceptionDetails"]));
  } else if (method == "Log.entryAdded") {
    const Json& entry = parameters["entry"];
    const std::string level = entry.value("level", "");
    if (is_complaint(level)) noticed_.complaints.push_back(level + ": " + entry.value("text", ""));
  } else if (method == "Network.requestWillBeSent") {
    notice_request(parameters);
  } else if (method == "Audits.issueAdded") {
    notice_issue(parameters["issue"]);
  } else if (method == "Page.javascriptDialogOpening") {
    noticed_.dialogs.push_back(parameters.value("message", ""));
    chromium().send("Page.handleJavaScriptDialog", {{"accept", true}}, session_);
  } else if (method == "Page.windowOpen") {
    noticed_.departures.push_back(parameters.value("url", ""));
  } else if (method == "Page.frameNavigated") {
    const std::string url = parameters["frame"].value("url", "");
    if (url != address_) noticed_.departures.push_back(url);
  }
}

void Tab::notice_request(const Json& parameters) {
  const std::string url = parameters["request"].value("url", "");
  if (url != address_ && !url.starts_with("data:")) noticed_.requests.push_back(url);
}

void Tab::notice_issue(const Json& issue) {
  if (issue.value("code", "") != "ContentSecurityPolicyIssue") return;
  const Json& details = issue["details"]["contentSecurityPolicyIssueDetails"];
  noticed_.violations.push_back(
      details.value("violatedDirective", "") + " " +
      details.value("blockedURL", details.value("contentSecurityPolicyViolationType", "")));
}

}  // namespace clino::test
