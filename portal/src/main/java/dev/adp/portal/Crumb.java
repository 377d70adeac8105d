package dev.adp.portal;

import java.util.List;

/** A step of the path back; the page itself is the last and no link. */
public record Crumb(String label, String href) {
  static final List<Crumb> NONE = List.of();
  static final Crumb PROVIDERS = new Crumb("LLM Providers", "/providers");
  static final Crumb SECRETS = new Crumb("Secrets Store", "/secrets");
}
