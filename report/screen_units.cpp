#include <algorithm>

#include "report/life_lines.hpp"
#include "report/number_text.hpp"
#include "report/screen_parts.hpp"
#include "report/styles.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kUnitWidth = 9;

struct Event {
  const LayerLog* layer;
  const UnitEventPoint* event;
};

std::vector<Event> events_of(const RunLog& log) {
  std::vector<Event> events;
  for (const LayerLog& layer : log.layers) {
    for (const UnitEventPoint& event : layer.events) events.push_back({&layer, &event});
  }
  std::ranges::stable_sort(events, {}, [](const Event& e) { return e.event->step; });
  return events;
}

const UnitScanPoint* whole_scan(const LayerLog& layer) {
  return layer.scans.empty() ? nullptr : &layer.scans.back();
}

/// Where no whole scan has told better.
const UnitScanPoint* partial_scan(const LayerLog& layer) {
  return layer.scans.empty() && layer.partial_scan ? &*layer.partial_scan : nullptr;
}

/// `3 relu: 5/16, 5 relu: 1/16`; empty where there are none.
std::string dead_units(const RunLog& log, const UnitScanPoint* (*scan_of)(const LayerLog&)) {
  std::string text;
  for (const LayerLog& layer : log.layers) {
    const UnitScanPoint* scan = scan_of(layer);
    if (scan == nullptr || scan->dead == 0) continue;
    text += (text.empty() ? "" : ", ") + one_line(layer_label(layer)) + ": " +
            std::to_string(scan->dead) + "/" + std::to_string(scan->units);
  }
  return text;
}

std::string dead_counts(const RunLog& log) {
  const std::string dead = dead_units(log, whole_scan);
  const std::string perhaps = dead_units(log, partial_scan);
  if (!dead.empty()) return "dead in " + dead;
  return perhaps.empty() ? "none dead"
                         : "not all samples were looked at; dead at most in " + perhaps;
}

std::string what_happened(const UnitEventPoint& event) {
  if (event.event == "born_dead") return "was dead from the start";
  if (event.event == "revived") return "is active again at step " + count_text(event.step);
  std::string text = "died";
  if (event.last_active_step && event.first_inactive_step) {
    text += ", steps " + count_text(*event.last_active_step) + " to " +
            count_text(*event.first_inactive_step);
  } else {
    text += ", step " + count_text(event.step);
  }
  if (event.cause.empty()) return text;
  text += ": " + cause_words(event.cause);
  const std::optional<double> change = cause_change(event);
  if (!change) return text;
  if (event.cause == "learning_rate_spike")
    return text + " by a factor of " + number_text(*change, 3);
  return text + ", its input moved by " + number_text(*change, 3);
}

}  // namespace

std::string screen_units(const Screen& screen, std::size_t most) {
  const RunLog& log = *screen.log;
  const bool scanned = std::ranges::any_of(log.layers, [](const LayerLog& layer) {
    return !layer.scans.empty() || layer.partial_scan.has_value();
  });
  std::vector<Event> events = events_of(log);
  if (!scanned && events.empty()) return "";
  constexpr std::string_view kTitle = "Units on the whole training set";
  std::string text = screen.pen.heading(kTitle) + "  " +
                     wrapped(dead_counts(log), screen.columns(), kTitle.size() + 2) + "\n";
  if (events.size() > most) {
    text += "  " +
            screen.pen.faint(count_text(events.size() - most) + " earlier events in units.jsonl") +
            "\n";
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most));
  }
  for (const Event& event : events) {
    text += "  " + left_field(layer_label(*event.layer), kLayerWidth + kTypeWidth) +
            left_field("unit " + std::to_string(event.event->unit), kUnitWidth) +
            wrapped(what_happened(*event.event), screen.columns(),
                    2 + kLayerWidth + kTypeWidth + kUnitWidth) +
            "\n";
  }
  return text;
}

std::string screen_findings(const Screen& screen, const std::vector<Diagnosis>& findings,
                            std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, findings.size()); ++i) {
    const Diagnosis& finding = findings[i];
    const std::string words = wrapped(one_line(finding.text), screen.columns(), 3);
    switch (finding.severity) {
      case Diagnosis::Severity::severe:
        text += screen.pen.severe("!!") + " " + words;
        break;
      case Diagnosis::Severity::warning:
        text += screen.pen.warning("! ") + " " + words;
        break;
      case Diagnosis::Severity::note:
        text += "-  " + words;
    }
    text += '\n';
  }
  if (text.empty()) return "";
  if (findings.size() > most) {
    text += "   " + screen.pen.faint(count_text(findings.size() - most) + " more") + "\n";
  }
  return screen.pen.heading("Findings") + "\n" + text;
}

}  // namespace clino::report
