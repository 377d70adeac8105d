package dev.adp.portal;

import dev.adp.domain.Conversation;
import dev.adp.domain.UsageRecord.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What narrows the list of conversations, as it stands in the URL.
 *
 * @param status how the latest turn ended, in small letters, or {@code failed} for some turn
 * @param recorded {@code yes}, {@code no} or empty
 * @param from first day, in UTC
 * @param to last day, in UTC
 */
public record TranscriptFilter(
    String q,
    String provider,
    String agent,
    String status,
    String recorded,
    String from,
    String to) {
  private static final String PATH = "/transcripts";
  private static final String FAILED = "failed";

  /** A choice of a status. */
  public record Choice(String value, String label) {}

  static TranscriptFilter of(Request request) {
    return new TranscriptFilter(
        request.query("q"),
        request.query("provider"),
        request.query("agent"),
        known(request.query("status")),
        List.of("yes", "no").contains(request.query("recorded")) ? request.query("recorded") : "",
        date(request.query("from")),
        date(request.query("to")));
  }

  private static String known(String status) {
    return choices().stream().anyMatch(choice -> choice.value().equals(status)) ? status : "";
  }

  /** A date that is none narrows nothing, and no browser takes it into its field. */
  private static String date(String text) {
    return day(text).isPresent() ? text : "";
  }

  public static List<Choice> choices() {
    var choices = new ArrayList<Choice>();
    Arrays.stream(Outcome.values())
        .forEach(outcome -> choices.add(new Choice(slug(outcome), TurnStatus.of(outcome).label())));
    choices.add(new Choice(FAILED, "With failed turns"));
    return choices;
  }

  private static String slug(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  Conversation.Query query() {
    return new Conversation.Query(
        q,
        provider,
        agent,
        Arrays.stream(Outcome.values()).filter(one -> slug(one).equals(status)).findFirst(),
        status.equals(FAILED) ? Optional.of(true) : Optional.empty(),
        recorded.isEmpty() ? Optional.empty() : Optional.of(recorded.equals("yes")),
        day(from),
        day(to).map(start -> start.plusSeconds(86_400)));
  }

  private static Optional<Instant> day(String text) {
    try {
      LocalDate date = LocalDate.parse(text);
      return date.getYear() < 1970 || date.getYear() > 9998
          ? Optional.empty()
          : Optional.of(date.atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private List<Part> parts() {
    return List.of(
        new Part("q", "Search", q, q),
        new Part("provider", "Provider", provider, provider),
        new Part("agent", "Agent", agent, agent),
        new Part("status", "Status", status, statusLabel()),
        new Part("recorded", "Recorded", recorded, recorded.equals("yes") ? "Yes" : "No"),
        new Part("from", "From", from, from),
        new Part("to", "To", to, to));
  }

  private String statusLabel() {
    return choices().stream()
        .filter(choice -> choice.value().equals(status))
        .map(Choice::label)
        .findFirst()
        .orElse("");
  }

  public List<Chip> chips() {
    return parts().stream()
        .filter(part -> !part.value().isEmpty())
        .map(part -> new Chip(part.label(), part.shown(), url(part.name())))
        .toList();
  }

  /** The list without one part of the filter. */
  String url(String without) {
    var parameters = new ArrayList<String>();
    parts().stream()
        .filter(part -> !part.name().equals(without) && !part.value().isEmpty())
        .forEach(part -> parameters.add(part.name() + "=" + Cursor.encoded(part.value())));
    return parameters.isEmpty() ? PATH : PATH + "?" + String.join("&", parameters);
  }

  private record Part(String name, String label, String value, String shown) {}
}
