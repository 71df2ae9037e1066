#include "report/document.hpp"

#include "report/base64.hpp"

namespace clino::report {

namespace {

std::string sources(const std::vector<Asset>& assets) {
  if (assets.empty()) return " 'none'";
  std::string list;
  for (const Asset& asset : assets) list += " 'sha256-" + base64_of_hexadecimal(asset.sha256) + "'";
  return list;
}

/// Nothing is loaded and nothing runs but the page's own code.
std::string security_policy(const DocumentHead& head) {
  std::string policy = "default-src 'none'; script-src" + sources(head.scripts) + "; style-src" +
                       sources(head.styles) +
                       "; img-src data:; base-uri 'none'; form-action 'none'";
  return head.asks_for_more ? policy + "; connect-src 'self'" : policy;
}

}  // namespace

void open_document(Html& html, const DocumentHead& head) {
  html.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}});
  html.open("head").empty("meta", {{"charset", "utf-8"}});
  html.empty("meta",
             {{"http-equiv", "Content-Security-Policy"}, {"content", security_policy(head)}});
  html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.leaf("title", {}, head.title + " · Clino");
  for (const Asset& style : head.styles) html.open("style").raw(style.text).close();
  html.close();
}

void write_contents(Html& html, const std::vector<ContentsEntry>& entries) {
  html.open("nav", {{"aria-label", "Sections"}}).open("ul");
  for (const ContentsEntry& entry : entries) {
    html.open("li").leaf("a", {{"href", "#" + entry.id}}, entry.title).close();
  }
  html.close().close();
}

void open_section(Html& html, std::string_view id, std::string_view title) {
  const std::string heading = std::string(id) + "-title";
  html.open("section", {{"id", std::string(id)}, {"aria-labelledby", heading}});
  html.leaf("h2", {{"id", heading}}, title);
}

void write_table_head(Html& html, const std::vector<std::string>& columns) {
  html.open("thead").open("tr");
  for (const std::string& column : columns) html.leaf("th", {{"scope", "col"}}, column);
  html.close().close();
}

void open_scroll_box(Html& html, const std::string& label) {
  html.open("div",
            {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label}});
}

void open_picture_box(Html& html, const std::string& label) {
  html.open("div",
            {{"class", "wide"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", label}});
}

}  // namespace clino::report
