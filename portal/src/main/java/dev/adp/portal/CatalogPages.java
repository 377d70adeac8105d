package dev.adp.portal;

import static dev.adp.domain.Permission.CATALOG_UPDATE;

import dev.adp.domain.CatalogVersion;
import dev.adp.store.CatalogVersions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Versions of the price catalogue: what is in force, what waits for approval, and what it changes.
 */
final class CatalogPages {
  private static final int CHANGES_SHOWN_MAX = 100;

  private final CatalogVersions versions;
  private final Views views;

  CatalogPages(CatalogVersions versions, Views views) {
    this.versions = versions;
    this.views = views;
  }

  /** A version with what it changes. */
  public record Row(
      CatalogVersion version,
      int added,
      int changed,
      int removed,
      int held,
      List<Change> changes,
      List<String> problems) {
    static Row of(CatalogVersion version) {
      var diff = new JsonObject(version.diff());
      return new Row(
          version,
          diff.getInteger("added", 0),
          diff.getInteger("changed", 0),
          diff.getInteger("removed", 0),
          diff.getInteger("held", 0),
          objects(diff, "rows").limit(CHANGES_SHOWN_MAX).map(Change::of).toList(),
          objects(diff, "problems")
              .map(problem -> problem.getString("place") + ": " + problem.getString("message"))
              .toList());
    }

    private static Stream<JsonObject> objects(JsonObject json, String field) {
      return json.getJsonArray(field).stream().map(JsonObject.class::cast);
    }

    /** Changes that are counted but not listed. */
    public int unlisted() {
      return added + changed + removed - changes.size();
    }

    public boolean isPending() {
      return version.state() == CatalogVersion.State.PENDING;
    }

    public String state() {
      return switch (version.state()) {
        case PENDING -> "Waits for approval";
        case ACTIVE -> "In force";
        case SUPERSEDED -> "Superseded";
        case REJECTED -> "Rejected";
      };
    }
  }

  /** One row of the catalogue, before and after; a rate in US dollars per million tokens. */
  public record Change(String kind, String model, String input, String output, String heldBecause) {
    static Change of(JsonObject row) {
      return new Change(
          row.getString("change"),
          row.getString("model"),
          move(row, "input_per_million"),
          move(row, "output_per_million"),
          row.getString("held_because"));
    }

    private static String move(JsonObject row, String bucket) {
      String before = rate(row.getJsonObject("before"), bucket);
      String after = rate(row.getJsonObject("after"), bucket);
      return before.equals(after) ? after : before + " → " + after;
    }

    private static String rate(@Nullable JsonObject rates, String bucket) {
      String microcents = rates == null ? "" : rates.getString(bucket, "");
      return microcents.isEmpty() ? "–" : "$" + RateField.price(Long.parseLong(microcents));
    }
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(CATALOG_UPDATE);
    var slice = versions.list(request.actor(), Cursor.ROWS_MAX, Cursor.of(request));
    views.page(
        ctx,
        200,
        "catalog/index",
        Map.of(
            "rows",
            slice.rows().stream().map(Row::of).toList(),
            "next",
            Cursor.next("/catalog", slice.next()),
            "crumbs",
            Crumb.NONE));
  }

  void approve(RoutingContext ctx) {
    var request = new Request(ctx);
    var _ = versions.approve(request.actor(), request.path("id"));
    Flash.CATALOG_APPROVED.leave(ctx);
    views.seeOther(ctx, "/catalog");
  }
}
