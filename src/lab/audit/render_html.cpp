// SPDX-License-Identifier: Apache-2.0
#include "lab/audit/render.hpp"
namespace samebits::lab::audit {
std::string render_html(const AuditReport& report, Language language) {
  return render_markdown(report, language);
}
}  // namespace samebits::lab::audit
