package dev.adp.portal;

import dev.adp.domain.ProviderUsage;
import dev.adp.domain.SpendingStats;
import java.util.List;

/**
 * A figure of the last seven days.
 *
 * @param exact every digit, for those who point at it
 * @param note what the figure leaves out, or empty
 */
public record Kpi(String label, String value, String exact, String note, Sparkline spark) {
  static List<Kpi> of(ProviderUsage usage, Format format) {
    SpendingStats total = usage.total();
    long spend = total.cost().total();
    long unpriced = total.cost().unpricedTokens();
    return List.of(
        new Kpi(
            "Total spend",
            spend == 0 && unpriced > 0 ? "Unpriced" : format.usd(spend),
            format.usdExact(spend),
            unpriced == 0 ? "" : format.tokens(unpriced) + " tokens unpriced",
            Sparkline.wide(usage.days().stream().map(day -> day.cost().total()).toList())),
        new Kpi(
            "Requests",
            format.count(total.totalRequests()),
            format.count(total.totalRequests()),
            total.failedRequests() == 0 ? "" : format.count(total.failedRequests()) + " failed",
            Sparkline.wide(usage.days().stream().map(SpendingStats::totalRequests).toList())),
        new Kpi(
            "Tokens",
            format.tokens(total.tokens().total()),
            format.count(total.tokens().total()),
            total.missingUsageRequests() == 0
                ? ""
                : "unknown for " + format.count(total.missingUsageRequests(), "request"),
            Sparkline.wide(usage.days().stream().map(day -> day.tokens().total()).toList())));
  }
}
