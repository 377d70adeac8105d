package dev.adp.portal;

import java.util.List;

/** A step of the path back; the page itself is the last and no link. */
public record Crumb(String label, String href) {
  static final List<Crumb> NONE = List.of();

  /** Leads to the first page that a user may see. */
  static final Crumb START = new Crumb("Start page", "/");

  static final Crumb PROVIDERS = new Crumb("LLM Providers", "/providers");
  static final Crumb TRANSCRIPTS = new Crumb("Transcripts", "/transcripts");
  static final Crumb SECRETS = new Crumb("Secrets Store", "/secrets");
}
