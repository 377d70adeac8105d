package dev.adp.portal;

import dev.adp.domain.UsageRecord.Outcome;

/** How a call ended, in the words of a page. */
public record TurnStatus(String label, String style) {
  static TurnStatus of(Outcome outcome) {
    return switch (outcome) {
      case OK -> new TurnStatus("Completed", "st");
      case UPSTREAM_ERROR -> new TurnStatus("Upstream error", "st st-bad");
      case UPSTREAM_FAILED -> new TurnStatus("Upstream failed", "st st-bad");
      case CLIENT_GONE -> new TurnStatus("Client left", "st st-off");
      case ABORTED -> new TurnStatus("Aborted", "st st-off");
    };
  }
}
