package dev.adp.store;

import dev.adp.domain.CatalogDiff;
import dev.adp.domain.CatalogDiff.Change;
import dev.adp.domain.CatalogDiff.Kind;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.Rates;
import dev.adp.domain.Violation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a catalogue changes, as it is stored and shown. */
final class CatalogJson {
  /** Rows that are listed; all of them are counted. Those that are held come first. */
  private static final int ROWS_MAX = 500;

  private CatalogJson() {}

  static JsonObject of(CatalogDiff diff) {
    return new JsonObject()
        .put("added", diff.counts().getOrDefault(Kind.ADDED, 0L))
        .put("changed", diff.counts().getOrDefault(Kind.CHANGED, 0L))
        .put("removed", diff.counts().getOrDefault(Kind.REMOVED, 0L))
        .put("held", diff.changes().stream().filter(Change::held).count())
        .put(
            "rows",
            new JsonArray(
                diff.changes().stream()
                    .sorted(Comparator.comparing(change -> !change.held()))
                    .limit(ROWS_MAX)
                    .map(CatalogJson::row)
                    .toList()))
        .put("problems", new JsonArray());
  }

  /** A catalogue that is not taken, and why. */
  static JsonObject of(List<Violation> problems) {
    return new JsonObject()
        .put("added", 0)
        .put("changed", 0)
        .put("removed", 0)
        .put("held", 0)
        .put("rows", new JsonArray())
        .put(
            "problems",
            new JsonArray(
                problems.stream()
                    .map(
                        problem ->
                            new JsonObject()
                                .put("place", problem.field())
                                .put("message", problem.message()))
                    .toList()));
  }

  private static JsonObject row(Change change) {
    return new JsonObject()
        .put("change", change.kind().name())
        .put("provider_type", "LLM_PROVIDER_TYPE_" + change.row().providerType())
        .put("model", change.row().model())
        .put("effective_from", change.row().effectiveFrom().toString())
        .put("held_because", change.heldBecause())
        .put("before", change.before().map(CatalogJson::rates).orElse(null))
        .put("after", change.after().map(CatalogJson::rates).orElse(null));
  }

  private static JsonObject rates(ModelPrice price) {
    Rates rates = price.rates();
    var json = new JsonObject();
    put(json, "input_per_million", rates.input());
    put(json, "output_per_million", rates.output());
    put(json, "cached_input_per_million", rates.cachedInput());
    put(json, "cache_creation_5m_per_million", rates.cacheWrite5m());
    put(json, "cache_creation_1h_per_million", rates.cacheWrite1h());
    return json;
  }

  private static void put(JsonObject json, String field, Optional<Long> rate) {
    rate.ifPresent(value -> json.put(field, String.valueOf(value)));
  }
}
