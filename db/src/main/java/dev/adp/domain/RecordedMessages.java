package dev.adp.domain;

/**
 * Messages of one side of a call, as they are kept.
 *
 * @param json in the JSON form of OpenTelemetry's conventions for generative AI
 * @param truncated whether something was left out because it was too large
 */
public record RecordedMessages(String json, boolean truncated) {
  /** Should have been kept and was not: there was no room for it. */
  public static final RecordedMessages NOT_KEPT = new RecordedMessages("", true);

  /** Should have been kept and was not: it is in no form that is read. */
  public static final RecordedMessages UNREADABLE = new RecordedMessages("", false);

  public boolean isKept() {
    return !json.isEmpty();
  }

  /** Bodies never reach a log. */
  @Override
  public String toString() {
    return "RecordedMessages[" + json.length() + " characters]";
  }
}
