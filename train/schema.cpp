#include "train/schema.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace clino {

namespace {

const SchemaNode* find(const std::vector<SchemaNode>& nodes, std::string_view name) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const SchemaNode& node) { return node.name() == name; });
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace

bool SchemaNode::accepts_null() const { return (option.types & kNull) != 0U; }

const SchemaNode* SchemaNode::field(std::string_view key) const { return find(fields, key); }

const SchemaNode* SchemaNode::branch(std::string_view type) const { return find(branches, type); }

bool SchemaNode::all_optional() const {
  return std::none_of(fields.begin(), fields.end(),
                      [](const SchemaNode& node) { return node.option.required; });
}

const SchemaNode& Schema::resolve(const SchemaNode& node) const {
  if (node.kind != SchemaNode::Kind::reference) return node;
  const SchemaNode* definition = find(definitions, node.target);
  if (definition == nullptr) throw Error("schema: no definition called \"" + node.target + "\"");
  return *definition;
}

}  // namespace clino
