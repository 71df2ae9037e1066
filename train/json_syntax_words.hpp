#pragma once

#include <string>

namespace clino {

/// What the JSON parser says about a syntax error, in words about the text: from
/// `[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing
/// object - unexpected string literal; expected '}'` to `unexpected string literal; expected a
/// comma or '}'`.
std::string plain_words(std::string message);

}  // namespace clino
