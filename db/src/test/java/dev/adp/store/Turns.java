package dev.adp.store;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Records;
import dev.adp.domain.UsageRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Calls of models with what was said in them. */
public final class Turns {
  private static final UsageRecords RECORDS = new UsageRecords(8);

  private Turns() {}

  /** Stores a call and what was said in it as the drain and the gateway do. */
  public static UsageRecord keep(Database database, UsageRecord call, CallTranscript transcript) {
    int _ =
        database.transaction(
            tx -> {
              UsageAddition.store(
                  tx, UsageRows.portions(List.of(JournalRow.of(UsageJson.of(call)))), () -> {});
              return 1;
            });
    try (var ledger = new TranscriptLedger(database, 1 << 28)) {
      ledger.offer(call, transcript);
    }
    return call;
  }

  /** A call with one input token that costs one. */
  public static UsageRecord call(UUID provider, Instant at, String conversation) {
    return Records.with(
        RECORDS.of(provider, at, "gpt-5", 1), Map.of("conversationId", conversation));
  }

  /** The same, by an agent. */
  public static UsageRecord by(String agent, UsageRecord call) {
    return Records.with(call, Map.of("agent", agent));
  }

  /** What was said in a call of which both sides are recorded. */
  public static CallTranscript said(String trace, String input, String output) {
    return transcript(trace, "", kept(message("user", input)), kept(message("assistant", output)));
  }

  /** Nothing is recorded. */
  public static CallTranscript silent(String trace) {
    return transcript(trace, "", Optional.empty(), Optional.empty());
  }

  public static CallTranscript transcript(
      String trace,
      String previous,
      Optional<RecordedMessages> input,
      Optional<RecordedMessages> output) {
    return new CallTranscript(
        trace, "00f067aa0ba902b7", Optional.empty(), previous, List.of("stop"), input, output);
  }

  public static Optional<RecordedMessages> kept(String... messages) {
    return Optional.of(new RecordedMessages("[" + String.join(",", messages) + "]", false));
  }

  /** A message of one text in the form of the conventions. */
  public static String message(String role, String text) {
    return "{\"role\":\"%s\",\"parts\":[{\"type\":\"text\",\"content\":\"%s\"}]}"
        .formatted(role, text);
  }
}
