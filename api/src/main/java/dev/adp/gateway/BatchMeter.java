package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Meters the results of a batch: lines of JSON in each of which one whole answer stands, as deep as
 * its provider puts it. Lines may be of any size; any other content is passed over.
 */
final class BatchMeter implements ResponseMeter {
  private static final int VALUE_BYTES_MAX = 65_536;
  private static final Set<String> OPENED = Set.of("response", "body", "result", "message");
  private static final String TIER = "batch";

  private final Supplier<UsageReader> readers;
  private final Consumer<Reported> lines;
  private final Set<String> wanted;
  private JsonMembers line;

  /**
   * @param readers make a reader for the answer of one line
   * @param lines is told of each line that reports usage
   */
  BatchMeter(Supplier<UsageReader> readers, Consumer<Reported> lines) {
    this.readers = readers;
    this.lines = lines;
    this.wanted = Set.copyOf(readers.get().telling());
    this.line = fresh();
  }

  private JsonMembers fresh() {
    return new JsonMembers(wanted, OPENED, VALUE_BYTES_MAX);
  }

  @Override
  public Buffer accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    for (byte b : bytes) {
      if (b == '\n') {
        endLine();
      } else {
        line.accept(b);
      }
    }
    return piece;
  }

  private void endLine() {
    if (line.isObject()) {
      JsonObject told = line.told();
      inside(told, "response", "body")
          .or(() -> inside(told, "result", "message"))
          .ifPresent(this::read);
    }
    line = fresh();
  }

  private static Optional<JsonObject> inside(JsonObject told, String outer, String inner) {
    return UsageReader.object(told, outer).flatMap(object -> UsageReader.object(object, inner));
  }

  private void read(JsonObject answer) {
    UsageReader reader = readers.get();
    reader.accept(answer);
    Reported reported = reader.reported();
    if (reported.tokens().isPresent()) {
      // Not every upstream says so on each line.
      lines.accept(reported.serviceTier().contains(TIER) ? reported : reported.servedAt(TIER));
    }
  }

  @Override
  public Buffer end() {
    endLine(); // The last one may lack its line end.
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false;
  }

  /** Each line was told by itself, the last one at the latest now. */
  @Override
  public Reported reported() {
    if (line.isObject()) {
      endLine();
    }
    return Reported.NOTHING;
  }
}
