#pragma once

// Catch2 is version 2 in Debian 12 and version 3 elsewhere: one include serves both.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
