package dev.adp.domain;

/** Whether message bodies are recorded; both off unless an administrator says otherwise. */
public record Transcripts(boolean recordInputMessages, boolean recordOutputMessages) {
  public static final Transcripts OFF = new Transcripts(false, false);
}
