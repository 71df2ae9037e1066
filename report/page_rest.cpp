#include "report/page.hpp"
namespace clino::report {
void write_differences(Html&, const Page&) {}
void write_units(Html&, const Page&) {}
void write_histograms(Html&, const Page&) {}
void write_film(Html&, const Page&) {}
void write_shapes(Html&, const Page&) {}
void write_jacobian(Html&, const Page&) {}
}
