package dev.adp.portal;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.AuditEvent.Outcome;
import dev.adp.store.AuditLog;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who did what, when and from where; what was refused, too. */
final class AuditPages {
  private final AuditLog log;
  private final Views views;

  AuditPages(AuditLog log, Views views) {
    this.log = log;
    this.views = views;
  }

  /**
   * What narrows the list, as it stands in the URL.
   *
   * @param from first day, in UTC
   * @param to last day, in UTC
   */
  public record Filter(
      String actor, String action, String resource, String outcome, String from, String to) {
    static Filter of(Request request) {
      return new Filter(
          request.query("actor"),
          request.query("action"),
          request.query("resource"),
          request.query("outcome"),
          date(request.query("from")),
          date(request.query("to")));
    }

    /** A date that is none narrows nothing, and no browser takes it into its field. */
    private static String date(String text) {
      return day(text).isPresent() ? text : "";
    }

    AuditEvent.Query query() {
      return new AuditEvent.Query(
          actor,
          action,
          resource,
          switch (outcome) {
            case "done" -> Optional.of(Outcome.DONE);
            case "refused" -> Optional.of(Outcome.REFUSED);
            default -> Optional.empty();
          },
          day(from),
          day(to).map(start -> start.plusSeconds(86_400)));
    }

    private static Optional<Instant> day(String text) {
      try {
        LocalDate date = LocalDate.parse(text);
        return date.getYear() < 1970 || date.getYear() > 9998 // No database has others.
            ? Optional.empty()
            : Optional.of(date.atStartOfDay(ZoneOffset.UTC).toInstant());
      } catch (DateTimeParseException _) {
        return Optional.empty();
      }
    }

    private List<Part> parts() {
      return List.of(
          new Part("actor", "Who", actor),
          new Part("action", "Action", action),
          new Part("resource", "Resource", resource),
          new Part("outcome", "Outcome", outcome),
          new Part("from", "From", from),
          new Part("to", "To", to));
    }

    public List<Chip> chips() {
      return parts().stream()
          .filter(part -> !part.value().isEmpty())
          .map(part -> new Chip(part.label(), part.value(), url(part.name())))
          .toList();
    }

    /** The list without one part of the filter. */
    private String url(String without) {
      var parameters = new ArrayList<String>();
      parts().stream()
          .filter(part -> !part.name().equals(without) && !part.value().isEmpty())
          .forEach(part -> parameters.add(part.name() + "=" + Cursor.encoded(part.value())));
      return parameters.isEmpty() ? "/audit-log" : "/audit-log?" + String.join("&", parameters);
    }

    private record Part(String name, String label, String value) {}
  }

  /** A line with what changed, laid out to be read. */
  public record Line(AuditEvent event, String before, String after) {
    static Line of(AuditEvent event) {
      return new Line(event, pretty(event.before()), pretty(event.after()));
    }

    private static String pretty(Optional<String> json) {
      return json.map(text -> new JsonObject(text).encodePrettily()).orElse("");
    }

    public boolean hasDetail() {
      return !before.isEmpty() || !after.isEmpty();
    }
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    var filter = Filter.of(request);
    var slice = log.list(request.actor(), filter.query(), Cursor.ROWS_MAX, Cursor.of(request));
    views.page(
        ctx,
        200,
        "audit/index",
        Map.of(
            "lines",
            slice.rows().stream().map(Line::of).toList(),
            "filter",
            filter,
            "next",
            Cursor.next(filter.url(""), slice.next()),
            "crumbs",
            Crumb.NONE));
  }
}
